//! The MCP server: rmcp's Streamable HTTP service behind a door that a test can bend.

mod asking;
mod behaviour;
mod calls;
mod ears;
mod guard;
mod handler;
mod hosted;
mod metadata;
mod picture;
mod run;
mod tools;

use std::{collections::HashMap, io, panic::Location, sync::Arc};

use axum::{Router, middleware::from_fn_with_state};
use rmcp::{
    model::Tool,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use self::behaviour::{
    Access, Challenge, Connections, Eras, Hosts, McpBehaviour, Protects, ResourceMetadataAt,
};
pub use self::calls::Calls;
use crate::{
    AuthServer,
    auth::Pass,
    journal::{self, Journal, Peer},
    secrets::Secrets,
    serve::Socket,
    shared::Shared,
};

/// A handle on the running MCP server.
#[derive(Debug, Clone)]
pub struct McpServer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    socket: Socket,
    auth: AuthServer,
    behaviour: Shared<McpBehaviour>,
    tools: Shared<Vec<Tool>>,
    /// What added tools say that do not answer with their own name.
    texts: Shared<HashMap<String, String>>,
    /// What added tools ask before they answer.
    questions: Shared<HashMap<String, Value>>,
    /// Where the person has to go before added tools do anything.
    pages: Shared<HashMap<String, String>>,
    /// Told when the list of tools has changed.
    changes: broadcast::Sender<()>,
    ears: ears::Ears,
    sessions: Arc<LocalSessionManager>,
    tally: calls::Tally,
    secrets: Secrets,
    journal: Journal,
}

impl McpServer {
    pub(crate) async fn start(
        port: u16,
        known_as: Option<String>,
        auth: AuthServer,
        journal: Journal,
        secrets: Secrets,
    ) -> io::Result<Self> {
        let server = Self(Arc::new(Inner {
            socket: Socket::bind(port, known_as).await?,
            auth,
            behaviour: Shared::default(),
            tools: Shared::new(tools::all()),
            texts: Shared::default(),
            questions: Shared::default(),
            pages: Shared::default(),
            changes: broadcast::Sender::new(16),
            ears: ears::Ears::default(),
            sessions: Arc::default(),
            tally: calls::Tally::default(),
            secrets,
            journal,
        }));
        server.reopen().await?;
        Ok(server)
    }

    /// `http://127.0.0.1:PORT/mcp`
    ///
    /// # Panics
    /// Never: the address is well formed.
    #[must_use]
    #[expect(clippy::expect_used, reason = "an address with a port makes a URL")]
    pub fn url(&self) -> Url {
        Url::parse(&self.resource()).expect("a URL")
    }

    /// Changes how the server behaves from the next request on.
    pub fn behave<R>(&self, change: impl FnOnce(&mut McpBehaviour) -> R) -> R {
        self.0.behaviour.with(change)
    }

    /// Lets in whoever sends `key` in `X-Api-Key`; the key counts as a secret.
    pub fn require_api_key(&self, key: &str) {
        self.0.secrets.note(key);
        self.behave(|behaviour| behaviour.access = Access::ApiKey(key.to_owned()));
    }

    /// Adds a tool that answers with its own name, and says so to everybody who listens.
    pub fn add_tool(&self, name: &str) {
        let tool = tools::plain(name);
        self.change_tools(|tools| tools.push(tool));
    }

    /// The same with a tool that answers with this text.
    pub fn add_tool_that_says(&self, name: &str, text: &str) {
        self.0
            .texts
            .with(|texts| texts.insert(name.to_owned(), text.to_owned()));
        self.add_tool(name);
    }

    /// The same with a tool that asks the person first: `question` are the parameters of
    /// `elicitation/create`. It answers with what it was told, to clients of 2026-07-28 alone.
    pub fn add_tool_that_asks(&self, name: &str, question: Value) {
        self.0
            .questions
            .with(|questions| questions.insert(name.to_owned(), question));
        self.add_tool(name);
    }

    /// The same with a tool that is refused until the person has been on this page (MCP 2025-11-25,
    /// Elicitation, URL Elicitation Required Error), which is never so.
    pub fn add_tool_that_wants_a_page(&self, name: &str, url: &str) {
        self.0
            .pages
            .with(|pages| pages.insert(name.to_owned(), url.to_owned()));
        self.add_tool(name);
    }

    /// Changes the list of tools and sends `notifications/tools/list_changed`.
    pub fn change_tools(&self, change: impl FnOnce(&mut Vec<Tool>)) {
        self.0.tools.with(change);
        // Nobody listening is no fault.
        let _ = self.0.changes.send(());
    }

    /// How often somebody began to listen for `list_changed` so far: with `subscriptions/listen`, or
    /// as a session that has its stream.
    #[must_use]
    pub fn ears(&self) -> usize {
        self.0.ears.now()
    }

    /// Waits until somebody has begun to listen so often.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn ears_reach(&self, count: usize) -> impl Future<Output = ()> {
        self.0.ears.reach(count, Location::caller())
    }

    /// Tool calls that were really run: whether a retry ran something twice shows here.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.0.tally.now()
    }

    /// Waits until the calls are as wanted.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn calls_reach(&self, enough: impl Fn(&Calls) -> bool) -> impl Future<Output = ()> {
        self.0.tally.reach(enough, Location::caller())
    }

    /// Sessions that were opened and not ended.
    pub async fn sessions(&self) -> usize {
        self.0.sessions.sessions.read().await.len()
    }

    /// Forgets every session: the next request of each gets 404, its streams end.
    pub async fn drop_sessions(&self) {
        self.0.sessions.sessions.write().await.clear();
    }

    /// Connections that were opened so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.socket.connections()
    }

    /// Where it really listens, whatever it is known as.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.0.socket.address()
    }

    /// Stops answering: connections are refused until [`reopen`](Self::reopen).
    pub async fn close(&self) {
        self.0.socket.close().await;
    }

    /// Listens again, on the same port.
    pub async fn reopen(&self) -> io::Result<()> {
        self.0.socket.serve(self.router()).await
    }

    /// This server's resource identifier (RFC 8707 §2).
    #[must_use]
    pub fn resource(&self) -> String {
        format!("{}/mcp", self.origin())
    }

    fn origin(&self) -> String {
        self.0.socket.origin()
    }

    fn issuer(&self) -> String {
        self.0.auth.issuer()
    }

    fn pass(&self, token: &str) -> Option<Pass> {
        self.0.auth.pass(token)
    }

    fn router(&self) -> Router {
        let weak = Weak(Arc::downgrade(&self.0));
        let handler = handler::Handler::new(weak.clone());
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(true)
            // By whatever name it is known.
            .disable_allowed_hosts()
            .with_cancellation_token(CancellationToken::new());
        let service = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::clone(&self.0.sessions),
            config,
        );
        let record = (self.0.journal.clone(), self.0.secrets.clone(), Peer::Mcp);
        Router::new()
            .route_service("/mcp", service)
            .route_layer(from_fn_with_state(weak.clone(), guard::guard))
            .fallback(metadata::answer)
            .with_state(weak.clone())
            .merge(hosted::router(&self.0.auth, weak.clone()))
            .layer(from_fn_with_state(weak, guard::close))
            .layer(from_fn_with_state(record, journal::record))
    }
}

/// What the handlers hold: not the server itself, or it would keep itself alive.
#[derive(Debug, Clone)]
struct Weak(std::sync::Weak<Inner>);

impl Weak {
    fn server(&self) -> Option<McpServer> {
        self.0.upgrade().map(McpServer)
    }
}

impl axum::extract::FromRequestParts<Weak> for McpServer {
    type Rejection = axum::http::StatusCode;

    async fn from_request_parts(
        _: &mut axum::http::request::Parts,
        weak: &Weak,
    ) -> Result<Self, Self::Rejection> {
        weak.server()
            .ok_or(axum::http::StatusCode::SERVICE_UNAVAILABLE)
    }
}
