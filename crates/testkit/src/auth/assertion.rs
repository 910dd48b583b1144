//! Clients that sign who they are (RFC 7523 §§2.2, 3).

use std::collections::HashMap;

use jsonwebtoken::{DecodingKey, Validation, dangerous::insecure_decode, decode, decode_header};
use serde::Deserialize;

use super::{
    book::{Book, Client},
    error::Refusal,
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Nobody needs longer to send what was just signed, in seconds.
const LONGEST_LIFE: u64 = 300;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: u64,
    exp: u64,
    jti: String,
}

/// The client that signed for this very server, a moment ago and for the first time.
pub(super) fn check(
    book: &mut Book,
    issuer: &str,
    form: &HashMap<String, String>,
) -> Result<Client, Refusal> {
    let refused = Refusal::invalid_client;
    if form.get("client_assertion_type").map(String::as_str) != Some(JWT_BEARER) {
        return Err(refused("This is no kind of assertion that is known here."));
    }
    let signed = form
        .get("client_assertion")
        .ok_or_else(|| refused("No assertion."))?;
    let id = insecure_decode::<Claims>(signed)
        .map_err(|_| refused("The assertion cannot be read."))?
        .claims
        .sub;
    let client = book.clients.get(&id).cloned();
    let client = client
        .filter(|client| client.auth_method == "private_key_jwt")
        .ok_or_else(|| refused("No client of that name signs here."))?;
    let claims = book
        .keys
        .get(&id)
        .and_then(|key| verified(signed, key, issuer))
        .ok_or_else(|| refused("The assertion is not good here."))?;
    let other = form.get("client_id").is_some_and(|other| *other != id);
    if other || claims.iss != id || claims.exp.saturating_sub(claims.iat) > LONGEST_LIFE {
        return Err(refused("The assertion says something else."));
    }
    if !book.assertions.insert(claims.jti) {
        return Err(refused("This assertion was used before."));
    }
    Ok(client)
}

fn verified(signed: &str, key: &str, issuer: &str) -> Option<Claims> {
    let key = key.as_bytes();
    let algorithm = decode_header(signed).ok()?.alg;
    let key = DecodingKey::from_ec_pem(key)
        .or_else(|_| DecodingKey::from_rsa_pem(key))
        .or_else(|_| DecodingKey::from_ed_pem(key))
        .ok()?;
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[issuer]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    Some(decode::<Claims>(signed, &key, &validation).ok()?.claims)
}
