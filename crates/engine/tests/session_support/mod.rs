//! What the tests of a session share: a scripted server and a scripted source of tokens.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test program uses some of it"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use drawbridge_engine::session::{
    AuthFailure, Caller, Era, Respondent, Session, SessionError, SessionNotice, SessionOptions,
    TokenSource,
};
use drawbridge_oauth::{AccessToken, BearerChallenge, Http, HttpOptions, Reach};
use drawbridge_testkit::Sample;
use drawbridge_testkit::mcp::{Access, Eras};
use futures::future::{BoxFuture, FutureExt as _};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// A request that the scripted server got.
#[derive(Debug, Clone)]
pub struct Call {
    /// When it came.
    pub at: Instant,
    /// Each connection has its own.
    pub from: SocketAddr,
    pub method: Method,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Call {
    /// The JSON-RPC method; the HTTP method where there is none.
    pub fn name(&self) -> String {
        let name = self.body.get("method").and_then(Value::as_str);
        name.unwrap_or(self.method.as_str()).to_owned()
    }

    pub fn authorization(&self) -> Vec<&str> {
        let lines = self.headers.get_all("authorization").iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    pub fn session(&self) -> Option<&str> {
        self.headers
            .get("mcp-session-id")
            .map(|id| id.to_str().unwrap())
    }

    pub fn result(&self, result: &Value) -> Response {
        reply(
            200,
            &json!({ "jsonrpc": "2.0", "id": self.body["id"], "result": result }),
        )
    }

    pub fn error(&self, status: u16, code: i32) -> Response {
        let error = json!({ "code": code, "message": "no" });
        reply(
            status,
            &json!({ "jsonrpc": "2.0", "id": self.body["id"], "error": error }),
        )
    }

    /// What a good server of 2026-07-28 would answer to what came before that version.
    pub fn discovered(&self) -> Response {
        self.result(&json!({
            "resultType": "complete",
            "supportedVersions": ["2026-07-28"],
            "capabilities": { "tools": {} },
            "ttlMs": 0,
            "cacheScope": "private",
        }))
    }

    /// What a good server before 2026-07-28 would answer.
    pub fn well(&self) -> Response {
        match self.name().as_str() {
            "server/discover" => self.error(400, -32601),
            "initialize" => {
                let result = json!({
                    "protocolVersion": "2025-11-25",
                    "capabilities": { "tools": { "listChanged": true } },
                    "serverInfo": { "name": "scripted", "version": "1" },
                });
                let mut response = self.result(&result);
                response
                    .headers_mut()
                    .insert("mcp-session-id", HeaderValue::from_static("s-1"));
                response
            }
            "tools/list" => self.result(&json!({
                "tools": [{ "name": "echo", "inputSchema": { "type": "object" } }],
            })),
            "tools/call" => {
                self.result(&json!({ "content": [{ "type": "text", "text": "done" }] }))
            }
            "GET" => status(405),
            "DELETE" => status(200),
            _ => status(202),
        }
    }
}

pub fn status(status: u16) -> Response {
    Response::builder()
        .status(status)
        .body(Body::empty())
        .unwrap()
}

pub fn stream_of(body: Body) -> Response {
    let builder = Response::builder().header("content-type", "text/event-stream");
    builder.body(body).unwrap()
}

pub fn reply(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// Returns when it is so, and fails where it takes too long.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waited = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_mins(1), waited).await;
    assert!(waited.is_ok(), "{what}: not within a minute");
}

/// A server that needs no sign-in, of these eras.
pub async fn sample(eras: Eras) -> Sample {
    let sample = Sample::start().await;
    sample.mcp.behave(|server| {
        server.access = Access::Open;
        server.eras = eras;
    });
    sample
}

pub async fn opened(sample: &Sample) -> (Session, UnboundedReceiver<SessionNotice>) {
    Opening::at(&sample.mcp_url()).notified().await.unwrap()
}

pub async fn greet(session: &Session) -> Result<(), SessionError> {
    let arguments = Map::from_iter([("name".to_owned(), json!("Ada"))]);
    let limit = Duration::from_mins(1);
    session
        .call_tool("greet", arguments, Caller::waiting(limit))
        .await
        .map(drop)
}

/// A server that answers as a closure says.
pub struct Script {
    pub url: Url,
    seen: Arc<Mutex<Vec<Call>>>,
    server: tokio::task::JoinHandle<()>,
}

impl Script {
    pub async fn start(answer: impl Fn(&Call) -> Response + Clone + Send + Sync + 'static) -> Self {
        Self::start_async(move |call| {
            let answer = answer.clone();
            async move { answer(&call) }.boxed()
        })
        .await
    }

    pub async fn start_async(
        answer: impl Fn(Call) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen: Arc<Mutex<Vec<Call>>> = Arc::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let router = Router::new().fallback({
            let seen = seen.clone();
            move |ConnectInfo(from): ConnectInfo<SocketAddr>, request: Request| async move {
                let (head, body) = request.into_parts();
                let bytes = to_bytes(body, 1 << 20).await.unwrap();
                let body = serde_json::from_slice(&bytes).unwrap_or_default();
                let call = Call {
                    at: Instant::now(),
                    from,
                    method: head.method,
                    headers: head.headers,
                    body,
                };
                seen.lock().unwrap().push(call.clone());
                answer(call).await
            }
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { url, seen, server }
    }

    pub fn seen(&self) -> Vec<Call> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns when a JSON-RPC method (or GET, DELETE) was asked for so often.
    pub async fn asked(&self, name: &str, times: usize) {
        until(name, || self.count(name) >= times).await;
    }

    /// How often a JSON-RPC method (or GET, DELETE) was asked for.
    pub fn count(&self, name: &str) -> usize {
        self.seen()
            .iter()
            .filter(|call| call.name() == name)
            .count()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One refusal, as the source of tokens was told of it.
#[derive(Debug, Clone)]
pub struct Rejection {
    pub token: Option<String>,
    pub status: u16,
    pub challenge: Option<BearerChallenge>,
}

/// A source that gives what a test puts into it.
#[derive(Default)]
pub struct Tokens {
    pub current: Mutex<Option<String>>,
    /// What the next refusals lead to; then it is [`AuthFailure::SignInNeeded`].
    pub next: Mutex<VecDeque<Result<String, AuthFailure>>>,
    pub rejections: Mutex<Vec<Rejection>>,
    pub asked: Mutex<usize>,
    /// The first one is given out when this is told.
    pub held: Mutex<Option<Arc<Notify>>>,
    pub accepted: Mutex<Vec<String>>,
}

impl Tokens {
    pub fn none() -> Arc<Self> {
        Arc::default()
    }

    pub fn of(token: &str) -> Arc<Self> {
        let tokens = Self::none();
        *tokens.current.lock().unwrap() = Some(token.into());
        tokens
    }

    pub fn then(self: Arc<Self>, next: Result<&str, AuthFailure>) -> Arc<Self> {
        self.next.lock().unwrap().push_back(next.map(str::to_owned));
        self
    }

    pub fn rejections(&self) -> Vec<Rejection> {
        self.rejections.lock().unwrap().clone()
    }
}

impl TokenSource for Tokens {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, AuthFailure>> {
        *self.asked.lock().unwrap() += 1;
        let token = self.current.lock().unwrap().clone();
        let held = self.held.lock().unwrap().take();
        async move {
            if let Some(held) = held {
                held.notified().await;
            }
            Ok(token.map(AccessToken::new))
        }
        .boxed()
    }

    fn rejected<'a>(
        &'a self,
        token: Option<&'a AccessToken>,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, AuthFailure>> {
        let token = token.map(|token| token.expose().to_owned());
        self.rejections.lock().unwrap().push(Rejection {
            token,
            status,
            challenge,
        });
        let next = self.next.lock().unwrap().pop_front();
        let next = next.unwrap_or(Err(AuthFailure::SignInNeeded));
        if let Ok(newer) = &next {
            *self.current.lock().unwrap() = Some(newer.clone());
        }
        async move { next.map(AccessToken::new) }.boxed()
    }

    fn accepted(&self, token: &AccessToken) {
        self.accepted
            .lock()
            .unwrap()
            .push(token.expose().to_owned());
    }
}

/// What a test opens a session with; the fields are there to be changed.
pub struct Opening {
    pub url: Url,
    pub headers: Vec<(&'static str, &'static str)>,
    pub tokens: Arc<Tokens>,
    pub era: Option<Era>,
    pub respondent: Option<Respondent>,
    pub timeout: Duration,
}

impl Opening {
    pub fn at(url: &Url) -> Self {
        Self {
            url: url.clone(),
            headers: Vec::new(),
            tokens: Tokens::none(),
            era: None,
            respondent: None,
            timeout: Duration::from_mins(1),
        }
    }

    pub fn with(self, tokens: &Arc<Tokens>) -> Self {
        Self {
            tokens: tokens.clone(),
            ..self
        }
    }

    pub async fn notified(
        self,
    ) -> Result<(Session, UnboundedReceiver<SessionNotice>), SessionError> {
        let (notify, notices) = unbounded_channel();
        let header = |(name, value): &(&'static str, &'static str)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_static(value))
        };
        let session = Session::open(SessionOptions {
            extensions: &[],
            url: self.url,
            headers: self.headers.iter().map(header).collect(),
            http: Http::new(HttpOptions::default())
                .unwrap()
                .reaching(Reach::Loopback),
            tokens: self.tokens,
            timeout: self.timeout,
            era: self.era,
            respondent: self.respondent,
            notify,
        });
        Ok((session.await?, notices))
    }

    pub async fn open(self) -> Result<Session, SessionError> {
        self.notified().await.map(|(session, _)| session)
    }
}
