//! The client of the Python framework.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "fastmcp",
    what: "PyPI fastmcp 4.2.3; its tokens in its own `FileTreeStore`",
    speaks: Speaks::Orders,
    command: |place| {
        let python = place.site.installed("fastmcp/bin/python")?;
        let program = place.site.file("bench/peers/python/fastmcp_contender.py");
        let store = place.home.file("store");
        std::fs::create_dir_all(&store)?;
        let mut command = place.home.command(python);
        command.arg(program).arg(store).arg(&place.server.url);
        Ok(command)
    },
    pace: 4,
    renews: true,
};
