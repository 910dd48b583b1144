//! Both servers together, wired to each other.

use std::{io, panic::Location};

use url::Url;

use crate::{AuthServer, McpServer, Seen, journal::Journal, secrets::Secrets};

/// An authorization server and the MCP server that trusts it, on loopback.
///
/// They stop when the last handle on them is dropped.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The authorization server.
    pub auth: AuthServer,
    /// The MCP server.
    pub mcp: McpServer,
    journal: Journal,
}

/// How a [`Sample`] is started.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct SampleBuilder {
    auth_port: u16,
    auth_known_as: Option<String>,
    mcp_port: u16,
    mcp_known_as: Option<String>,
    issuer_path: String,
}

impl SampleBuilder {
    /// Port of the authorization server; 0, the default, takes a free one.
    pub fn auth_port(mut self, port: u16) -> Self {
        self.auth_port = port;
        self
    }

    /// Port of the MCP server; 0, the default, takes a free one.
    pub fn mcp_port(mut self, port: u16) -> Self {
        self.mcp_port = port;
        self
    }

    /// What the two call themselves instead of their addresses, such as `https://as.example` and
    /// `https://mcp.example`, with a [`TlsFront`](crate::TlsFront) in front of them.
    pub fn known_as(mut self, auth: &str, mcp: &str) -> Self {
        self.auth_known_as = Some(auth.to_owned());
        self.mcp_known_as = Some(mcp.to_owned());
        self
    }

    /// A path in the issuer, such as `/tenant` (rule A1).
    pub fn issuer_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.issuer_path);
        self
    }

    /// Starts both servers.
    pub async fn start(self) -> io::Result<Sample> {
        let journal = Journal::default();
        let secrets = Secrets::default();
        let auth = AuthServer::start(
            self.auth_port,
            self.auth_known_as,
            &self.issuer_path,
            journal.clone(),
            secrets.clone(),
        )
        .await?;
        let mcp = McpServer::start(
            self.mcp_port,
            self.mcp_known_as,
            auth.clone(),
            journal.clone(),
            secrets,
        )
        .await?;
        Ok(Sample { auth, mcp, journal })
    }
}

impl Sample {
    /// Starts both servers on free ports.
    ///
    /// # Panics
    /// When this machine has no free loopback port.
    #[expect(
        clippy::expect_used,
        reason = "a test without its servers can only stop"
    )]
    pub async fn start() -> Self {
        Self::builder()
            .start()
            .await
            .expect("a free port on loopback")
    }

    /// Chooses ports and paths first.
    pub fn builder() -> SampleBuilder {
        SampleBuilder::default()
    }

    /// `http://127.0.0.1:PORT/mcp`
    #[must_use]
    pub fn mcp_url(&self) -> Url {
        self.mcp.url()
    }

    /// The authorization server's issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.auth.issuer()
    }

    /// Every request that either server saw, in order.
    #[must_use]
    pub fn journal(&self) -> Vec<Seen> {
        self.journal.all()
    }

    /// The journal as lines such as `POST /token [refresh_token] → 200`.
    #[must_use]
    pub fn journal_lines(&self) -> Vec<String> {
        self.journal().iter().map(ToString::to_string).collect()
    }

    /// The MCP server names these issuers, in this order (RFC 9728 §2).
    pub fn lists(&self, issuers: impl IntoIterator<Item = String>) {
        let issuers = issuers.into_iter().collect();
        self.mcp
            .behave(|mcp| mcp.authorization_servers = Some(issuers));
    }

    /// Forgets what was seen so far.
    pub fn clear_journal(&self) {
        self.journal.clear();
    }

    /// Waits until so many requests are in the journal that fit; their status may still be open.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn seen_times(
        &self,
        times: usize,
        fits: impl Fn(&Seen) -> bool,
    ) -> impl Future<Output = ()> {
        self.journal.wait_for_many(times, fits, Location::caller())
    }

    /// Waits until a request is in the journal that fits; its status may still be open.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn seen(&self, fits: impl Fn(&Seen) -> bool) -> impl Future<Output = Seen> {
        self.journal.wait_for(fits, Location::caller())
    }
}
