//! A contender that understands our orders.

use anyhow::{Result, bail};
use drawbridge_bench::contender::{Call, Called, Order, Told};
use tokio::{process::Command, time::Duration};

use super::Home;
use crate::{process::Process, sample_server::SampleServer, site::Site};

const LIMIT: Duration = Duration::from_secs(60);

/// It, connected.
#[derive(Debug)]
pub(crate) struct Contender {
    process: Process,
    /// How many tools it has found.
    pub(crate) tools: usize,
}

impl Contender {
    /// Drawbridge's engine.
    pub(crate) async fn engine(site: &Site, home: &Home, server: &SampleServer) -> Result<Self> {
        let mut command = home.command(site.program("bench-engine"));
        command.arg(home.path()).arg(&server.url);
        Self::start(command, home).await
    }

    /// Reqwest and nothing else.
    pub(crate) async fn bare(site: &Site, home: &Home, server: &SampleServer) -> Result<Self> {
        let mut command = home.command(site.program("bench-bare"));
        command.arg(home.path()).arg(&server.url);
        Self::start(command, home).await
    }

    async fn start(command: Command, home: &Home) -> Result<Self> {
        let mut process = Process::start(command, &home.file("log"))?;
        match process.hear(LIMIT).await? {
            Told::Connected { tools } => Ok(Self { process, tools }),
            other => bail!("not connected: {other:?}"),
        }
    }

    pub(crate) async fn call(
        &mut self,
        what: &Call,
        times: usize,
        in_flight: usize,
    ) -> Result<Called> {
        let what = what.clone();
        let order = Order::Call {
            what,
            times,
            in_flight,
        };
        self.process.say(&order).await?;
        match self.process.hear(LIMIT).await? {
            Told::Called(called) => Ok(called),
            other => bail!("no calls: {other:?}"),
        }
    }

    pub(crate) async fn end(self) -> Result<()> {
        self.process.end().await
    }
}
