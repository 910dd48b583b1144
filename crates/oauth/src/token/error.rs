//! Why there are no tokens, and what that means for the grant.

use std::time::Duration;

use crate::Error;

/// Why the token endpoint gave no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The server said no and why (RFC 6749 §5.2).
    #[error("The authorization server refused: {}", description.as_deref().unwrap_or(error))]
    Refused {
        /// `invalid_grant`, …
        error: String,
        /// In the server's words.
        description: Option<String>,
        /// The status code, which may well be 200.
        status: u16,
    },
    /// The server does not know this client, and says so in its own way.
    #[error("The authorization server does not know this client{}", description.as_deref().map(|text| format!(": {text}")).unwrap_or_default())]
    ClientUnknown {
        /// In the server's words.
        description: Option<String>,
        /// The status code.
        status: u16,
    },
    /// The server said no, and nothing readable besides.
    #[error("The authorization server refused {} (status {status})", description.as_deref().map_or_else(|| "without saying why".to_owned(), |text| format!("with \"{text}\"")))]
    RefusedWithoutReason {
        /// The status code.
        status: u16,
        /// In the server's words, which are no OAuth error.
        description: Option<String>,
    },
    /// No answer, or one that says nothing about the grant.
    #[error("The authorization server cannot answer now: {reason}")]
    Transient {
        /// The status code, if there was an answer.
        status: Option<u16>,
        /// Whether the request may have gone out.
        sent: bool,
        /// When to try again, if it said so.
        retry_after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The endpoint leads elsewhere, where nothing is sent.
    #[error("The token endpoint cannot be used: {reason}")]
    Redirected {
        /// Where it leads.
        reason: String,
    },
    /// The request or the answer cannot work, whatever the grant.
    #[error("The token endpoint cannot be used: {reason}")]
    Unusable {
        /// What is wrong.
        reason: String,
    },
}

/// What a failed token request means for the grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFailure {
    /// The grant is dead.
    InvalidGrant,
    /// The client registration is dead.
    InvalidClient,
    /// The grant is good, and the request is wrong.
    Configuration,
    /// Not proof of anything: a few more tries, then the person.
    WithoutReason,
    /// Nothing is known: the grant is kept, and it is tried again.
    Transient {
        /// When, if the server said so.
        retry_after: Option<Duration>,
    },
}

impl TokenError {
    /// What this means for the grant.
    #[must_use]
    pub fn class(&self) -> TokenFailure {
        match self {
            Self::Refused { error, .. } => class_of(error),
            Self::ClientUnknown { .. } => TokenFailure::InvalidClient,
            Self::RefusedWithoutReason { .. } => TokenFailure::WithoutReason,
            Self::Transient { retry_after, .. } => TokenFailure::Transient {
                retry_after: *retry_after,
            },
            Self::Redirected { .. } | Self::Unusable { .. } => TokenFailure::Configuration,
        }
    }

    /// Whether the server may have done what was asked, and only its answer was lost: behind a
    /// gateway that speaks for it, or on the way.
    #[must_use]
    pub fn may_have_been_done(&self) -> bool {
        let Self::Transient { sent, status, .. } = self else {
            return false;
        };
        *sent && status.is_none_or(|status| !matches!(status, 400..=499 | 503))
    }

    /// Whether there is no token endpoint at that place, or none any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        let gone = |status: &Option<u16>| matches!(status, Some(404 | 405 | 410));
        match self {
            Self::Redirected { .. } => true,
            Self::Transient { status, .. } => gone(status),
            _ => false,
        }
    }

    /// Whether nobody was there to send it to.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Transient { sent: false, .. })
    }

    /// A stable name for scripts and other programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.class() {
            TokenFailure::InvalidGrant => "invalid_grant",
            TokenFailure::InvalidClient => "invalid_client",
            TokenFailure::Configuration => "token_request_refused",
            TokenFailure::WithoutReason => "refused_without_reason",
            TokenFailure::Transient { .. } => "server_unavailable",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self.class() {
            TokenFailure::InvalidGrant | TokenFailure::WithoutReason => "Sign in again.",
            TokenFailure::InvalidClient => {
                "Connect again: Drawbridge then registers anew. Check a client id of your own."
            }
            TokenFailure::Configuration => {
                "Check the client id and the scopes in the settings, or tell whoever runs the server."
            }
            TokenFailure::Transient { .. } => "Check the connection, or try again later.",
        }
    }

    /// Whether the same thing may work later, with nobody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient { .. })
    }
}

/// RFC 6749 §5.2 and RFC 8707 §2, then what OIDC, Slack and GitHub say instead. A word
/// that is not known is no proof of anything, nor is `access_denied`: gateways and policies say it, too.
pub(super) fn class_of(error: &str) -> TokenFailure {
    match error.to_ascii_lowercase().as_str() {
        "invalid_grant"
        | "login_required"
        | "consent_required"
        | "interaction_required"
        | "invalid_code"
        | "code_already_used"
        | "bad_verification_code"
        | "invalid_refresh_token"
        | "bad_refresh_token"
        | "token_expired"
        | "token_revoked"
        | "grant not found" => TokenFailure::InvalidGrant,
        "invalid_client"
        | "unauthorized_client"
        | "invalid_client_id"
        | "bad_client_secret"
        | "incorrect_client_credentials" => TokenFailure::InvalidClient,
        "invalid_target"
        | "invalid_scope"
        | "invalid_request"
        | "unsupported_grant_type"
        | "bad_redirect_uri"
        | "redirect_uri_mismatch" => TokenFailure::Configuration,
        _ => TokenFailure::WithoutReason,
    }
}

impl From<Error> for TokenError {
    /// Trouble on the way there says nothing about the grant.
    fn from(error: Error) -> Self {
        match error {
            Error::Token(error) => error,
            Error::Unavailable {
                status,
                retry_after,
                ..
            } => Self::Transient {
                status: Some(status),
                sent: true,
                retry_after,
                reason: format!("status {status}"),
            },
            error @ Error::Redirected { .. } => Self::Redirected {
                reason: error.to_string(),
            },
            error if error.is_transient() => Self::Transient {
                status: None,
                sent: !matches!(error, Error::Unreachable { sent: false, .. }),
                retry_after: None,
                reason: error.to_string(),
            },
            error => Self::Unusable {
                reason: error.to_string(),
            },
        }
    }
}
