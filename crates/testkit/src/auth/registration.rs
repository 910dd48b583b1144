//! Dynamic client registration (RFC 7591).

use std::time::Duration;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{AuthBehaviour, AuthServer, book::Client, error::Refusal};
use crate::{canned, gate, random};

#[derive(Debug, Deserialize)]
struct Wanted {
    redirect_uris: Vec<String>,
    #[serde(default)]
    client_name: Option<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    scope: Option<String>,
}

pub(super) async fn register(server: AuthServer, Json(body): Json<Map<String, Value>>) -> Response {
    gate::pass(server.behave(|behaviour| behaviour.registration_gate.clone())).await;
    let canned = server.behave(|behaviour| canned::next(&mut behaviour.registration_answers));
    if let Some(canned) = canned {
        return canned.into_response();
    }
    match server.behave(|behaviour| decide(behaviour, &body)) {
        Ok(client) => {
            let lifetime = server.behave(|behaviour| behaviour.client_secret_lifetime);
            let answer = describe(&client, body, lifetime);
            if let Some(secret) = &client.secret {
                server.0.secrets.note(secret);
            }
            server
                .0
                .book
                .with(|book| book.clients.insert(client.id.clone(), client));
            server.count(|counters| counters.registrations += 1);
            (
                StatusCode::CREATED,
                [("cache-control", "no-store")],
                Json(answer),
            )
                .into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn decide(behaviour: &AuthBehaviour, body: &Map<String, Value>) -> Result<Client, Refusal> {
    let invalid = |why: String| Refusal::new("invalid_client_metadata", why);
    if behaviour.registration_refuses_application_type && body.contains_key("application_type") {
        return Err(invalid("Unrecognized field: application_type".to_owned()));
    }
    let wanted: Wanted = serde_json::from_value(Value::Object(body.clone()))
        .map_err(|error| invalid(error.to_string()))?;
    if wanted.redirect_uris.is_empty() {
        return Err(Refusal::new(
            "invalid_redirect_uri",
            "At least one redirect URI is needed.",
        ));
    }
    for uri in &wanted.redirect_uris {
        let refused = behaviour
            .refused_redirects
            .iter()
            .any(|start| uri.starts_with(start));
        if refused || url::Url::parse(uri).is_err() || uri.contains('#') {
            return Err(Refusal::new(
                "invalid_redirect_uri",
                "This redirect URI is not accepted.",
            ));
        }
    }
    let method = behaviour
        .registered_auth_method
        .clone()
        .or(wanted.token_endpoint_auth_method)
        .unwrap_or_else(|| "client_secret_basic".to_owned());
    if !["none", "client_secret_basic", "client_secret_post"].contains(&method.as_str()) {
        return Err(invalid(format!(
            "token_endpoint_auth_method {method} is not supported"
        )));
    }
    let with_secret = method != "none" || behaviour.registration_always_has_secret;
    Ok(Client {
        id: random::name("client"),
        secret: with_secret.then(|| random::secret("secret")),
        auth_method: method,
        name: wanted
            .client_name
            .unwrap_or_else(|| "A nameless client".to_owned()),
        redirect_uris: wanted.redirect_uris,
        scope: wanted.scope,
    })
}

/// RFC 7591 §3.2.1: everything that was registered, with what the server decided.
fn describe(
    client: &Client,
    mut body: Map<String, Value>,
    lifetime: Option<Duration>,
) -> Map<String, Value> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    body.insert("client_id".to_owned(), json!(client.id));
    body.insert("client_id_issued_at".to_owned(), json!(now));
    body.insert(
        "token_endpoint_auth_method".to_owned(),
        json!(client.auth_method),
    );
    if let Some(secret) = &client.secret {
        body.insert("client_secret".to_owned(), json!(secret));
        let ends = lifetime.map_or(0, |lifetime| now + lifetime.as_secs());
        body.insert("client_secret_expires_at".to_owned(), json!(ends));
    }
    body
}
