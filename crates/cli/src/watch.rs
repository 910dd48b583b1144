//! Waiting for a server by its events.

use drawbridge_engine::view::{Authorization, Connection, ErrorView, Event, ServerView, Status};
use drawbridge_engine::{Engine, ServerId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::failure::Failure;

/// The next change of one server.
pub(crate) async fn next_change(
    engine: &Engine,
    events: &mut Receiver<Event>,
    id: &ServerId,
) -> Result<ServerView, Failure> {
    loop {
        match events.recv().await {
            Ok(Event::ServerChanged { server }) if server.id == id.as_str() => return Ok(*server),
            Ok(Event::ServerRemoved { id: removed, .. }) if removed == id.as_str() => {
                return Err(drawbridge_engine::Error::UnknownServer.into());
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => {
                let servers = engine.snapshot().await?.servers;
                let now = servers.into_iter().find(|server| server.id == id.as_str());
                return now.ok_or_else(|| drawbridge_engine::Error::UnknownServer.into());
            }
            Err(RecvError::Closed) => {
                return Err(Failure::other(
                    "The engine ended before the server was connected.",
                ));
            }
        }
    }
}

/// Somebody who waits for a connection.
#[derive(Default)]
pub(crate) struct Waiting {
    was_signing_in: bool,
}

impl Waiting {
    /// What the next change means; nothing while it is under way.
    pub(crate) fn verdict(&mut self, now: &ServerView) -> Option<Result<(), Failure>> {
        let is_signing_in = is_signing_in(now);
        let ended = self.was_signing_in && !is_signing_in;
        self.was_signing_in = is_signing_in;
        match verdict(now) {
            // Another process has ended it.
            None | Some(Ok(())) if ended && now.connection == Connection::Idle => {
                let stopped = drawbridge_engine::Error::SignInCancelled;
                Some(Err(Failure::from(stopped).about(now)))
            }
            // The server wants a sign-in after all, and nobody is at it (rule D3).
            None if now.status == Status::NotSignedIn && now.connection == Connection::Idle => {
                Some(Err(sign_in_again(now)))
            }
            verdict => verdict,
        }
    }
}

fn verdict(server: &ServerView) -> Option<Result<(), Failure>> {
    let refused = |error: &ErrorView| Some(Err(Failure::shown(error, server)));
    if let (Some(error), false) = (&server.error, is_signing_in(server)) {
        return refused(error);
    }
    match (&server.status, &server.connection) {
        (Status::Connected { .. } | Status::MoreAccessNeeded, _) => Some(Ok(())),
        (Status::SignInAgain, _) => Some(Err(sign_in_again(server))),
        (Status::Off, _) => {
            let name = server.name.clone();
            Some(Err(Failure::from(drawbridge_engine::Error::Disabled {
                name,
            })
            .about(server)))
        }
        // Until then, no other process asks either.
        (_, Connection::Retrying { error, at })
            if !is_signing_in(server) && error.is_sign_in_unavailable() =>
        {
            Some(Err(Failure::shown(error, server).put_off_until(*at)))
        }
        (_, Connection::Retrying { error, .. } | Connection::Failed { error })
            if !is_signing_in(server) =>
        {
            refused(error)
        }
        _ => None,
    }
}

/// The grant is dead, or there is none: a person has to sign in.
pub(crate) fn sign_in_again(server: &ServerView) -> Failure {
    let failure = match &server.authorization {
        Authorization::ReauthRequired { reason, at } => drawbridge_engine::Error::ReauthRequired {
            server: ServerId::from(server.id.as_str()),
            reason: *reason,
            at: *at,
        },
        _ => drawbridge_engine::Error::SignInNeeded,
    };
    Failure::from(failure).about(server)
}

fn is_signing_in(server: &ServerView) -> bool {
    matches!(server.authorization, Authorization::SigningIn { .. })
}

/// How far it is, for the person.
pub(crate) fn step(status: &Status) -> Option<&'static str> {
    Some(match status {
        Status::FindingOut => "Finding out how to sign in…",
        Status::WaitingForYou => "Waiting for you at the sign-in page…",
        Status::SigningIn => "Signing in…",
        Status::Connecting => "Connecting…",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::view::{ErrorView, ReauthReason, ServerView, SignInStep, Surface};

    use super::*;
    use crate::shape::Reauth;
    use crate::shape::tests::server;

    fn error(code: &str) -> ErrorView {
        ErrorView {
            code: code.to_owned(),
            message: String::new(),
            remedy: None,
        }
    }

    fn notes() -> ServerView {
        server("1", "Notes", "https://notes.example/")
    }

    fn code(server: &ServerView) -> Option<Result<(), String>> {
        verdict(server).map(|verdict| verdict.map_err(|failure| failure.code))
    }

    #[test]
    fn what_is_under_way_is_waited_for() {
        assert_eq!(code(&notes()), None);
        let mut server = notes();
        server.status = Status::FindingOut;
        server.authorization = Authorization::SigningIn {
            step: SignInStep::FindingOut,
            since: 0,
            surface: Surface::Browser,
        };
        server.connection = Connection::Failed {
            error: error("old"),
        };
        assert_eq!(code(&server), None);
    }

    #[test]
    fn a_connection_is_what_was_waited_for() {
        let mut server = notes();
        server.status = Status::Connected { tools: 1 };
        assert_eq!(code(&server), Some(Ok(())));
    }

    #[test]
    fn trouble_that_may_pass_is_told_at_once() {
        let mut server = notes();
        server.status = Status::CantReach { retry_at: 9 };
        server.connection = Connection::Retrying {
            error: error("unreachable"),
            at: 9,
        };
        assert_eq!(code(&server), Some(Err("unreachable".to_owned())));
    }

    #[test]
    fn a_sign_in_that_ended_badly_is_told_even_beside_a_grant_that_works() {
        let mut server = notes();
        server.status = Status::Ready;
        server.error = Some(error("access_denied"));
        assert_eq!(code(&server), Some(Err("access_denied".to_owned())));
    }

    #[test]
    fn a_dead_grant_names_its_server() {
        let mut server = notes();
        server.status = Status::SignInAgain;
        let reason = ReauthReason::InvalidGrant;
        server.authorization = Authorization::ReauthRequired { reason, at: 9_999 };
        let failure = verdict(&server).unwrap().unwrap_err();
        assert_eq!(failure.code, "reauth_required");
        assert_eq!(failure.reauth, Some(Box::new(Reauth::new(reason, 9_000))));
        assert_eq!(failure.server.as_deref(), Some("1"));
        assert_eq!(
            failure.remedy.as_deref(),
            Some("Run: drawbridge connect Notes")
        );
    }
}
