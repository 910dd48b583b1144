//! The token endpoint (RFC 6749 §§4.1.3, 4.4, 5, 6).

use std::{collections::HashMap, time::Instant};

use axum::{
    Json,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    AuthServer, ExpiresIn,
    book::{Client, CodeRequest, Issued, NoRefresh, RefreshRequest, Terms},
    client_auth,
    error::Refusal,
    id_token,
};
use crate::{canned, gate};

pub(super) async fn answer(
    server: AuthServer,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let here = server.behave(|behaviour| format!("{}{}", server.0.path, behaviour.token_at));
    if uri.path() != here {
        return StatusCode::NOT_FOUND.into_response();
    }
    gate::pass(server.behave(|behaviour| behaviour.token_gate.clone())).await;
    let form = match client_auth::form(&body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let refreshes = form
        .get("grant_type")
        .is_some_and(|kind| kind == "refresh_token");
    let canned = server.behave(|behaviour| {
        let special = refreshes
            .then(|| canned::next(&mut behaviour.refresh_answers))
            .flatten();
        special.or_else(|| canned::next(&mut behaviour.token_answers))
    });
    if let Some(canned) = canned {
        return canned.into_response();
    }
    let stranger = form
        .get("client_id")
        .is_some_and(|id| server.0.book.with(|book| !book.clients.contains_key(id)));
    if stranger && let Some(canned) = server.behave(|behaviour| behaviour.stranger_answer.clone()) {
        return canned.into_response();
    }
    let issued = decide(&server, &headers, &form);
    gate::pass(server.behave(|behaviour| behaviour.token_answer_gate.clone())).await;
    match issued {
        Ok(issued) => (
            [("cache-control", "no-store")],
            Json(describe(&server, &issued)),
        )
            .into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn decide(
    server: &AuthServer,
    headers: &HeaderMap,
    form: &HashMap<String, String>,
) -> Result<Issued, Refusal> {
    let client = client_auth::client(server, headers, form)?;
    let issued = match form.get("grant_type").map(String::as_str) {
        Some("authorization_code") => exchange(server, &client, form)?,
        Some("refresh_token") => refresh(server, &client, form)?,
        Some("client_credentials") => to_client(server, &client, form)?,
        _ => {
            return Err(Refusal::new(
                "unsupported_grant_type",
                "This grant type is not known here.",
            ));
        }
    };
    server.0.secrets.note(&issued.access_token);
    for token in [&issued.refresh_token, &issued.id_token]
        .into_iter()
        .flatten()
    {
        server.0.secrets.note(token);
    }
    Ok(issued)
}

fn exchange(
    server: &AuthServer,
    client: &Client,
    form: &HashMap<String, String>,
) -> Result<Issued, Refusal> {
    let request = CodeRequest {
        code: needed(form, "code")?,
        client_id: &client.id,
        redirect_uri: needed(form, "redirect_uri")?,
        resource: form.get("resource").map(String::as_str),
        challenge: s256(needed(form, "code_verifier")?),
    };
    let terms = terms(server);
    let issued = server
        .0
        .book
        .with(|book| book.exchange(&request, terms, Instant::now()))?;
    server.count(|counters| counters.token_exchanges += 1);
    Ok(id_token::with(server, client, issued))
}

fn refresh(
    server: &AuthServer,
    client: &Client,
    form: &HashMap<String, String>,
) -> Result<Issued, Refusal> {
    let request = RefreshRequest {
        token: needed(form, "refresh_token")?,
        client_id: &client.id,
        resource: form.get("resource").map(String::as_str),
        scopes: form
            .get("scope")
            .map(|all| all.split(' ').map(str::to_owned).collect()),
    };
    let terms = terms(server);
    match server
        .0
        .book
        .with(|book| book.refresh(&request, terms, Instant::now()))
    {
        Ok(issued) => {
            server.count(|counters| counters.refreshes += 1);
            Ok(id_token::with(server, client, issued))
        }
        Err(NoRefresh::Reuse) => {
            server.count(|counters| counters.refresh_reuses += 1);
            Err(Refusal::invalid_grant(
                "This refresh token was used before; the grant is ended.",
            ))
        }
        Err(NoRefresh::Refused(refusal)) => Err(refusal),
    }
}

/// RFC 6749 §4.4: only a client that can keep a secret may ask for itself.
fn to_client(
    server: &AuthServer,
    client: &Client,
    form: &HashMap<String, String>,
) -> Result<Issued, Refusal> {
    if client.auth_method == "none" {
        return Err(Refusal::new(
            "unauthorized_client",
            "This client cannot prove who it is.",
        ));
    }
    let asked = form.get("scope").map(String::as_str).unwrap_or_default();
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    let known = server.behave(|behaviour| behaviour.scopes.clone());
    if asked.iter().any(|scope| !known.contains(scope)) {
        return Err(Refusal::new("invalid_scope", "One of these is not known."));
    }
    let scopes = server.within_grant(asked);
    let resource = form.get("resource").cloned();
    let terms = terms(server);
    let issued = server
        .0
        .book
        .with(|book| book.issue_to_client(&client.id, scopes, resource, terms, Instant::now()));
    server.count(|counters| counters.client_tokens += 1);
    Ok(issued)
}

fn terms(server: &AuthServer) -> Terms {
    server.behave(|behaviour| Terms {
        lifetime: behaviour.access_token_lifetime,
        refresh: behaviour.refresh_tokens,
        checks_resource: behaviour.checks_resource,
        repeats_access: behaviour.repeats_access_token,
    })
}

fn describe(server: &AuthServer, issued: &Issued) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("access_token".to_owned(), json!(issued.access_token));
    answer.insert("token_type".to_owned(), json!("Bearer"));
    answer.insert("scope".to_owned(), json!(issued.scopes.join(" ")));
    let (told, lifetime) =
        server.behave(|behaviour| (behaviour.expires_in, behaviour.access_token_lifetime));
    match told {
        ExpiresIn::True => answer.insert("expires_in".to_owned(), json!(lifetime.as_secs())),
        ExpiresIn::Stated(seconds) => answer.insert("expires_in".to_owned(), json!(seconds)),
        ExpiresIn::Literal(text) => serde_json::from_str(text)
            .ok()
            .and_then(|value: Value| answer.insert("expires_in".to_owned(), value)),
        ExpiresIn::Missing => None,
    };
    if let Some(token) = &issued.refresh_token {
        answer.insert("refresh_token".to_owned(), json!(token));
    }
    if let Some(token) = &issued.id_token {
        answer.insert("id_token".to_owned(), json!(token));
    }
    answer
}

fn needed<'a>(form: &'a HashMap<String, String>, name: &str) -> Result<&'a str, Refusal> {
    form.get(name)
        .map(String::as_str)
        .ok_or_else(|| Refusal::new("invalid_request", format!("{name} is missing")))
}

/// RFC 7636 §4.2.
fn s256(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}
