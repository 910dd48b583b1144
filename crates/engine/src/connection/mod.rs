//! Keeps one MCP session a server: opens it, holds it, brings it back.

mod awaited;
mod keeper;
mod outcome;
mod rereading;
mod returning;

use std::sync::Arc;

use futures::future::BoxFuture;

pub(crate) use self::awaited::{opened, replaced};
use self::keeper::Keeper;
pub use self::outcome::key_refused;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::server::{LiveState, Occasion};
use crate::sign_in::{self, Registering};
use crate::view::Connection;

/// Opens a session in the place of the one that may be there.
pub(crate) async fn open(core: &Arc<Core>, server: &ServerId) {
    let keeper = core.stop.child_token();
    {
        let live = core.live(server);
        let mut state = live.state();
        if let Some(session) = state.session.clone() {
            state.spare(&session);
        }
        if state.occasion != Occasion::SignedIn {
            state.occasion = Occasion::Wanted;
            core.journal.connects(server);
        }
        release(&mut state);
        state.keeper = Some(keeper.clone());
        state.connection = Connection::Connecting;
    }
    let task = Keeper {
        core: core.clone(),
        server: server.clone(),
        cancelled: keeper,
    };
    core.tasks.spawn(task.run());
    core.publish(server).await;
}

/// Opens a session to every server that has none, as far as that needs nothing of the person. Each is told before
/// the next is begun: all at once take more memory, which stays. Boxed: one that is opened may come upon a new
/// key, which opens all of them.
pub(crate) fn open_all(core: &Arc<Core>) -> BoxFuture<'_, Result<(), sqlx::Error>> {
    Box::pin(async move {
        for row in core.store.callables().await? {
            let id = &row.server.id;
            // One that cannot be read, or was removed meanwhile, does not hold up the others.
            if let Err(error) = open_if_closed(core, id).await {
                tracing::error!(server = %id, %error, "cannot connect server {id}");
            }
        }
        Ok(())
    })
}

/// Opens a session if there is none, as far as that needs nothing of the person.
async fn open_if_closed(core: &Arc<Core>, server: &ServerId) -> Result<(), Error> {
    if core.live(server).state().session.is_some() {
        return Ok(());
    }
    open_if_possible(core, server).await?;
    Ok(())
}

/// Opens a session in the place of the one that may be there; where none can come, that one ends.
pub(crate) async fn reopen(core: &Arc<Core>, server: &ServerId) -> Result<(), Error> {
    if !open_if_possible(core, server).await? {
        close(core, server).await;
    }
    Ok(())
}

/// Opens a session if the server is on and nothing is asked of the person first; says whether one
/// comes.
pub(crate) async fn open_if_possible(core: &Arc<Core>, server: &ServerId) -> Result<bool, Error> {
    let row = core.callable(server).await?;
    if !row.server.enabled || (row.signs_in() && row.revision.is_none()) {
        return Ok(false);
    }
    let is_dead = row.signs_in() && row.reauth_reason.is_some();
    if !is_dead {
        open(core, server).await;
    } else if row.server.signs_in_by_itself() {
        // Nobody is asked, so it may as well be tried again.
        sign_in::begin(core, row.server.clone(), Registering::default());
    }
    Ok(!is_dead)
}

/// Nothing is known any more of why the sign-in server was waited for. Whoever waits for the server itself,
/// as it may have asked, goes on doing so.
pub(crate) fn look_at_grant_again(core: &Core, server: &ServerId) {
    let live = core.live(server);
    // Whether calls can be made over a session that is open.
    live.nudge.notify_one();
    let state = live.state();
    let lacks_a_token = match &state.connection {
        Connection::Retrying { error, .. } => error.is_sign_in_unavailable(),
        _ => false,
    };
    if lacks_a_token && state.session.is_none() {
        live.retry.notify_one();
    }
}

/// Lets no more calls begin over the session that may be there.
pub(crate) fn refuse_calls(core: &Core, server: &ServerId) {
    if let Some(live) = core.live_if_any(server)
        && let Some(session) = &live.state().session
    {
        session.refuse_calls();
    }
}

/// Ends the session and tells it.
pub(crate) async fn close(core: &Core, server: &ServerId) {
    drop_session(core, server);
    core.publish(server).await;
}

/// Stops the opening of a session; calls over those before it come to their end.
pub(crate) async fn stop_opening(core: &Core, server: &ServerId) {
    if let Some(live) = core.live_if_any(server) {
        let mut state = live.state();
        release(&mut state);
        state.occasion = Occasion::default();
    }
    core.publish(server).await;
}

/// Ends the session, and what is left of those before it; the caller tells it.
pub(crate) fn drop_session(core: &Core, server: &ServerId) {
    if let Some(live) = core.live_if_any(server) {
        let mut state = live.state();
        release(&mut state);
        state.occasion = Occasion::default();
        for spared in state.spared.drain(..).filter_map(|spared| spared.upgrade()) {
            core.tasks.spawn(async move { spared.close().await });
        }
    }
}

fn release(state: &mut LiveState) {
    if let Some(keeper) = state.keeper.take() {
        keeper.cancel();
    }
    state.session = None;
    state.connection = Connection::Idle;
}
