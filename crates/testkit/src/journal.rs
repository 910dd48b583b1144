//! What both servers saw, in the order in which it came, without anything secret.

use std::{collections::BTreeMap, fmt, panic::Location, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{secrets::Secrets, wait::wait_for};

/// Which server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Peer {
    /// The authorization server.
    Auth,
    /// The MCP server.
    Mcp,
}

/// One request and the status that it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who was asked.
    pub peer: Peer,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// The JSON-RPC method (with the tool's name for a call) or the `grant_type`.
    pub note: Option<String>,
    /// OAuth parameters that are nobody's secret: `resource`, `scope`, `redirect_uri` and such; of a
    /// JSON-RPC message the `extensions` that the client declares.
    pub params: BTreeMap<String, String>,
    /// Names of the request's headers, in lower case, as often as they came.
    pub headers: Vec<String>,
    /// The answer's status; `None` while the request is held or when the client hung up.
    pub status: Option<u16>,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if let Some(note) = &self.note {
            write!(f, " [{note}]")?;
        }
        match self.status {
            Some(status) => write!(f, " → {status}"),
            None => write!(f, " → …"),
        }
    }
}

/// Parameters that may be written down.
const OPEN_PARAMS: [&str; 9] = [
    "grant_type",
    "resource",
    "scope",
    "redirect_uri",
    "client_id",
    "prompt",
    "response_type",
    "code_challenge_method",
    "token_type_hint",
];

/// Parameters that must never be written down by anybody.
const SECRET_PARAMS: [&str; 8] = [
    "code",
    "code_verifier",
    "state",
    "token",
    "refresh_token",
    "client_secret",
    "client_assertion",
    "password",
];

#[derive(Debug, Clone)]
pub(crate) struct Journal(Arc<watch::Sender<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    /// How many were cleared, so that a late answer still finds its own line.
    cleared: usize,
    seen: Vec<Seen>,
}

impl Entries {
    fn nothing_fits(&self) -> String {
        let seen: Vec<String> = self.seen.iter().map(ToString::to_string).collect();
        format!("a request that fits; there were:\n{}", seen.join("\n"))
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Entries::default())))
    }
}

impl Journal {
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.0.borrow().seen.clone()
    }

    pub(crate) fn clear(&self) {
        self.0.send_modify(|entries| {
            entries.cleared += entries.seen.len();
            entries.seen.clear();
        });
    }

    /// Returns the first entry that fits, now or as soon as there is one.
    pub(crate) async fn wait_for(&self, fits: impl Fn(&Seen) -> bool, at: &Location<'_>) -> Seen {
        let find = |entries: &Entries| entries.seen.iter().find(|seen| fits(seen)).cloned();
        wait_for(&self.0, find, at, Entries::nothing_fits).await
    }

    /// Returns once so many entries fit.
    pub(crate) async fn wait_for_many(
        &self,
        times: usize,
        fits: impl Fn(&Seen) -> bool,
        at: &Location<'_>,
    ) {
        let enough = |entries: &Entries| {
            let fitting = entries.seen.iter().filter(|seen| fits(seen));
            (fitting.count() >= times).then_some(())
        };
        wait_for(&self.0, enough, at, |entries| {
            format!("{times} times, {}", entries.nothing_fits())
        })
        .await;
    }

    fn begin(&self, seen: Seen) -> usize {
        let mut at = 0;
        self.0.send_modify(|entries| {
            at = entries.cleared + entries.seen.len();
            entries.seen.push(seen);
        });
        at
    }

    fn end(&self, at: usize, status: StatusCode) {
        self.0.send_modify(|entries| {
            let seen = at
                .checked_sub(entries.cleared)
                .and_then(|at| entries.seen.get_mut(at));
            if let Some(seen) = seen {
                seen.status = Some(status.as_u16());
            }
        });
    }
}

/// Middleware: writes down every request of one server.
pub(crate) async fn record(
    State((journal, secrets, peer)): State<(Journal, Secrets, Peer)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, 4 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let is_json = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let json: Option<Value> = is_json
        .then(|| serde_json::from_slice(&bytes).ok())
        .flatten();
    let form = if is_json { &[][..] } else { &bytes[..] };
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let mut params = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query).chain(url::form_urlencoded::parse(form))
    {
        if OPEN_PARAMS.contains(&name.as_ref()) {
            params.insert(name.into_owned(), value.into_owned());
        } else if SECRET_PARAMS.contains(&name.as_ref()) {
            secrets.note(&value);
        }
    }
    if let Some(extensions) = json.as_ref().and_then(rpc_extensions) {
        params.insert("extensions".to_owned(), extensions);
    }
    for name in [header::AUTHORIZATION, HeaderName::from_static("x-api-key")] {
        for value in parts.headers.get_all(name) {
            let value = value.to_str().unwrap_or_default();
            secrets.note(
                value
                    .split_once(' ')
                    .map_or(value, |(_, credential)| credential),
            );
        }
    }
    let at = journal.begin(Seen {
        peer,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        note: json
            .as_ref()
            .and_then(rpc_note)
            .or_else(|| params.get("grant_type").cloned()),
        params,
        headers: parts
            .headers
            .iter()
            .map(|(name, _)| name.to_string())
            .collect(),
        status: None,
    });
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    journal.end(at, response.status());
    response
}

/// The names of the extensions that a client declares, in either era's place.
fn rpc_extensions(message: &Value) -> Option<String> {
    let places = [
        "/params/capabilities/extensions",
        "/params/_meta/io.modelcontextprotocol~1clientCapabilities/extensions",
    ];
    let declared = places.iter().find_map(|place| message.pointer(place))?;
    let names: Vec<&str> = declared.as_object()?.keys().map(String::as_str).collect();
    Some(names.join(" "))
}

/// `tools/call greet`, `initialize`, …
fn rpc_note(message: &Value) -> Option<String> {
    let method = message.get("method")?.as_str()?;
    let tool = message.pointer("/params/name").and_then(Value::as_str);
    Some(match tool {
        Some(tool) if method == "tools/call" => format!("{method} {tool}"),
        _ => method.to_owned(),
    })
}
