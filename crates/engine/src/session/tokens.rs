//! Where a session gets its tokens, one request at a time.

use drawbridge_oauth::{AccessToken, BearerChallenge, Scopes};
use futures::future::BoxFuture;

use crate::view::{ErrorView, Millis, ReauthReason};

/// Hands out tokens and takes back those that the server refused.
pub trait TokenSource: Send + Sync + 'static {
    /// The token for the next request; nothing where the server needs none.
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, AuthFailure>>;

    /// The server answered 401 or 403. Answers with a newer token to try once more with.
    fn rejected<'a>(
        &'a self,
        token: Option<&'a AccessToken>,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, AuthFailure>>;

    /// The server took this token: it answered neither 401 nor 403.
    fn accepted(&self, token: &AccessToken) {
        let _ = token;
    }
}

/// Why there is no token to try with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    /// There is no grant.
    #[error("This server needs a sign-in first.")]
    SignInNeeded,
    /// Only the person can mend the grant.
    #[error("This server needs you to sign in again.")]
    ReauthRequired(ReauthReason),
    /// The grant does not reach that far.
    #[error("This needs more access than was given: {needed}.")]
    InsufficientScope {
        /// What was asked for.
        needed: Scopes,
    },
    /// The server refuses, and no other token would help.
    #[error("The server refused with status {status}.")]
    Refused {
        /// 401 or 403.
        status: u16,
    },
    /// No token for now; the grant is good.
    #[error("{}", error.message)]
    Unavailable {
        /// Why.
        error: ErrorView,
        /// When to try again.
        retry_at: Millis,
    },
}
