//! Drawbridge's engine, on one thread, as the command holds it.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "Drawbridge: engine",
    what: "this commit, in a process of its own",
    speaks: Speaks::Orders,
    command: |place| {
        let mut command = place.home.command(place.site.program("bench-engine"));
        command.arg(place.home.path()).arg(&place.server.url);
        Ok(command)
    },
    pace: 1,
    renews: true,
};
