//! The metadata document (RFC 8414 §2) at one of its three places.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, Uri, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{AuthBehaviour, AuthServer, Iss, MetadataAt};
use crate::{canned, gate};

pub(super) async fn answer(server: AuthServer, uri: Uri) -> Response {
    let path = &server.0.path;
    let places = [
        (
            MetadataAt::Oauth,
            format!("/.well-known/oauth-authorization-server{path}"),
        ),
        (
            MetadataAt::OidcInserted,
            format!("/.well-known/openid-configuration{path}"),
        ),
        (
            MetadataAt::OidcAppended,
            format!("{path}/.well-known/openid-configuration"),
        ),
    ];
    let here = server.behave(|behaviour| behaviour.metadata_at);
    if !places
        .iter()
        .any(|(at, place)| *at == here && place == uri.path())
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    gate::pass(server.behave(|behaviour| behaviour.metadata_gate.clone())).await;
    if let Some(canned) = server.behave(|behaviour| canned::next(&mut behaviour.metadata_answers)) {
        return canned.into_response();
    }
    let issuer = server.issuer();
    let mut response =
        Json(server.behave(|behaviour| document(&issuer, behaviour))).into_response();
    let caching = server.behave(|behaviour| behaviour.metadata_cache_control.clone());
    if let Some(caching) = caching.and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(CACHE_CONTROL, caching);
    }
    response
}

pub(super) fn document(issuer: &str, behaviour: &AuthBehaviour) -> Map<String, Value> {
    let mut document = Map::new();
    let mut set = |name: &str, value: Value| {
        document.insert(name.to_owned(), value);
    };
    set(
        "issuer",
        json!(behaviour.metadata_issuer.as_deref().unwrap_or(issuer)),
    );
    set(
        "authorization_endpoint",
        json!(format!("{issuer}/authorize")),
    );
    let token_at = behaviour.token_at;
    set("token_endpoint", json!(format!("{issuer}{token_at}")));
    set("registration_endpoint", json!(format!("{issuer}/register")));
    set("revocation_endpoint", json!(format!("{issuer}/revoke")));
    set("response_types_supported", json!(["code"]));
    set("response_modes_supported", json!(["query"]));
    set(
        "grant_types_supported",
        json!(["authorization_code", "refresh_token", "client_credentials"]),
    );
    set("scopes_supported", json!(behaviour.scopes));
    if let Some(methods) = &behaviour.code_challenge_methods {
        set("code_challenge_methods_supported", json!(methods));
    }
    if let Some(methods) = &behaviour.token_auth_methods {
        set("token_endpoint_auth_methods_supported", json!(methods));
        set("revocation_endpoint_auth_methods_supported", json!(methods));
    }
    if matches!(
        behaviour.iss,
        Iss::Advertised | Iss::Missing | Iss::Wrong(_)
    ) {
        set(
            "authorization_response_iss_parameter_supported",
            json!(true),
        );
    }
    patch(&mut document, &behaviour.metadata_patch);
    document
}

/// Replaces members by those of the patch, or removes them where it has null.
pub(super) fn patch(document: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        if value.is_null() {
            document.remove(name);
        } else {
            document.insert(name.clone(), value.clone());
        }
    }
}
