//! The sample servers, seen from the process that measures.

use std::path::Path;

use anyhow::{Result, bail};
use drawbridge_bench::server::{Counts, Order, Told};
use tokio::{process::Command, time::Duration};

use crate::{process::Process, site::Site};

const LIMIT: Duration = Duration::from_secs(30);

/// A process with both servers in it.
#[derive(Debug)]
pub(crate) struct SampleServer {
    process: Process,
    /// The MCP server's address.
    pub(crate) url: String,
    /// The authorization server's issuer.
    pub(crate) issuer: String,
}

impl SampleServer {
    pub(crate) async fn start(site: &Site, folder: &Path) -> Result<Self> {
        let command = Command::new(site.program("bench-server"));
        let mut process = Process::start(command, &folder.join("server.log"))?;
        let Told::Started { url, issuer } = process.hear(LIMIT).await? else {
            bail!("the sample servers say nothing of their addresses");
        };
        Ok(Self {
            process,
            url,
            issuer,
        })
    }

    pub(crate) async fn tell(&mut self, order: Order) -> Result<Told> {
        self.process.say(&order).await?;
        self.process.hear(LIMIT).await
    }

    pub(crate) async fn count(&mut self) -> Result<Counts> {
        match self.tell(Order::Count).await? {
            Told::Counted(counts) => Ok(counts),
            other => bail!("that is no count: {other:?}"),
        }
    }
}
