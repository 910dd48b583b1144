//! A contender that understands our orders.

use anyhow::{Result, bail};
use drawbridge_bench::contender::{Call, Called, Order, Told};
use tokio::{process::Command, time::Duration};

use crate::process::Process;

const LIMIT: Duration = Duration::from_mins(1);

/// It, connected.
#[derive(Debug)]
pub(crate) struct Ordered {
    pub(super) process: Process,
    pub(super) tools: usize,
}

impl Ordered {
    pub(crate) async fn start(command: Command, log: &std::path::Path) -> Result<Self> {
        let mut process = Process::start(command, log)?;
        match process.hear(LIMIT).await? {
            Told::Connected { tools } => Ok(Self { process, tools }),
            Told::Failed { why } => bail!("{why}"),
            other => bail!("not connected: {other:?}"),
        }
    }

    pub(super) async fn call(
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
        match self.obey(order).await? {
            Told::Called(called) => Ok(called),
            other => bail!("no calls: {other:?}"),
        }
    }

    pub(super) async fn tell(&mut self, order: Order) -> Result<()> {
        match self.obey(order).await? {
            Told::Done => Ok(()),
            other => bail!("not done: {other:?}"),
        }
    }

    async fn obey(&mut self, order: Order) -> Result<Told> {
        self.process.say(&order).await?;
        self.process.hear(LIMIT).await
    }
}
