//! Stopping an attempt: cancelled means cancelled, whatever comes in later.

use std::sync::Arc;

use super::begin::fail;
use crate::core::Core;
use crate::error::Error;
use crate::ids::{AttemptId, ServerId};
use crate::view::SignInStep;

/// The person stops the attempt of a server.
pub(crate) async fn cancel(core: &Core, server: &ServerId) -> Result<(), Error> {
    let running = core.live(server).state().attempt.clone();
    let attempt = running.ok_or(Error::NoSignIn)?;
    attempt.cancel.cancel();
    fail(core, server, &attempt.id, &Error::SignInCancelled).await;
    Ok(())
}

/// Drops the attempt of a server that is about to change or go; the caller tells it, and has
/// taken the row away.
pub(crate) fn cancel_quietly(core: &Core, server: &ServerId) {
    let attempt = core.live(server).state().attempt.take();
    if let Some(attempt) = attempt {
        attempt.cancel.cancel();
        core.surface.close(&attempt.id);
    }
}

/// The sign-in window was closed by hand. The callback may be on its way all the same, so this
/// cancels only what still waits after a moment.
pub(crate) fn window_closed(core: &Arc<Core>, attempt: &AttemptId) {
    let Some(server) = core.server_of_attempt(attempt) else {
        return;
    };
    let core = core.clone();
    let attempt = attempt.clone();
    core.tasks.clone().spawn(async move {
        tokio::time::sleep(core.limits.popup_grace).await;
        let waiting = core
            .live(&server)
            .state()
            .attempt
            .clone()
            .filter(|running| {
                running.id == attempt && running.step == SignInStep::WaitingForPerson
            });
        if let Some(waiting) = waiting {
            waiting.cancel.cancel();
            fail(&core, &server, &attempt, &Error::SignInCancelled).await;
        }
    });
}
