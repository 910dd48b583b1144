//! Why there is no session: what that is called, and whether waiting can help.

use std::time::Duration;

use super::keeper::Keeper;
use crate::activity::Story;
use crate::error::Error;
use crate::server::{KEY_REFUSED, Occasion};
use crate::session::{AuthFailure, SessionError};
use crate::view::{AuthKind, Connection, Decision, Deed, ErrorView, FactName, Millis};

/// The longest wait that a server gets by asking for it.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// When another session is tried.
pub(super) struct NextTry {
    pub(super) at: Millis,
    /// The server wants to be left alone until then, whatever the network does.
    pub(super) asked: Option<Millis>,
}

impl Keeper {
    /// Shows why there is no session; says when to try again, if that can help.
    pub(super) async fn settle(&self, error: &Error, wait: Duration) -> Option<NextTry> {
        // While the key cannot be had there is nothing to try: the person mends that first.
        let closed = match error {
            Error::Session(SessionError::Auth(AuthFailure::Unavailable { .. })) => {
                self.core.keys.vault().err().map(Error::Vault)
            }
            _ => None,
        };
        let error = closed.as_ref().unwrap_or(error);
        let clock = &self.core.clock;
        let asked = longest_asked(error).map(|asked| clock.after(asked));
        let next = clock.after(jittered(wait)).max(asked.unwrap_or_default());
        let retry_at = match retry_at(error, next) {
            None if self.is_strange(error).await => {
                let last = self.core.limits.last_retry;
                Some(self.core.clock.after(jittered(last)))
            }
            at => at,
        };
        let connection = match (retry_at, error) {
            (Some(at), _) => Connection::Retrying {
                error: error.view(),
                at,
            },
            // What the person has to do is told by the other state machine (rule G8).
            (
                None,
                Error::Session(SessionError::Auth(
                    AuthFailure::SignInNeeded
                    | AuthFailure::ReauthRequired { .. }
                    | AuthFailure::CredentialsRefused(_),
                )),
            ) => Connection::Idle,
            (None, _) => Connection::Failed {
                error: self.explained(error).await,
            },
        };
        tracing::info!(
            server = %self.server, code = error.code(),
            "server {} is not connected: {}", self.server, error.code(),
        );
        if let Some(at) = retry_at {
            let mut story = Story::decided(Decision::TriedLater).note();
            story.fact(FactName::Reason, error.code());
            story.next_try(at);
            self.core.journal.stepped(&self.server, Deed::Retry, story);
        }
        let wants_a_person = connection == Connection::Idle;
        self.show(|state| {
            state.connection = connection;
            state.session = None;
            state.occasion = Occasion::default();
        })
        .await;
        if wants_a_person && self.is_signed_in_by_now().await {
            // Not at once: whatever the server does, this makes no storm (rule G6).
            return Some(NextTry {
                at: self.core.clock.after(self.core.limits.first_retry),
                asked: None,
            });
        }
        retry_at.map(|at| NextTry { at, asked })
    }

    /// Whether another process has stored a grant while this one found that there was none: it may
    /// have been seen before this connection was at its end, and taken for one that is in use.
    async fn is_signed_in_by_now(&self) -> bool {
        let grant = self.core.store.grant(&self.server).await;
        grant
            .ok()
            .flatten()
            .is_some_and(|grant| grant.reauth_reason.is_none() && grant.access_token.is_some())
    }

    /// Whether this may pass although it does not look so. Where MCP was spoken before, a page or a
    /// redirect is a gateway's, such as the portal of a hotel; and a server that is being put up, or is
    /// broken, refuses what it takes at other times. One that is not for every network refuses whoever comes
    /// from another one (403), unless it is the person's own key that it does not want.
    async fn is_strange(&self, error: &Error) -> bool {
        let Error::Session(error) = error else {
            return false;
        };
        let is_shut_out = match error {
            SessionError::Protocol(_)
            | SessionError::Barred { .. }
            | SessionError::Rpc { .. }
            | SessionError::Refused { .. } => false,
            SessionError::Auth(AuthFailure::Refused { status: 403 }) => true,
            _ => return false,
        };
        let row = self.core.server(&self.server).await;
        row.is_ok_and(|row| row.era.is_some() && !(is_shut_out && row.auth == AuthKind::Headers))
    }

    /// A refusal of the person's own headers is told as what it is.
    async fn explained(&self, error: &Error) -> ErrorView {
        let refused = matches!(
            error,
            Error::Session(SessionError::Auth(AuthFailure::Refused { .. }))
        );
        let kind = self.core.server(&self.server).await.map(|row| row.auth);
        match kind {
            Ok(AuthKind::Headers) if refused => key_refused(),
            _ => error.view(),
        }
    }
}

/// What is told in place of a server's refusal of the headers that the person typed in.
#[must_use]
pub fn key_refused() -> ErrorView {
    ErrorView {
        code: KEY_REFUSED.to_owned(),
        message: "The server refused the key in the headers.".to_owned(),
        remedy: Some("Put a new key into the headers, in the settings.".to_owned()),
    }
}

/// Whether waiting can help.
pub(super) fn passes(error: &Error) -> bool {
    match error {
        Error::Session(error) => error.is_transient(),
        Error::Store(_) => true,
        _ => false,
    }
}

fn retry_at(error: &Error, next: Millis) -> Option<Millis> {
    match error {
        Error::Session(SessionError::Auth(AuthFailure::Unavailable { retry_at, .. })) => {
            Some(next.max(*retry_at))
        }
        error => passes(error).then_some(next),
    }
}

/// How long the server wants to be left alone; it does not get more than an hour by asking.
fn longest_asked(error: &Error) -> Option<Duration> {
    match error {
        Error::Session(
            error @ SessionError::Refused {
                retry_after: Some(asked),
                ..
            },
        ) if error.is_transient() => Some((*asked).min(LONGEST_ASKED)),
        _ => None,
    }
}

fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(0.9..=1.1))
}
