//! What can go wrong with one HTTP exchange. Clonable, because `rmcp` keeps some failures to itself.

use std::time::Duration;

use drawbridge_oauth::{Error as OAuthError, McpError, retry_after};
use reqwest::Response;
use thiserror::Error;
use url::Url;

use crate::session::{AuthFailure, SessionError};

/// No text in it holds a URL, a header or a body.
#[derive(Debug, Clone, Error)]
pub(in crate::session) enum WireError {
    /// There is no token that the server takes.
    #[error("{0}")]
    Auth(AuthFailure),
    /// No connection came about, so nothing can have been run.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// It was not sent, or not where the server pointed, so nothing can have been run.
    #[error("{0}")]
    Barred(OAuthError),
    /// The connection broke on the way.
    #[error("the connection broke")]
    Broken,
    /// An HTTP status that says no more.
    #[error("HTTP {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server has taken such requests before, and refuses this one as one that it does not know. It
    /// may be of another era now. What it said.
    #[error("a request that the server does not know")]
    Foreign(Box<SessionError>),
    /// The body is larger than this many bytes.
    #[error("a body of more than {0} bytes")]
    TooLarge(usize),
    /// Not MCP.
    #[error("{0}")]
    Unexpected(&'static str),
}

impl WireError {
    /// The answer says no more than its status and, perhaps, when to come again.
    pub(super) fn status(response: &Response) -> Self {
        Self::Status {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
        }
    }

    /// The server has passed a request on to another one, which wants to know who is asking.
    pub(super) fn elsewhere(server: &Url, other: &Url) -> Self {
        Self::Barred(OAuthError::Redirected {
            url: server.origin().ascii_serialization(),
            to: other.origin().ascii_serialization(),
        })
    }
}

impl From<McpError> for WireError {
    fn from(error: McpError) -> Self {
        match error {
            McpError::Refused(error) => Self::Barred(error),
            McpError::Unreachable(reason) => Self::Unreachable(reason),
            _ => Self::Broken,
        }
    }
}

impl From<reqwest::Error> for WireError {
    /// A body that does not come to its end.
    fn from(_: reqwest::Error) -> Self {
        Self::Broken
    }
}

/// Statuses that refuse a request as such, before anything is run.
pub(in crate::session) fn refuses(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 401 | 403 | 408 | 413 | 425 | 429)
}
