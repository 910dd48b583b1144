//! What token endpoints answer, made into what RFC 6749 §5 says that they answer.

use http::Response;
use http::header::CONTENT_TYPE;
use oauth2::HttpResponse;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::error::class_of;
use super::{Account, TokenError, TokenFailure};
use crate::document::Document;
use crate::refusal::{Refusal, says_client_is_unknown};
use crate::retry_after::retry_after;
use crate::{ClientId, Issuer};

/// A longer life is not believed, in seconds.
const TEN_YEARS: u64 = 10 * 365 * 24 * 60 * 60;

/// Who asked whom, and what went along in confidence.
pub(super) struct Asking {
    pub(super) issuer: Issuer,
    pub(super) client: ClientId,
    pub(super) secrets: Vec<SecretString>,
}

/// A success as the standard has it, or the reason why there is none. In the place of an ID token it
/// has the name that the token gives the person.
pub(super) fn standard(
    response: &Response<Vec<u8>>,
    asking: &Asking,
) -> Result<HttpResponse, TokenError> {
    let secrets = asking.secrets.iter().map(ExposeSecret::expose_secret);
    let secrets: &[&str] = &secrets.collect::<Vec<_>>();
    let document = Document::parse(response.body()).filter(|_| response.status().is_success());
    let Some(document) = document else {
        return Err(refusal(response, secrets));
    };
    // Slack and GitHub answer 200 and put the error inside.
    let refused = document.text("error").is_some() || document.get("ok") == Some(&false.into());
    let Some(access_token) = document.text("access_token").filter(|_| !refused) else {
        return Err(refusal(response, secrets));
    };
    // A token that is bound to a key is of no use as a bearer token. Other names are taken for
    // "bearer": Slack says "user".
    if let Some(kind) = document.text("token_type")
        && ["dpop", "pop", "mac"]
            .iter()
            .any(|bound| kind.eq_ignore_ascii_case(bound))
    {
        let reason = "it gives out tokens that only the holder of a key can use".to_owned();
        return Err(TokenError::Unusable { reason });
    }
    let mut body = Map::new();
    body.insert("access_token".to_owned(), access_token.into());
    body.insert("token_type".to_owned(), "bearer".into());
    if let Some(token) = document.text("refresh_token") {
        body.insert("refresh_token".to_owned(), token.into());
    }
    if let Some(seconds) = document.get("expires_in").and_then(lifetime) {
        body.insert("expires_in".to_owned(), seconds.into());
    }
    if let Some(scopes) = document.scopes("scope") {
        // It is stored and shown: more than can be asked for is nothing that was asked for.
        body.insert("scope".to_owned(), scopes.cut().to_string().into());
    }
    let given = ["access_token", "refresh_token"].into_iter();
    let given = given.filter_map(|token| document.text(token));
    let secrets: Vec<&str> = secrets.iter().copied().chain(given).collect();
    let account = document
        .text("id_token")
        .and_then(|token| Account::read(token, &asking.issuer, &asking.client, &secrets));
    if let Some(account) = account {
        body.insert("account".to_owned(), account.as_str().into());
    }
    let mut standard = Response::new(Value::Object(body).to_string().into_bytes());
    let json = http::HeaderValue::from_static("application/json");
    standard.headers_mut().insert(CONTENT_TYPE, json);
    Ok(standard)
}

/// Seconds: a number of any kind, or one in a string. Below zero is zero; beyond ten years is ten
/// years.
fn lifetime(value: &Value) -> Option<u64> {
    let text = value.as_str().map(str::trim);
    if let Some(seconds) = value.as_u64().or_else(|| text?.parse().ok()) {
        return Some(seconds.min(TEN_YEARS));
    }
    let seconds = value
        .as_f64()
        .or_else(|| text?.parse().ok())
        .filter(|s| !s.is_nan())?;
    // A float turns into the nearest whole number that fits.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    Some((seconds as u64).min(TEN_YEARS))
}

/// What a response without tokens means.
pub(crate) fn refusal(response: &Response<Vec<u8>>, secrets: &[&str]) -> TokenError {
    let status = response.status();
    let code = status.as_u16();
    let Refusal { error, description } = Refusal::read(response, secrets);
    let transient = |reason: String| TokenError::Transient {
        status: Some(code),
        sent: true,
        retry_after: retry_after(response.headers()),
        reason,
    };
    let passing = error.as_deref().is_some_and(is_passing);
    if passing || status.is_server_error() || matches!(code, 408 | 425 | 429) {
        let words = description.or(error).map(|words| format!(", \"{words}\""));
        return transient(format!("status {code}{}", words.unwrap_or_default()));
    }
    let said = Refusal { error, description };
    if !said.error.as_deref().is_some_and(is_about_the_grant)
        && (said.says_client_is_unknown()
            || (matches!(code, 400 | 401 | 422) && page_says_client_is_unknown(response)))
    {
        let description = said.description.or(said.error);
        return TokenError::ClientUnknown {
            description,
            status: code,
        };
    }
    let is_json = Document::parse(response.body()).is_some();
    // Elsewhere than here, a refusal without a word of OAuth is a gateway's, not the server's.
    let refuses = matches!(code, 400 | 401 | 403 | 422) || (status.is_success() && is_json);
    let known = said.error.as_deref().map(class_of) != Some(TokenFailure::WithoutReason);
    match said {
        Refusal {
            error: Some(error),
            description,
        } if known || refuses => TokenError::Refused {
            error,
            description,
            status: code,
        },
        Refusal {
            error: None,
            description,
        } if refuses => TokenError::RefusedWithoutReason {
            status: code,
            description,
        },
        Refusal { error, description } => {
            let words = description.or(error).map(|words| format!("\"{words}\""));
            let words = words.unwrap_or_else(|| "nothing that could be read".to_owned());
            transient(format!("status {code} and {words}"))
        }
    }
}

/// RFC 6749 §4.1.2.1 has these for the authorization endpoint; some token endpoints use them.
fn is_passing(error: &str) -> bool {
    matches!(
        error,
        "temporarily_unavailable" | "server_error" | "slow_down"
    )
}

/// Codes that already say what is wrong, whatever the words beside them.
fn is_about_the_grant(error: &str) -> bool {
    matches!(
        error,
        "invalid_grant"
            | "invalid_client"
            | "unauthorized_client"
            | "invalid_scope"
            | "invalid_target"
    )
}

fn page_says_client_is_unknown(response: &Response<Vec<u8>>) -> bool {
    Document::parse(response.body()).is_none()
        && says_client_is_unknown(&String::from_utf8_lossy(response.body()))
}

#[cfg(test)]
mod tests;
