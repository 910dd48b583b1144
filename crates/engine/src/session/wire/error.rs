//! What can go wrong with one HTTP exchange. Clonable, because `rmcp` keeps some failures to itself.

use thiserror::Error;

use crate::session::AuthFailure;

/// No text in it holds a URL, a header or a body.
#[derive(Debug, Clone, Error)]
pub(in crate::session) enum WireError {
    /// There is no token that the server takes.
    #[error("{0}")]
    Auth(AuthFailure),
    /// No connection came about, so nothing can have been run.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The connection broke on the way.
    #[error("the connection broke")]
    Broken,
    /// An HTTP status that says no more.
    #[error("HTTP {0}")]
    Status(u16),
    /// The body is larger than this many bytes.
    #[error("a body of more than {0} bytes")]
    TooLarge(usize),
    /// Not MCP.
    #[error("{0}")]
    Unexpected(&'static str),
}

impl From<reqwest::Error> for WireError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_redirect() {
            return Self::Unreachable("it redirects to where Drawbridge does not follow".into());
        }
        if !error.is_connect() && !error.is_builder() {
            return Self::Broken;
        }
        // Only the innermost cause: the outer ones repeat the address with its query.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self::Unreachable(cause.to_string())
    }
}
