//! A proxy that knows no sign-in with a person: it has a client of its own with a secret.

use super::{Peer, Speaks};

pub(super) const PEER: Peer = Peer {
    name: "mcp-proxy",
    what: "PyPI mcp-proxy 0.13.0, with client credentials: it has no sign-in with a person",
    speaks: Speaks::Mcp,
    command: |place| {
        let program = place.site.installed("mcp-proxy/bin/mcp-proxy")?;
        let (id, secret) = &place.server.client;
        let mut command = place.home.command(program);
        command
            .args(["--transport", "streamablehttp"])
            .args(["--client-id", id, "--client-secret", secret])
            .args(["--token-url", &format!("{}/token", place.server.issuer)])
            .arg(&place.server.url);
        Ok(command)
    },
    pace: 4,
    renews: true,
};
