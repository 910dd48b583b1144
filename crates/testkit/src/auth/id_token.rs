//! Who signed in, for a client that asks (OpenID Connect Core 1.0 §2).

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value, json};

use super::{
    AuthServer,
    book::{Client, Issued},
    metadata::patch,
};
use crate::key_pair::ES256;

/// How long an ID token is good, in seconds.
const LIFE: u64 = 300;

/// The tokens with one about ada, if `openid` was granted or everybody gets one.
pub(super) fn with(server: &AuthServer, client: &Client, issued: Issued) -> Issued {
    let granted = issued.scopes.iter().any(|scope| scope == "openid");
    let wanted = granted || server.behave(|behaviour| behaviour.always_id_token);
    let signed = wanted.then(|| signed(&claims(server, client))).flatten();
    Issued {
        id_token: signed,
        ..issued
    }
}

fn claims(server: &AuthServer, client: &Client) -> Map<String, Value> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.unwrap_or_default().as_secs();
    let mut claims = Map::new();
    for (name, value) in [
        ("iss", json!(server.issuer())),
        ("aud", json!(client.id)),
        ("sub", json!("248289761001")),
        ("iat", json!(now)),
        ("exp", json!(now + LIFE)),
        ("email", json!("ada@example.com")),
        ("preferred_username", json!("ada")),
        ("name", json!("Ada Lovelace")),
    ] {
        claims.insert(name.to_owned(), value);
    }
    server.behave(|behaviour| patch(&mut claims, &behaviour.id_token_patch));
    claims
}

fn signed(claims: &Map<String, Value>) -> Option<String> {
    let key = EncodingKey::from_ec_pem(ES256.private.as_bytes()).ok()?;
    encode(&Header::new(Algorithm::ES256), claims, &key).ok()
}
