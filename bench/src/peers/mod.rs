//! Those that do the same work, each in processes of its own. One file each.

mod bare;
mod cli;
mod contender;
mod engine;
mod fastmcp;
mod home;
mod mcp_proxy;
mod mcp_remote;
mod mcp_session;
mod ordered;
mod rmcp;

use anyhow::Result;
use tokio::process::Command;

pub(crate) use self::{contender::Contender, home::Home};
use crate::{sample_server::SampleServer, site::Site};

/// One of them.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// What it is, with its version.
    pub(crate) what: &'static str,
    /// How it is spoken to.
    speaks: Speaks,
    /// Starts it; an error says why that cannot be.
    command: fn(&Place<'_>) -> Result<Command>,
    /// It does this part of the calls of the fastest.
    pub(crate) pace: usize,
    /// Whether it renews tokens at all.
    pub(crate) renews: bool,
}

impl Peer {
    /// Whether it is Drawbridge.
    pub(crate) fn is_ours(&self) -> bool {
        self.name.starts_with("Drawbridge")
    }
}

/// How a contender is told what to do.
#[derive(Debug, Clone, Copy)]
enum Speaks {
    /// By our orders.
    Orders,
    /// As a stdio server of MCP.
    Mcp,
    /// It is a command that is run for each thing.
    Words,
}

/// With what and where it is started.
pub(crate) struct Place<'a> {
    pub(crate) site: &'a Site,
    pub(crate) home: &'a Home,
    pub(crate) server: &'a SampleServer,
}

/// All of them; the first two are those of the targets.
pub(crate) const ALL: [&Peer; 7] = [
    &engine::PEER,
    &bare::PEER,
    &cli::PEER,
    &rmcp::PEER,
    &mcp_remote::PEER,
    &fastmcp::PEER,
    &mcp_proxy::PEER,
];

/// Drawbridge's engine.
pub(crate) const ENGINE: &Peer = &engine::PEER;
/// The bare wire.
pub(crate) const BARE: &Peer = &bare::PEER;
