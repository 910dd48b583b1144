//! The protected-resource document (RFC 9728 §2) and the challenge that points to it.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Challenge, McpBehaviour, McpServer, ResourceMetadataAt};
use crate::{canned, gate};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

pub(super) async fn answer(server: McpServer, uri: Uri) -> Response {
    let place = server.behave(|behaviour| path(behaviour));
    if place != Some(uri.path()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    gate::pass(server.behave(|behaviour| behaviour.metadata_gate.clone())).await;
    if let Some(canned) = server.behave(|behaviour| canned::next(&mut behaviour.metadata_answers)) {
        return canned.into_response();
    }
    let (own, issuer) = (server.resource(), server.issuer());
    Json(server.behave(|behaviour| {
        let mut document = json!({
            "resource": behaviour.resource.as_ref().unwrap_or(&own),
            "authorization_servers":
                behaviour.authorization_servers.clone().unwrap_or_else(|| vec![issuer]),
            "bearer_methods_supported": ["header"],
            "resource_name": "Sample tools",
        });
        if let Some(scopes) = &behaviour.scopes_supported {
            document["scopes_supported"] = json!(scopes);
        }
        document
    }))
    .into_response()
}

fn path(behaviour: &McpBehaviour) -> Option<&'static str> {
    match behaviour.metadata_at {
        ResourceMetadataAt::Path => Some("/.well-known/oauth-protected-resource/mcp"),
        ResourceMetadataAt::Root => Some(WELL_KNOWN),
        ResourceMetadataAt::Elsewhere => Some("/resource-of-the-tools"),
        ResourceMetadataAt::Nowhere => None,
    }
}

/// The lines of `WWW-Authenticate` for a refusal.
pub(super) fn challenge(
    origin: &str,
    behaviour: &McpBehaviour,
    error: Option<&str>,
    scope: Option<&str>,
) -> HeaderMap {
    let mut params = Vec::new();
    if let Some(error) = error {
        params.push(format!("error=\"{error}\""));
    }
    if behaviour.challenge != Challenge::BareBearer {
        if let Some(scope) = scope {
            params.push(format!("scope=\"{scope}\""));
        }
        if let Some(path) = path(behaviour) {
            params.push(format!("resource_metadata=\"{origin}{path}\""));
        }
    }
    let bearer = if params.is_empty() {
        "Bearer".to_owned()
    } else {
        format!("Bearer {}", params.join(", "))
    };
    let lines = match behaviour.challenge {
        Challenge::Bearer | Challenge::BareBearer => vec![bearer],
        Challenge::None => Vec::new(),
        Challenge::NegotiateFirst => vec!["Negotiate".to_owned(), bearer],
        Challenge::OneLine => vec![format!(
            "Negotiate dGVzdA==, Basic realm=\"a, b\", {bearer}"
        )],
        Challenge::NegotiateOnly => vec!["Negotiate".to_owned()],
    };
    lines
        .into_iter()
        .filter_map(|line| Some((WWW_AUTHENTICATE, HeaderValue::try_from(line).ok()?)))
        .collect()
}
