//! The door of the endpoint: canned answers, credentials, scopes.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{AUTHORIZATION, CONNECTION},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Access, Connections, Eras, McpServer, Protects, Weak, metadata, tools};
use crate::{auth::Pass, canned, gate};

/// Who is calling; the tools find it among the request's extensions.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) grant: Option<u64>,
}

pub(super) async fn guard(State(weak): State<Weak>, request: Request, next: Next) -> Response {
    let Some(server) = weak.server() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, 4 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let message: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let method = message
        .get("method")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let calls = method == "tools/call";
    if parts.method == Method::POST {
        gate::pass(server.behave(|behaviour| behaviour.gate.clone())).await;
        gate::pass(server.behave(|behaviour| behaviour.method_gates.get(method).cloned())).await;
    }
    let canned = server.behave(|behaviour| {
        let special = behaviour
            .method_answers
            .iter()
            .position(|(of, _)| of == method);
        match special.and_then(|at| behaviour.method_answers.remove(at)) {
            Some((_, canned)) => Some(canned),
            None => canned::next(&mut behaviour.answers),
        }
    });
    if let Some(canned) = canned {
        return canned.into_response();
    }
    let repeating = server.behave(|behaviour| behaviour.repeats_credentials.get(method).copied());
    if let Some(status) = repeating {
        return repeated(status, &parts.headers, &message);
    }
    match admit(&server, &parts, method, &message) {
        Ok(caller) => drop(parts.extensions.insert(caller)),
        Err(refusal) => return *refusal,
    }
    if let Some(refusal) = server.behave(|behaviour| other_era(behaviour.eras, &message)) {
        return refusal;
    }
    if calls {
        gate::pass(server.behave(|behaviour| behaviour.call_gate.clone())).await;
    }
    let is_stream = parts.method == Method::GET;
    let request = Request::from_parts(parts, Body::from(bytes));
    let answer = next.run(request).await;
    if is_stream && answer.status().is_success() {
        server.0.ears.stream();
    }
    answer
}

/// Says that an answer was the last of its connection, where that is so.
pub(super) async fn close(State(weak): State<Weak>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let closed = |server: McpServer| server.behave(|b| b.connections == Connections::Closed);
    if weak.server().is_some_and(closed) {
        let last = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, last);
    }
    answer
}

fn admit(
    server: &McpServer,
    parts: &Parts,
    method: &str,
    message: &Value,
) -> Result<Caller, Box<Response>> {
    let access = server.behave(|behaviour| behaviour.access.clone());
    let protects = server.behave(|behaviour| behaviour.protects);
    let protected = match protects {
        Protects::Everything => true,
        Protects::Tools => matches!(method, "tools/list" | "tools/call"),
        Protects::Calls => method == "tools/call",
    };
    match access {
        Access::Open => Ok(Caller { grant: None }),
        Access::ApiKey(key) => {
            let given = parts.headers.get("x-api-key");
            if !protected || given.is_some_and(|given| given.as_bytes() == key.as_bytes()) {
                return Ok(Caller { grant: None });
            }
            Err(Box::new(
                (StatusCode::UNAUTHORIZED, "An API key is needed.").into_response(),
            ))
        }
        Access::OAuth => match bearer(server, &parts.headers) {
            Some(pass) => within_scope(server, &pass, message),
            None if protected => Err(Box::new(unauthorized(server, &parts.headers))),
            None => Ok(Caller { grant: None }),
        },
    }
}

/// The one good bearer token of the request.
fn bearer(server: &McpServer, headers: &HeaderMap) -> Option<Pass> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return None;
    };
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    let pass = scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| server.pass(token))
        .flatten()?;
    let own = server.resource();
    let (refuses, stated) =
        server.behave(|behaviour| (behaviour.refuses_tokens, behaviour.resource.clone()));
    // RFC 8707 §2.
    let mine = pass
        .resource
        .as_ref()
        .is_none_or(|resource| *resource == stated.unwrap_or(own));
    (!refuses && mine).then_some(pass)
}

fn unauthorized(server: &McpServer, headers: &HeaderMap) -> Response {
    // RFC 6750 §3.1: no error code for a request without credentials.
    let error = headers
        .contains_key(AUTHORIZATION)
        .then_some("invalid_token");
    let origin = server.origin();
    let lines = server.behave(|behaviour| {
        metadata::challenge(
            &origin,
            behaviour,
            error,
            behaviour.challenge_scope.as_deref(),
        )
    });
    let body = axum::Json(json!({ "error": error.unwrap_or("unauthorized") }));
    (StatusCode::UNAUTHORIZED, lines, body).into_response()
}

fn within_scope(server: &McpServer, pass: &Pass, message: &Value) -> Result<Caller, Box<Response>> {
    let tool = message
        .pointer("/params/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let method = message.get("method").and_then(Value::as_str);
    let method = method.unwrap_or_default();
    let calls = method == "tools/call";
    let (stated, never) = server.behave(|behaviour| {
        let by_tool = calls.then(|| behaviour.needed_scopes.get(&format!("{method} {tool}")));
        let stated = by_tool
            .flatten()
            .or_else(|| behaviour.needed_scopes.get(method));
        (stated.cloned(), behaviour.never_satisfied)
    });
    let built_in = || calls.then(|| tools::needed_scope(tool)).flatten();
    let has = |needed: &str| pass.scopes.iter().any(|scope| scope == needed);
    let needed = stated.or_else(|| built_in().map(str::to_owned));
    match needed.filter(|needed| never || !needed.split(' ').all(has)) {
        None => Ok(Caller {
            grant: Some(pass.grant),
        }),
        Some(needed) => {
            let origin = server.origin();
            let (lines, status) = server.behave(|behaviour| {
                let error = Some("insufficient_scope");
                let lines = metadata::challenge(&origin, behaviour, error, Some(&needed));
                (lines, behaviour.insufficient_status)
            });
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
            let body = axum::Json(json!({ "error": "insufficient_scope" }));
            Err(Box::new((status, lines, body).into_response()))
        }
    }
}

/// Refuses a request as some servers do, which show what they were given.
fn repeated(status: u16, headers: &HeaderMap, message: &Value) -> Response {
    let value = |name| {
        headers
            .get(name)
            .and_then(|it: &HeaderValue| it.to_str().ok())
    };
    let key = value("x-api-key").unwrap_or("none");
    let line = value("authorization").unwrap_or("none");
    let token = line.split_once(' ').map_or(line, |(_, token)| token);
    let said = format!("Invalid API key: {key}, authorization: {line}, token: {token}");
    let error = json!({ "code": -32001, "message": said });
    let id = message.get("id").cloned().unwrap_or_default();
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(body)).into_response()
}

/// Refuses what a server of the other era would not understand.
fn other_era(eras: Eras, message: &Value) -> Option<Response> {
    let method = message.get("method").and_then(Value::as_str)?;
    let foreign = match eras {
        Eras::Both => false,
        Eras::Initialize => {
            method == "server/discover"
                || message
                    .pointer("/params/_meta/io.modelcontextprotocol~1protocolVersion")
                    .is_some()
        }
        Eras::Discover => method == "initialize",
    };
    let refusal = || {
        let error = json!({ "code": -32601, "message": format!("Method not found: {method}") });
        let id = message.get("id").cloned().unwrap_or_default();
        let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
        (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
    };
    foreign.then(refusal)
}
