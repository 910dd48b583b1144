//! The sample servers, seen from the process that measures.

use std::path::Path;

use anyhow::{Result, bail};
use drawbridge_bench::server::{Counts, Order, Told};
use tokio::{process::Command, time::Duration};

use crate::{process::Process, site::Site};

const LIMIT: Duration = Duration::from_secs(12);

/// A process with both servers in it.
#[derive(Debug)]
pub(crate) struct SampleServer {
    process: Process,
    /// The MCP server's address.
    pub(crate) url: String,
    /// The authorization server's issuer.
    pub(crate) issuer: String,
    /// A client that signs in without a person: its id and its secret.
    pub(crate) client: (String, String),
}

impl SampleServer {
    pub(crate) async fn start(site: &Site, folder: &Path) -> Result<Self> {
        let command = Command::new(site.program("bench-server"));
        let mut process = Process::start(command, &folder.join("server.log"))?;
        let Told::Started { url, issuer } = process.hear(LIMIT).await? else {
            bail!("the sample servers say nothing of their addresses");
        };
        let mut server = Self {
            process,
            url,
            issuer,
            client: Default::default(),
        };
        let Told::Client { id, secret } = server.ask(Order::Client).await? else {
            bail!("the sample servers made no client");
        };
        server.client = (id, secret);
        Ok(server)
    }

    pub(crate) async fn tell(&mut self, order: Order) -> Result<()> {
        match self.ask(order).await? {
            Told::Done => Ok(()),
            other => bail!("not done: {other:?}"),
        }
    }

    async fn ask(&mut self, order: Order) -> Result<Told> {
        self.process.say(&order).await?;
        self.process.hear(LIMIT).await
    }

    pub(crate) async fn count(&mut self) -> Result<Counts> {
        match self.ask(Order::Count).await? {
            Told::Counted(counts) => Ok(counts),
            other => bail!("that is no count: {other:?}"),
        }
    }
}
