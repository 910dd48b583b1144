//! Stopping an attempt: cancelled means cancelled, whatever comes in later.

use std::sync::Arc;

use super::begin::{fail, forget, stop_waiting};
use crate::core::Core;
use crate::error::Error;
use crate::ids::{AttemptId, ServerId};
use crate::view::Surface;

/// The person stops the attempt of a server.
pub(crate) async fn cancel(core: &Core, server: &ServerId) -> Result<(), Error> {
    let (running, storing) = {
        let live = core.live(server);
        let state = live.state();
        (state.attempt.clone(), state.storing.clone())
    };
    // Its grant waits for the disk, and looks once more before it takes the place of another.
    if let Some(storing) = storing.filter(|_| running.is_none()) {
        storing.cancel.cancel();
        return Ok(());
    }
    let attempt = running.ok_or(Error::NoSignIn)?;
    attempt.cancel.cancel();
    fail(core, server, &attempt.id, &Error::SignInCancelled).await;
    Ok(())
}

/// Drops the attempt of a server that is about to change or go; the caller tells it.
pub(crate) async fn cancel_quietly(core: &Core, server: &ServerId) {
    let attempt = {
        let live = core.live(server);
        let mut state = live.state();
        state.trouble = None;
        state.page = None;
        state.attempt.take()
    };
    if let Some(attempt) = attempt {
        attempt.cancel.cancel();
        core.surface.close(&attempt.id);
    }
    // One that an earlier run of the program began is not live, and goes too.
    forget(core, server, &AttemptId::random()).await;
}

/// The sign-in window was closed by hand. The callback may be on its way all the same, so this
/// cancels only what still waits after a moment.
pub(crate) fn window_closed(core: &Arc<Core>, attempt: &AttemptId) {
    let Some(server) = core.server_of_attempt(attempt) else {
        return;
    };
    if !is_in_a_window(core, &server, attempt) {
        return;
    }
    let core = core.clone();
    let attempt = attempt.clone();
    core.tasks.clone().spawn(async move {
        tokio::time::sleep(core.limits.popup_grace).await;
        // Handed over to the browser meanwhile: there it goes on.
        if !is_in_a_window(&core, &server, &attempt) {
            return;
        }
        stop_waiting(&core, &server, &attempt, &Error::SignInCancelled).await;
    });
}

fn is_in_a_window(core: &Core, server: &ServerId, attempt: &AttemptId) -> bool {
    let mut popup = false;
    core.live(server)
        .advance(attempt, |running| popup = running.surface == Surface::Popup);
    popup
}
