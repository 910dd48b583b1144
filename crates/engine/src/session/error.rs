//! Why a session cannot be opened or used.

use std::time::Duration;

use super::AuthFailure;

/// A failure of a session. No text in it comes from a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// There is no token that the server takes.
    #[error(transparent)]
    Auth(AuthFailure),
    /// The network, or the server behind it, did not answer. Nothing was run.
    #[error("The server cannot be reached: {0}.")]
    Unreachable(String),
    /// The server passes requests on to where they are not sent. Nothing was run.
    #[error("{message}.")]
    Barred {
        /// Stable, `snake_case`.
        code: &'static str,
        /// Where from and where to.
        message: String,
        /// What a person can do about it.
        remedy: &'static str,
    },
    /// The time limit passed first.
    #[error("The server did not answer in time.")]
    Timeout,
    /// The caller does not want it any more.
    #[error("Cancelled.")]
    Cancelled,
    /// The session is gone. Nothing was run.
    #[error("The session with the server is over.")]
    Lost,
    /// The connection broke before the answer came. What was asked for may have been done.
    #[error("The connection broke before the answer came; it may have been done all the same.")]
    Interrupted,
    /// An HTTP status that says no more.
    #[error("The server answered with HTTP {status}.")]
    Refused {
        /// The status.
        status: u16,
        /// How long the server wants to be left alone, if it said so (RFC 9110 §10.2.3).
        retry_after: Option<Duration>,
    },
    /// The answer is larger than what is read.
    #[error("The answer of the server is larger than {} MiB.", limit / (1024 * 1024))]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// Something that is not MCP, or not the MCP that Drawbridge knows.
    #[error("The server does not speak MCP as expected: {0}.")]
    Protocol(String),
    /// The server answered with an error of its own (JSON-RPC 2.0 §5.1).
    #[error("{message}")]
    Rpc {
        /// Its code.
        code: i32,
        /// In the server's words.
        message: String,
    },
    /// The server does it only once the person has been on a page of the web. Where that is is not told:
    /// failures are stored and reported.
    #[error("{}", if *opened {
        "The server does this only when you are done on its page."
    } else {
        "The server wants you to visit a page before it does this."
    })]
    PageNeeded {
        /// The person has agreed to go there.
        opened: bool,
    },
}

/// What is told in place of a server's own words.
const NO_WORDS: &str = "The server answered with an error.";

impl From<AuthFailure> for SessionError {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Moved => Self::Lost,
            failure => Self::Auth(failure),
        }
    }
}

impl SessionError {
    /// A server answered with an error of its own, in these words if there are any.
    pub(crate) fn said(code: i32, words: String) -> Self {
        let message = if words.is_empty() {
            NO_WORDS.to_owned()
        } else {
            words
        };
        Self::Rpc { code, message }
    }

    /// Stable, `snake_case`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Auth(failure) => failure.code(),
            Self::Unreachable(_) => "unreachable",
            Self::Barred { code, .. } => code,
            Self::Timeout => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost => "session_lost",
            Self::Interrupted => "interrupted",
            Self::Refused { .. } => "http_status",
            Self::TooLarge { .. } => "too_large",
            Self::Protocol(_) => "protocol",
            Self::Rpc { .. } => "server_error",
            Self::PageNeeded { .. } => "page_needed",
        }
    }

    /// Whether trying again later can help, without the person.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Auth(failure) => matches!(failure, AuthFailure::Unavailable { .. }),
            Self::Unreachable(_) | Self::Timeout | Self::Lost | Self::Interrupted => true,
            Self::Refused { status, .. } => passes(*status),
            Self::Barred { .. }
            | Self::Cancelled
            | Self::TooLarge { .. }
            | Self::Protocol(_)
            | Self::Rpc { .. }
            | Self::PageNeeded { .. } => false,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Auth(failure) => return failure.remedy(),
            Self::Unreachable(_) => "Check the address and the network.",
            Self::Barred { remedy, .. } => remedy,
            Self::Timeout => "Try again, or raise the time limit in the server's settings.",
            Self::Interrupted => "See whether it was done before you do it again.",
            Self::Refused {
                status: 404 | 405, ..
            } => "Check the address: many servers end in /mcp.",
            Self::Refused { .. } if self.is_transient() => {
                "Try again later; if it stays so, tell whoever runs the server."
            }
            Self::Refused { .. } => "Check the address, or tell whoever runs the server.",
            Self::Protocol(_) => "Check the address; it may be a web page and not an MCP server.",
            Self::Lost => "Try again: Drawbridge opens a new one.",
            Self::TooLarge { .. } => "Ask for less at once, or tell whoever runs the server.",
            Self::PageNeeded { opened: true } => "Finish there, then run the tool again.",
            Self::PageNeeded { opened: false } => {
                "Run the tool in the Drawbridge app: it shows you the page, and opens it when you agree."
            }
            Self::Cancelled | Self::Rpc { .. } => return None,
        };
        Some(remedy.to_owned())
    }
}

/// Whether a status says that the server may be well again by itself.
pub(super) fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}
