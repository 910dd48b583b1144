//! Every request that is needed, with reqwest, and nothing else.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "bare wire",
    what: "reqwest 0.13, no checks, no renewal, the token in a file",
    speaks: Speaks::Orders,
    command: |place| {
        let mut command = place.home.command(place.site.program("bench-bare"));
        command.arg(place.home.path()).arg(&place.server.url);
        Ok(command)
    },
    pace: 1,
    renews: false,
};
