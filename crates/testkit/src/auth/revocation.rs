//! Token revocation (RFC 7009).

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{AuthServer, client_auth, error::Refusal};
use crate::{canned, gate};

pub(super) async fn revoke(server: AuthServer, headers: HeaderMap, body: String) -> Response {
    gate::pass(server.behave(|behaviour| behaviour.revocation_gate.clone())).await;
    let canned = server.behave(|behaviour| canned::next(&mut behaviour.revocation_answers));
    if let Some(canned) = canned {
        return canned.into_response();
    }
    match decide(&server, &headers, &body) {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn decide(server: &AuthServer, headers: &HeaderMap, body: &str) -> Result<(), Refusal> {
    let form = client_auth::form(body)?;
    let client = client_auth::client(server, headers, &form)?;
    let token = form
        .get("token")
        .ok_or_else(|| Refusal::new("invalid_request", "token is missing"))?;
    server
        .0
        .book
        .with(|book| book.revoke_token(token, &client.id));
    server.count(|counters| counters.revocations += 1);
    Ok(())
}
