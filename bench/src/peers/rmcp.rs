//! The client of the Rust SDK with its own sign-in.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "rmcp",
    what: "crates.io rmcp 3.11.0 with `auth`; the file for its credentials is ours",
    speaks: Speaks::Orders,
    command: |place| {
        let program = place.site.installed("measured/bench-rmcp")?;
        let mut command = place.home.command(program);
        command.arg(place.home.path()).arg(&place.server.url);
        Ok(command)
    },
    pace: 1,
    renews: true,
};
