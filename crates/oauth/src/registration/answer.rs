//! What a registration endpoint answers (RFC 7591 §3.2).

use std::time::{Duration, SystemTime};

use http::Response;
use serde_json::Value;

use super::Registration;
use crate::document::Document;
use crate::endpoint::shown;
use crate::refusal::Refusal;
use crate::retry_after::retry_after;
use crate::{AuthMethod, ClientId, ClientSecret, Error, RedirectUri, ServerMetadata};

/// How servers speak of a field that they do not know, in lower case.
const HINTS: [&str; 6] = [
    "unrecognized",
    "unknown",
    "unexpected",
    "additional propert",
    "unsupported field",
    "not permitted",
];

const APPLICATION_TYPE: &str = "application_type";
const SCOPE: &str = "scope";

/// A field that a refusal is about, if the registration can do without it.
pub(super) struct Unwanted {
    pub(super) field: &'static str,
    /// The server said so; else it is a guess.
    pub(super) named: bool,
}

/// The field that a refusal is about. A refusal that says nothing at all may be about a field that
/// the server does not know.
pub(super) fn unwanted_field(response: &Response<Vec<u8>>) -> Option<Unwanted> {
    if !matches!(response.status().as_u16(), 400 | 422) {
        return None;
    }
    let named = |field| Some(Unwanted { field, named: true });
    let guessed = Unwanted {
        field: APPLICATION_TYPE,
        named: false,
    };
    let refusal = Refusal::read(response, &[]);
    if refusal.error.as_deref() == Some("invalid_scope") {
        return named(SCOPE);
    }
    let Some(words) = refusal.description else {
        let says_nothing = matches!(
            refusal.error.as_deref(),
            None | Some("invalid_client_metadata")
        );
        return says_nothing.then_some(guessed);
    };
    let words = words.to_ascii_lowercase();
    if words.contains("redirect") {
        None
    } else if words.contains(APPLICATION_TYPE) {
        named(APPLICATION_TYPE)
    } else if words.contains(SCOPE) {
        named(SCOPE)
    } else {
        let hinted = HINTS.iter().any(|hint| words.contains(hint));
        hinted.then_some(guessed)
    }
}

/// The registration. What the server says wins over what was asked for (RFC 7591 §3.2.1).
pub(super) fn read(
    response: &Response<Vec<u8>>,
    server: &ServerMetadata,
    redirect: &RedirectUri,
    asked: AuthMethod,
) -> Result<Registration, Error> {
    let status = response.status();
    let issuer = || server.issuer.shown();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(Error::Unavailable {
            url: server
                .registration_endpoint
                .as_ref()
                .map(shown)
                .unwrap_or_default(),
            status: status.as_u16(),
            retry_after: retry_after(response.headers()),
        });
    }
    let document = Document::parse(response.body()).filter(|_| status.is_success());
    let client_id = document
        .as_ref()
        .and_then(|document| document.text("client_id"));
    let (Some(document), Some(client_id)) = (&document, client_id) else {
        let Refusal { error, description } = Refusal::read(response, &[]);
        if status.is_success() && error.is_none() {
            return Err(Error::RegistrationUnusable {
                issuer: issuer(),
                problem: "no client id",
            });
        }
        let status = status.as_u16();
        return Err(Error::RegistrationRefused {
            issuer: issuer(),
            status,
            error,
            description,
        });
    };
    let client_secret = document.text("client_secret").map(ClientSecret::new);
    let auth_method =
        method(document, client_secret.is_some(), server, asked).ok_or_else(|| {
            Error::RegistrationUnusable {
                issuer: issuer(),
                problem: "a way to authenticate that Drawbridge does not know",
            }
        })?;
    Ok(Registration {
        client_id: ClientId::new(client_id),
        client_secret,
        auth_method,
        secret_expires_at: document.get("client_secret_expires_at").and_then(instant),
        redirect_uri: redirect.clone(),
        issuer: server.issuer.clone(),
    })
}

fn method(
    document: &Document,
    has_secret: bool,
    server: &ServerMetadata,
    asked: AuthMethod,
) -> Option<AuthMethod> {
    let stated = match document.text("token_endpoint_auth_method") {
        Some(name) => AuthMethod::parse(name)?,
        None if asked != AuthMethod::None || !has_secret => asked,
        // Asked for nothing, got a secret, and was not told what to do with it: a listed method,
        // else the one that RFC 7591 §2 assumes.
        None => {
            let listed = &server.token_endpoint_auth_methods;
            let post = AuthMethod::ClientSecretPost.as_str();
            let basic = AuthMethod::ClientSecretBasic.as_str();
            let only_post =
                listed.iter().any(|name| name == post) && !listed.iter().any(|name| name == basic);
            if only_post {
                AuthMethod::ClientSecretPost
            } else {
                AuthMethod::ClientSecretBasic
            }
        }
    };
    // Some servers repeat the default method to a client that they gave no secret.
    Some(if has_secret { stated } else { AuthMethod::None })
}

/// Seconds since the epoch; 0 means never (RFC 7591 §3.2.1).
fn instant(value: &Value) -> Option<SystemTime> {
    let seconds = value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .filter(|&s| s != 0)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
