//! What a session asks of the one who keeps the grant.

use drawbridge_oauth::{AccessToken, BearerChallenge, Scopes, clean};
use futures::future::BoxFuture;

use crate::view::{ErrorView, Millis, ReauthReason};

/// The code of a grant that is good, and cannot be renewed just now.
pub(crate) const SIGN_IN_UNAVAILABLE: &str = "sign_in_unavailable";

/// Gives out access tokens, one for each request.
pub trait TokenSource: Send + Sync + 'static {
    /// The token for the next request; nothing where no sign-in is needed.
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, AuthFailure>>;

    /// The server answered 401 or 403. Gives a newer token to try once more with, or says why not.
    ///
    /// It is asked again when the newer token is refused too; then it must not refresh (rule G6).
    fn rejected<'a>(
        &'a self,
        token: Option<&'a AccessToken>,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, AuthFailure>>;

    /// The server answered a request with this token as if it were a good one.
    fn accepted(&self, _token: &AccessToken) {}
}

/// Why there is no token that the server takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthFailure {
    /// Nobody has signed in.
    #[error("The server asks for a sign-in.")]
    SignInNeeded,
    /// Somebody had, and only the person can mend it.
    #[error("The sign-in has ended.")]
    ReauthRequired {
        /// Why.
        reason: ReauthReason,
        /// Since when.
        at: Millis,
    },
    /// A client without a person is not accepted any more: what was typed in has to be mended.
    #[error("The sign-in server no longer accepts this client.")]
    CredentialsRefused(ReauthReason),
    /// The grant is good, and does not reach far enough; a new sign-in may (RFC 6750 §3.1).
    #[error("This needs more access than the sign-in gave{}.", named(needed))]
    MoreAccessNeeded {
        /// What it asks for.
        needed: Scopes,
    },
    /// The grant is good, and does not reach far enough; no sign-in so far has changed that.
    #[error("The server refuses this for want of access{}.", named(needed))]
    InsufficientScope {
        /// What it asks for; may be empty.
        needed: Scopes,
    },
    /// The server refused, and no sign-in would help.
    #[error("The server refuses access (HTTP {status}).")]
    Refused {
        /// 401 or 403.
        status: u16,
    },
    /// The server is somewhere else now, and no token is for where the session is.
    #[error("The server has moved to another address.")]
    Moved,
    /// The grant is good, and cannot be renewed just now.
    #[error("{}", error.message)]
    Unavailable {
        /// Why.
        error: ErrorView,
        /// Not before then.
        retry_at: Millis,
    },
}

impl AuthFailure {
    /// Stable, `snake_case`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign_in_needed",
            Self::ReauthRequired { .. } => "reauth_required",
            Self::CredentialsRefused(_) => "credentials_refused",
            Self::MoreAccessNeeded { .. } => "more_access_needed",
            Self::InsufficientScope { .. } => "insufficient_scope",
            Self::Refused { .. } => "access_refused",
            Self::Moved => "session_lost",
            Self::Unavailable { .. } => SIGN_IN_UNAVAILABLE,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::SignInNeeded => "Connect, and sign in.",
            Self::ReauthRequired { .. } => "Reconnect, and sign in again.",
            Self::CredentialsRefused(_) => {
                "Check the client id and its secret or key in the settings, then connect."
            }
            Self::MoreAccessNeeded { .. } => {
                "Connect, and allow the access; the other tools of the server still work."
            }
            Self::InsufficientScope { .. } => {
                "Ask whoever runs the server for that access; signing in again does not give it."
            }
            Self::Refused { .. } => {
                "Check with whoever runs the server whether you may use it, and with which key."
            }
            Self::Moved => return None,
            Self::Unavailable { error, .. } => return error.remedy.clone(),
        };
        Some(remedy.to_owned())
    }
}

/// The scopes as the end of a sentence, if there are any; they are the server's words (rule T8).
fn named(needed: &Scopes) -> String {
    let words = clean(&needed.to_string());
    if words.is_empty() {
        words
    } else {
        format!(": {words}")
    }
}
