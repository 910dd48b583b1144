//! The answer that comes back through the browser (RFC 6749 §4.1.2, RFC 9207).

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

/// Takes a callback URL apart.
pub fn parse_callback(url: &str) -> Result<Callback, Error> {
    let _ = url;
    todo!()
}

/// Checks who the callback is from (RFC 9207 §2.4).
pub fn check_issuer(
    callback: &Callback,
    expected: &Issuer,
    advertised: bool,
) -> Result<(), Error> {
    let _ = (callback, expected, advertised);
    todo!()
}
