//! The authorization server.

mod assertion;
mod authorize;
mod behaviour;
mod book;
mod client_auth;
mod error;
mod id_token;
mod metadata;
mod pages;
mod registration;
mod revocation;
mod token;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use serde_json::{Map, Value};

pub use self::behaviour::{AuthBehaviour, ExpiresIn, Iss, MetadataAt, RefreshTokens};
pub(crate) use self::book::Pass;
use self::{authorize::Pending, book::Book};
use crate::{
    journal::{self, Journal, Peer},
    random,
    secrets::Secrets,
    serve::Socket,
    shared::Shared,
};

/// How often each thing was done in full; requests that got a canned answer do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Login pages shown.
    pub authorize_pages: usize,
    /// Clients registered.
    pub registrations: usize,
    /// Codes exchanged for tokens.
    pub token_exchanges: usize,
    /// Tokens given to clients of their own (RFC 6749 §4.4).
    pub client_tokens: usize,
    /// Refresh tokens exchanged for tokens.
    pub refreshes: usize,
    /// Uses of a spent refresh token; each ended its grant.
    pub refresh_reuses: usize,
    /// Answers 200 of the revocation endpoint.
    pub revocations: usize,
}

/// A handle on the running authorization server.
#[derive(Debug, Clone)]
pub struct AuthServer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    socket: Socket,
    /// Path of the issuer, empty or `/something`.
    path: String,
    behaviour: Shared<AuthBehaviour>,
    book: Shared<Book>,
    pending: Shared<std::collections::HashMap<String, Pending>>,
    counters: Shared<Counters>,
    secrets: Secrets,
    journal: Journal,
}

impl AuthServer {
    pub(crate) async fn start(
        port: u16,
        known_as: Option<String>,
        path: &str,
        journal: Journal,
        secrets: Secrets,
    ) -> io::Result<Self> {
        let server = Self(Arc::new(Inner {
            socket: Socket::bind(port, known_as).await?,
            path: path.to_owned(),
            behaviour: Shared::default(),
            book: Shared::default(),
            pending: Shared::default(),
            counters: Shared::default(),
            secrets,
            journal,
        }));
        server.reopen().await?;
        Ok(server)
    }

    /// The issuer (RFC 8414 §2): `http://127.0.0.1:PORT` and the path, if one was asked for.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}{}", self.0.socket.origin(), self.0.path)
    }

    /// Changes how the server behaves from the next request on.
    pub fn behave<R>(&self, change: impl FnOnce(&mut AuthBehaviour) -> R) -> R {
        self.0.behaviour.with(change)
    }

    /// What was done so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.0.counters.with(|counters| *counters)
    }

    /// Every secret that either server issued or was shown: codes, tokens, client secrets,
    /// verifiers, states, API keys, passwords.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.0.secrets.all()
    }

    /// Every access token is refused from now on, before its time; refresh tokens live on.
    pub fn expire_access_tokens(&self) {
        self.0.book.with(Book::expire_access);
    }

    /// The same for those alone that have been in use for so long; says how many that were good. One
    /// that is refused before anybody has shown it looks like a server that takes none (rule G6).
    #[must_use = "it may be that none was"]
    pub fn expire_access_tokens_in_use_for(&self, time: Duration) -> usize {
        let now = Instant::now();
        let shown = now.checked_sub(time).unwrap_or(now);
        self.0
            .book
            .with(|book| book.expire_access_shown_before(shown, now))
    }

    /// Every grant is at an end, as if the person had removed the app from the account.
    pub fn revoke_grants(&self) {
        self.0.book.with(Book::revoke_all);
    }

    /// Grants that were used and not revoked.
    #[must_use]
    pub fn live_grants(&self) -> usize {
        self.0.book.with(|book| book.live_grants())
    }

    /// The server knows none of its clients any more (rules R7, R8).
    pub fn forget_clients(&self) {
        self.0.book.with(|book| {
            book.clients.clear();
            book.keys.clear();
        });
    }

    /// A client registered by hand: its id and, if the method needs one, its secret.
    #[must_use]
    pub fn add_client(&self, redirect_uri: &str, auth_method: &str) -> (String, Option<String>) {
        let client = book::Client {
            id: random::name("client"),
            secret: auth_method
                .starts_with("client_secret")
                .then(|| random::secret("secret")),
            auth_method: auth_method.to_owned(),
            name: "A client registered by hand".to_owned(),
            redirect_uris: vec![redirect_uri.to_owned()],
            scope: None,
        };
        if let Some(secret) = &client.secret {
            self.0.secrets.note(secret);
        }
        let answer = (client.id.clone(), client.secret.clone());
        self.0
            .book
            .with(|book| book.clients.insert(client.id.clone(), client));
        answer
    }

    /// A client registered by hand that proves itself with a private key (RFC 7523 §2.2); `public`
    /// is the other half of it, as PEM.
    #[must_use]
    pub fn add_client_with_key(&self, public: &str) -> String {
        let (id, _) = self.add_client("", "private_key_jwt");
        self.0
            .book
            .with(|book| book.keys.insert(id.clone(), public.to_owned()));
        id
    }

    /// Knows a client by the document about it, which it is handed here and fetches from nowhere;
    /// and says that it reads such documents. The document's `client_id` is its address.
    ///
    /// # Panics
    /// When the document is none.
    #[expect(
        clippy::expect_used,
        reason = "a test with a broken document can only stop"
    )]
    pub fn publish_client_document(&self, document: &Value) {
        let text = |name: &str| {
            let value = document[name].as_str();
            value.expect("a member of the document").to_owned()
        };
        let redirects = document["redirect_uris"].as_array();
        let redirects = redirects.expect("redirect URIs").iter();
        let client = book::Client {
            id: text("client_id"),
            secret: None,
            auth_method: text("token_endpoint_auth_method"),
            name: text("client_name"),
            redirect_uris: redirects
                .filter_map(|uri| uri.as_str().map(str::to_owned))
                .collect(),
            scope: None,
        };
        self.0
            .book
            .with(|book| book.clients.insert(client.id.clone(), client));
        self.behave(|behaviour| {
            let name = "client_id_metadata_document_supported".to_owned();
            behaviour.metadata_patch.insert(name, Value::Bool(true));
        });
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

    /// Listens again, on the same port and with the same memory.
    pub async fn reopen(&self) -> io::Result<()> {
        self.0.socket.serve(self.router()).await
    }

    pub(crate) fn pass(&self, token: &str) -> Option<Pass> {
        self.0.book.with(|book| book.pass(token, Instant::now()))
    }

    pub(crate) fn revoke_grant(&self, grant: u64) {
        self.0.book.with(|book| book.revoke(grant));
    }

    /// Leaves out what is not granted to anybody.
    fn within_grant(&self, mut scopes: Vec<String>) -> Vec<String> {
        self.behave(|behaviour| {
            if let Some(granted) = &behaviour.granted_scopes {
                scopes.retain(|scope| granted.contains(scope));
            }
        });
        scopes
    }

    fn count(&self, change: impl FnOnce(&mut Counters)) {
        self.0.counters.with(change);
    }

    fn router(&self) -> Router {
        let record = from_fn_with_state(
            (self.0.journal.clone(), self.0.secrets.clone(), Peer::Auth),
            journal::record,
        );
        self.endpoints()
            .fallback(metadata::answer)
            .layer(record)
            .with_state(Weak(Arc::downgrade(&self.0)))
    }

    /// The same endpoints, for a server that is its own authorization server (rule A5).
    pub(crate) fn hosted(&self) -> Router {
        self.endpoints().with_state(Weak(Arc::downgrade(&self.0)))
    }

    /// The metadata of such a server.
    pub(crate) fn metadata_as(&self, issuer: &str) -> Map<String, Value> {
        self.behave(|behaviour| metadata::document(issuer, behaviour))
    }

    fn endpoints(&self) -> Router<Weak> {
        let path = &self.0.path;
        Router::new()
            .route(&format!("{path}/authorize"), get(authorize::begin))
            .route(&format!("{path}/login"), post(authorize::log_in))
            .route(&format!("{path}/consent"), post(authorize::consent))
            .route(&format!("{path}/token"), post(token::answer))
            .route(&format!("{path}/oauth/token"), post(token::answer))
            .route(&format!("{path}/register"), post(registration::register))
            .route(&format!("{path}/revoke"), post(revocation::revoke))
    }
}

/// What the handlers hold: not the server itself, or it would keep itself alive.
#[derive(Debug, Clone)]
struct Weak(std::sync::Weak<Inner>);

impl axum::extract::FromRequestParts<Weak> for AuthServer {
    type Rejection = axum::http::StatusCode;

    async fn from_request_parts(
        _: &mut axum::http::request::Parts,
        weak: &Weak,
    ) -> Result<Self, Self::Rejection> {
        weak.0
            .upgrade()
            .map(Self)
            .ok_or(axum::http::StatusCode::SERVICE_UNAVAILABLE)
    }
}
