//! The place where new versions are announced.
#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
    response::{IntoResponse as _, Response},
};
use futures::{StreamExt as _, stream};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

/// A question as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
}

#[derive(Default)]
struct Script {
    announcement: Option<(StatusCode, String)>,
    package: Vec<u8>,
    holds_back: bool,
    seen: Vec<Seen>,
}

#[derive(Clone)]
pub(crate) struct UpdateServer {
    origin: String,
    script: Arc<Mutex<Script>>,
}

impl UpdateServer {
    pub(crate) fn start() -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let listener = TcpListener::bind("127.0.0.1:0");
        let listener = tauri::async_runtime::block_on(listener).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(script.clone());
        tauri::async_runtime::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, script }
    }

    pub(crate) fn endpoint(&self) -> Url {
        self.url("/latest.json")
    }

    fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.origin).parse().unwrap()
    }

    /// Announces a version for this computer.
    pub(crate) fn announce(&self, version: &str, package: &[u8], signature: &str) {
        let here = tauri_plugin_updater::target().unwrap();
        self.announce_for(&here, version, package, signature);
    }

    pub(crate) fn announce_for(
        &self,
        computer: &str,
        version: &str,
        package: &[u8],
        signature: &str,
    ) {
        let news = json!({
            "version": version,
            "notes": "## Added\n\n- A drawbridge that goes **up** as well.",
            "pub_date": "2026-11-25T10:00:00Z",
            "platforms": { computer: { "url": self.url("/package"), "signature": signature } },
        });
        self.say(StatusCode::OK, &news.to_string());
        self.script.lock().unwrap().package = package.to_vec();
    }

    /// Answers the question for the newest version with this.
    pub(crate) fn say(&self, status: StatusCode, words: &str) {
        self.script.lock().unwrap().announcement = Some((status, words.to_owned()));
    }

    /// Whether no more than the first half of a package comes.
    #[allow(dead_code, reason = "the real window is shown whole packages alone")]
    pub(crate) fn hold_back(&self, holds_back: bool) {
        self.script.lock().unwrap().holds_back = holds_back;
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script.lock().unwrap().seen.clone()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let mut script = script.lock().unwrap();
    let target = request.uri().to_string();
    script.seen.push(Seen {
        target: target.clone(),
        headers: request.headers().clone(),
    });
    match target.as_str() {
        "/package" if script.holds_back => half(&script.package),
        "/package" => script.package.clone().into_response(),
        _ => match &script.announcement {
            Some((status, words)) => (*status, words.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// The first half of it, and no end.
fn half(package: &[u8]) -> Response {
    let first = package[..package.len() / 2].to_vec();
    let coming = stream::iter([Ok::<_, Infallible>(first)]).chain(stream::pending());
    let size = [(CONTENT_LENGTH, package.len())];
    (size, Body::from_stream(coming)).into_response()
}
