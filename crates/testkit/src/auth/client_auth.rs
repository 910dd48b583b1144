//! Who is calling the token or revocation endpoint (RFC 6749 §2.3, RFC 7523 §2.2).

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    AuthServer, assertion,
    book::{Book, Client},
    error::Refusal,
};

/// A parsed form; a repeated parameter is an error of the caller (RFC 6749 §3.2).
pub(super) fn form(body: &str) -> Result<HashMap<String, String>, Refusal> {
    let mut form = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        if form.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(Refusal::new(
                "invalid_request",
                format!("{name} comes twice"),
            ));
        }
    }
    Ok(form)
}

/// The client, if it proved itself exactly the way that it is registered.
pub(super) fn client(
    server: &AuthServer,
    headers: &HeaderMap,
    form: &HashMap<String, String>,
) -> Result<Client, Refusal> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let basic = match (lines.next(), lines.next()) {
        (None, _) => None,
        (Some(line), None) => Some(
            line.to_str()
                .ok()
                .and_then(parse_basic)
                .ok_or_else(|| Refusal::invalid_client("The Authorization header is broken."))?,
        ),
        (Some(_), Some(_)) => {
            return Err(Refusal::new(
                "invalid_request",
                "Two Authorization headers.",
            ));
        }
    };
    if let Some((_, secret)) = &basic {
        server.0.secrets.note(secret);
    }
    if form.contains_key("client_assertion") {
        if basic.is_some() || form.contains_key("client_secret") {
            return Err(two_ways());
        }
        let issuer = server.issuer();
        return server
            .0
            .book
            .with(|book| assertion::check(book, &issuer, form));
    }
    server.0.book.with(|book| check(book, basic, form))
}

fn check(
    book: &Book,
    basic: Option<(String, String)>,
    form: &HashMap<String, String>,
) -> Result<Client, Refusal> {
    let (method, id, secret) = match (basic, form.get("client_id"), form.get("client_secret")) {
        (Some(_), _, Some(_)) => {
            return Err(two_ways());
        }
        (Some((id, secret)), ..) => ("client_secret_basic", id, Some(secret)),
        (None, Some(id), Some(secret)) => ("client_secret_post", id.clone(), Some(secret.clone())),
        (None, Some(id), None) => ("none", id.clone(), None),
        (None, None, _) => return Err(Refusal::invalid_client("No client id.")),
    };
    let client = book
        .clients
        .get(&id)
        .ok_or_else(|| Refusal::invalid_client("Unknown client."))?;
    if client.auth_method != method {
        return Err(Refusal::invalid_client(
            "The client is registered for another method.",
        ));
    }
    if method != "none" && client.secret != secret {
        return Err(Refusal::invalid_client("The secret is wrong."));
    }
    Ok(client.clone())
}

fn two_ways() -> Refusal {
    Refusal::new("invalid_request", "Two ways of authentication at once.")
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
fn parse_basic(line: &str) -> Option<(String, String)> {
    let (scheme, credentials) = line.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(part: &str) -> String {
    url::form_urlencoded::parse(format!("v={part}").as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}
