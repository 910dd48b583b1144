//! Sessions that a call waits for: the one that is being opened, and the one that comes in the place of
//! one that was found to be of no use.

use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::session::{Session, SessionError};
use crate::view::{Connection, Event};

/// Gives a session up over a call for which nothing was run, and waits for the next one: the call
/// may then be made, because it was not made before. An error where there is no other session by `end`.
pub(crate) async fn replaced(
    core: &Arc<Core>,
    server: &ServerId,
    old: &Arc<Session>,
    error: &SessionError,
    end: Instant,
) -> Result<Arc<Session>, Error> {
    let events = core.subscribe();
    old.give_up(error.clone());
    next(core, server, Some(old), events, end).await
}

/// The session that is there, or that is being opened; why there is none where neither is, or not by
/// `end`.
pub(crate) async fn opened(
    core: &Core,
    server: &ServerId,
    end: Instant,
) -> Result<Arc<Session>, Error> {
    next(core, server, None, core.subscribe(), end).await
}

async fn next(
    core: &Core,
    server: &ServerId,
    old: Option<&Arc<Session>>,
    mut events: Receiver<Event>,
    end: Instant,
) -> Result<Arc<Session>, Error> {
    let next = async {
        loop {
            match now(core, server, old) {
                Successor::There(session) => return Ok(session),
                Successor::NotYet => {}
                Successor::Never(why) => return Err(why),
            }
            match events.recv().await {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(Error::NotConnected),
            }
        }
    };
    let in_time = tokio::time::timeout_at(end, next).await;
    in_time.unwrap_or(Err(SessionError::Timeout.into()))
}

/// The session in the place of the old one.
enum Successor {
    There(Arc<Session>),
    NotYet,
    Never(Error),
}

fn now(core: &Core, server: &ServerId, old: Option<&Arc<Session>>) -> Successor {
    let Some(live) = core.live_if_any(server) else {
        return Successor::Never(Error::NotConnected);
    };
    let state = live.state();
    match (&state.session, &state.connection) {
        (Some(session), _) if old.is_none_or(|old| !Arc::ptr_eq(session, old)) => {
            Successor::There(session.clone())
        }
        (_, Connection::Connecting) | (Some(_), _) => Successor::NotYet,
        (None, Connection::Retrying { error, .. }) => {
            Successor::Never(Error::Away(Box::new(error.clone())))
        }
        (None, _) => Successor::Never(Error::NotConnected),
    }
}
