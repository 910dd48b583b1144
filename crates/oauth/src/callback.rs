//! The answer that comes back through the browser (RFC 6749 §4.1.2, RFC 9207).

use url::{Url, form_urlencoded};

use crate::words::clean;
use crate::{AuthorizationCode, Error, Issuer, State};

/// A callback, taken apart. Find the attempt by `state`, then [`check_issuer`], then look at
/// `answer`.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Which attempt it answers.
    pub state: State,
    /// Who says it answers (RFC 9207 §2).
    pub issuer: Option<String>,
    /// Yes or no.
    pub answer: Answer,
}

/// What the authorization server answered.
#[derive(Clone)]
pub enum Answer {
    /// A code to exchange.
    Code(AuthorizationCode),
    /// No (RFC 6749 §4.1.2.1).
    Error {
        /// `access_denied`, …
        error: String,
        /// In the server's words.
        description: Option<String>,
    },
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(_) => f.write_str("Code(<redacted>)"),
            // Not to be looked at, let alone logged, before the issuer is checked.
            Self::Error { .. } => f.write_str("Error(<redacted>)"),
        }
    }
}

/// Longer than any browser's address bar would hand over.
const LONGEST: usize = 64 * 1024;

/// Takes a callback URL apart, whatever its scheme and host; its query alone will do, with or
/// without the question mark. A parameter that comes twice is an error (RFC 6749 §3.1), for two
/// readers could understand it in two ways.
pub fn parse_callback(url: &str) -> Result<Callback, Error> {
    let malformed = |problem| Error::MalformedCallback { problem };
    if url.len() > LONGEST {
        return Err(malformed("it is too long"));
    }
    let url = url.trim();
    let parsed = Url::parse(url).ok();
    let query = match &parsed {
        Some(url) => url.query().unwrap_or_default(),
        // `=` cannot be in a scheme, so nothing is taken for the other.
        None if url.contains('=') && !url.contains(char::is_whitespace) => {
            url.strip_prefix('?').unwrap_or(url)
        }
        None => return Err(malformed("it is not a URL")),
    };
    let mut state = None;
    let mut issuer = None;
    let mut code = None;
    let mut error = None;
    let mut description = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match name.as_ref() {
            "state" => &mut state,
            "iss" => &mut issuer,
            "code" => &mut code,
            "error" => &mut error,
            "error_description" => &mut description,
            _ => continue,
        };
        if slot.replace(value.into_owned()).is_some() {
            return Err(malformed("a parameter comes twice"));
        }
    }
    let present = |value: Option<String>| value.filter(|value| !value.is_empty());
    let answer = match (present(code), present(error)) {
        (Some(code), None) => Answer::Code(AuthorizationCode::new(code)),
        (None, Some(error)) => Answer::Error {
            error: clean(&error),
            description: present(description).map(|text| clean(&text)),
        },
        (Some(_), Some(_)) => return Err(malformed("it has a code and an error")),
        (None, None) => return Err(malformed("it has no code")),
    };
    let state = present(state).ok_or_else(|| malformed("it has no state"))?;
    Ok(Callback {
        state: State::new(state),
        issuer,
        answer,
    })
}

/// Checks who the callback is from (RFC 9207 §2.4), by plain comparison of strings: whenever it
/// says so, and it has to say so if the metadata `advertised` it.
pub fn check_issuer(callback: &Callback, expected: &Issuer, advertised: bool) -> Result<(), Error> {
    // What it says instead is not told: it is the word of somebody who was not asked.
    let asked = || expected.shown();
    match callback.issuer.as_deref() {
        Some(stated) if stated == expected.as_str() => Ok(()),
        Some(_) => Err(Error::CallbackIssuerMismatch { expected: asked() }),
        None if advertised => Err(Error::CallbackIssuerMissing { expected: asked() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
