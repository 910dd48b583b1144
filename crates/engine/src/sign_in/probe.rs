//! The first look at a server: an MCP request without credentials (rule D1).

use std::time::Duration;

use drawbridge_oauth::{BearerChallenge, Http, McpError, bearer};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::Request;
use serde_json::json;
use url::Url;

use crate::error::Error;

/// The newest protocol version that begins with `initialize`.
const INITIALIZE_VERSION: &str = "2025-11-25";
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// How long the end of the probe's session may take: what was found out does not depend on it.
const GOODBYE: Duration = Duration::from_secs(3);
/// Enough of an answer to see whether it is JSON-RPC.
const BODY_LIMIT: usize = 64 * 1024;

/// What the server said.
#[derive(Debug)]
pub(crate) enum ProbeAnswer {
    /// It answered like an MCP server that asks for nothing.
    Open,
    /// It asks who is calling; with its Bearer challenge, if it sent one.
    Challenged(Option<BearerChallenge>),
    /// Nothing can be concluded from it.
    Unknown(Error),
}

/// Sends `initialize` without credentials and ends the session that it may have opened (rule D4).
pub(crate) async fn probe(http: &Http, server: &Url, limit: Duration) -> ProbeAnswer {
    match tokio::time::timeout(limit, ask(http, server)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(McpError::Refused(error))) => ProbeAnswer::Unknown(error.into()),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the probe did not reach the server");
            ProbeAnswer::Unknown(Error::Unreachable)
        }
        Err(_) => ProbeAnswer::Unknown(Error::ProbeTimedOut),
    }
}

async fn ask(http: &Http, server: &Url) -> Result<ProbeAnswer, McpError> {
    let mut request = Request::new(Method::POST, server.clone());
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, ACCEPTED);
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(VERSION, HeaderValue::from_static(INITIALIZE_VERSION));
    headers.insert(METHOD, HeaderValue::from_static("initialize"));
    *request.body_mut() = Some(initialize().to_string().into());
    let response = http.exchange(request).await?.response;
    let status = response.status();
    let kind = content_type(&response);
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        let challenge = bearer(response.headers());
        // A page is what something in front of the server sends, whoever asks.
        if status == StatusCode::FORBIDDEN && challenge.is_none() && kind == "text/html" {
            return Ok(ProbeAnswer::Unknown(Error::NotMcp { status: 403 }));
        }
        return Ok(ProbeAnswer::Challenged(challenge));
    }
    if let Some(session) = response.headers().get(SESSION_ID).cloned() {
        end_session(http, server, session).await;
    }
    let answered = match (status, kind.as_str()) {
        (status, "text/event-stream") => status.is_success(),
        // A server of another era refuses `initialize`, but it does so in JSON-RPC.
        (status, "application/json") if !status.is_server_error() => is_json_rpc(response).await,
        _ => false,
    };
    Ok(if answered {
        ProbeAnswer::Open
    } else {
        ProbeAnswer::Unknown(Error::NotMcp {
            status: status.as_u16(),
        })
    })
}

/// In a form that servers of both eras can read: those of 2026-07-28 look at the headers and at
/// `_meta` of every request before they look at anything else.
fn initialize() -> serde_json::Value {
    let us = json!({ "name": "Drawbridge", "version": env!("CARGO_PKG_VERSION") });
    json!({
        "jsonrpc": "2.0",
        "id": 0,
        "method": "initialize",
        "params": {
            "protocolVersion": INITIALIZE_VERSION,
            "capabilities": {},
            "clientInfo": us,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": INITIALIZE_VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": us,
            },
        },
    })
}

fn content_type(response: &reqwest::Response) -> String {
    let value = response.headers().get(header::CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

async fn is_json_rpc(mut response: reqwest::Response) -> bool {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_LIMIT {
            return false;
        }
    }
    serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|answer| {
        answer
            .get("jsonrpc")
            .is_some_and(|version| version == "2.0")
    })
}

async fn end_session(http: &Http, server: &Url, session: HeaderValue) {
    let mut request = Request::new(Method::DELETE, server.clone());
    let headers = request.headers_mut();
    headers.insert(SESSION_ID, session);
    headers.insert(VERSION, HeaderValue::from_static(INITIALIZE_VERSION));
    match tokio::time::timeout(GOODBYE, http.exchange(request)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the probe's session was not ended"),
        Err(_) => tracing::debug!("the probe's session was not ended in time"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Json;
    use axum::http::HeaderMap;
    use axum::routing::post;
    use drawbridge_oauth::HttpOptions;
    use serde_json::Value;
    use tokio::sync::mpsc;

    use super::*;

    // rule: D1
    #[tokio::test]
    async fn servers_of_both_eras_can_read_the_probe() {
        let (seen, mut requests) = mpsc::unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let answer = move |headers: HeaderMap, Json(body): Json<Value>| async move {
            seen.send((headers, body)).unwrap();
            Json(json!({ "jsonrpc": "2.0", "id": 0, "result": {} }))
        };
        let router = axum::Router::new().route("/mcp", post(answer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

        let http = Http::new(HttpOptions::default()).unwrap();
        let http = http.reaching(drawbridge_oauth::Reach::Loopback);
        let limit = Duration::from_mins(1);
        let found = probe(&http, &url.parse().unwrap(), limit).await;
        assert!(matches!(found, ProbeAnswer::Open), "{found:?}");

        let (headers, body) = requests.recv().await.unwrap();
        assert_eq!(headers["mcp-method"], "initialize");
        let params = &body["params"];
        let meta = &params["_meta"];
        let version = headers["mcp-protocol-version"].to_str().unwrap();
        assert_eq!(params["protocolVersion"], version);
        assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], version);
        assert!(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
        assert_eq!(
            params["clientInfo"],
            meta["io.modelcontextprotocol/clientInfo"]
        );
    }
}
