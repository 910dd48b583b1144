//! The proxy that most clients are told to use.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "mcp-remote",
    what: "npm mcp-remote 0.15.1, started with node, not with npx",
    speaks: Speaks::Mcp,
    command: |place| {
        let program = "npm/node_modules/mcp-remote/dist/proxy.js";
        let program = place.site.installed(program)?;
        let mut command = place.home.command("node");
        command.arg(program).arg(&place.server.url);
        Ok(command)
    },
    pace: 4,
    renews: true,
};
