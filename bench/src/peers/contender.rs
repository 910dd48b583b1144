//! A contender that is connected, however it is spoken to.

use anyhow::{Result, ensure};
use drawbridge_bench::contender::{Call, Called, Order};

use super::{Peer, Place, Speaks, cli::Cli, mcp_session::McpSession, ordered::Ordered};

/// One of three kinds.
#[derive(Debug)]
pub(crate) enum Contender {
    Orders(Ordered),
    Mcp(McpSession),
    Words(Cli),
}

impl Contender {
    /// Starts it, and returns when it has listed the tools.
    pub(crate) async fn start(peer: &Peer, place: &Place<'_>) -> Result<Self> {
        let log = place.home.file("log");
        let contender = match peer.speaks {
            Speaks::Orders => Self::Orders(Ordered::start((peer.command)(place)?, &log).await?),
            Speaks::Mcp => Self::Mcp(McpSession::start((peer.command)(place)?, &log).await?),
            Speaks::Words => Self::Words(Cli::start(place).await?),
        };
        let tools = match &contender {
            Self::Orders(ordered) => ordered.tools,
            Self::Mcp(session) => session.tools,
            Self::Words(cli) => cli.tools,
        };
        ensure!(tools > 0, "it found no tools");
        Ok(contender)
    }

    /// The process; a command has none that stays.
    pub(crate) fn process(&self) -> Option<u32> {
        match self {
            Self::Orders(ordered) => ordered.process.id().ok(),
            Self::Mcp(session) => session.process.id().ok(),
            Self::Words(_) => None,
        }
    }

    pub(crate) async fn call(
        &mut self,
        what: &Call,
        times: usize,
        in_flight: usize,
    ) -> Result<Called> {
        match self {
            Self::Orders(ordered) => ordered.call(what, times, in_flight).await,
            Self::Mcp(session) => Ok(session.call(what, times, in_flight).await),
            Self::Words(cli) => Ok(cli.call(what, times, in_flight).await),
        }
    }

    /// Begins a call that is going to be given up.
    pub(crate) async fn begin(&mut self, what: &Call) -> Result<()> {
        match self {
            Self::Orders(ordered) => ordered.tell(Order::Begin { what: what.clone() }).await,
            Self::Mcp(session) => session.begin(what).await,
            Self::Words(cli) => cli.begin(what),
        }
    }

    /// Gives it up.
    pub(crate) async fn cancel(&mut self) -> Result<()> {
        match self {
            Self::Orders(ordered) => ordered.tell(Order::Cancel).await,
            Self::Mcp(session) => session.cancel().await,
            Self::Words(cli) => cli.cancel(),
        }
    }

    pub(crate) async fn end(self) -> Result<()> {
        match self {
            Self::Orders(ordered) => ordered.process.end().await,
            Self::Mcp(session) => session.end().await,
            Self::Words(_) => Ok(()),
        }
    }
}
