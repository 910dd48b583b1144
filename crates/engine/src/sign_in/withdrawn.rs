//! What another process does to a server ends its sign-in here, too: signed out of, changed, removed or
//! begun anew there, the attempt has no row any more, and no answer will find it (rules T1, G10).

use super::begin::stop_waiting;
use crate::core::Core;
use crate::error::Error;
use crate::ids::{AttemptId, ServerId};
use crate::view::SignInStep;

/// Returns once there is no row of the attempt any more, whoever took it.
pub(super) async fn row_taken(core: &Core, attempt: &AttemptId) {
    let looked = async || {
        let mut watch = core.store.watch().await?;
        while core.store.has_attempt(attempt).await? {
            watch.changed(None).await?;
        }
        Ok::<_, sqlx::Error>(())
    };
    while let Err(error) = looked().await {
        tracing::warn!(%error, "whether a sign-in goes on was not looked at");
        tokio::time::sleep(core.limits.last_retry).await;
    }
}

/// Ends the sign-in whose row is gone, if it still waits for its answer. The caller holds `settling`:
/// what this process itself withdraws has ended by then.
pub(super) async fn end_withdrawn(core: &Core, server: &ServerId, attempt: &AttemptId) {
    // Its own answer takes the row, too, and shows that before the next one is let in.
    let _answering = core.answering.lock().await;
    stop_waiting(core, server, attempt, &Error::SignInCancelled).await;
}

/// Ends the sign-in that waits, if its row is gone. The caller holds `settling`.
pub(crate) async fn end_if_withdrawn(core: &Core, server: &ServerId) -> Result<(), Error> {
    let attempt = core.live(server).state().attempt.clone();
    let waiting = attempt.filter(|attempt| attempt.step == SignInStep::WaitingForPerson);
    if let Some(waiting) = waiting
        && !core.store.has_attempt(&waiting.id).await?
    {
        end_withdrawn(core, server, &waiting.id).await;
    }
    Ok(())
}
