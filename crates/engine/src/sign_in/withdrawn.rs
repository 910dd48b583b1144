//! What another process does to a server ends its sign-in here, too: signed out of, changed, switched off,
//! removed or begun anew there, it is not the sign-in that anybody wants. One that waits for its person has
//! no row any more, and no answer will find it; one that still finds out will get none (rules T1, G10).

use std::sync::Arc;

use super::begin::end;
use crate::core::Core;
use crate::error::Error;
use crate::ids::{AttemptId, ServerId};
use crate::server::Attempt;
use crate::store::{Beginning, ServerRow};
use crate::view::SignInStep;

/// What the attempt begins with; whoever changes that from now on withdraws it.
pub(super) async fn begin_with(
    core: &Core,
    server: &ServerRow,
    attempt: &AttemptId,
) -> Result<Arc<Beginning>, Error> {
    let beginning = core.store.beginning(server).await?;
    let beginning = Arc::new(beginning.ok_or(Error::SignInCancelled)?);
    core.live(&server.id).advance(attempt, |attempt| {
        attempt.beginning = Some(beginning.clone());
    });
    Ok(beginning)
}

/// Finds out, for as long as that holds and no longer than it may take.
pub(super) async fn while_it_holds<T>(
    core: &Core,
    server: &ServerRow,
    attempt: &AttemptId,
    beginning: &Beginning,
    finding_out: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let found = tokio::time::timeout(core.limits.finding_out, finding_out);
    let found = tokio::select! {
        found = found => found.unwrap_or(Err(Error::FindingOutTimedOut)),
        () = withdrawn(core, &server.id, attempt) => Err(Error::SignInCancelled),
    };
    // What nobody wants any more has not failed.
    if found.is_err() && !core.store.holds(beginning, attempt).await? {
        return Err(Error::SignInCancelled);
    }
    found
}

/// Returns once the attempt is withdrawn, by whomever, unless its answer has come.
pub(super) async fn withdrawn(core: &Core, server: &ServerId, attempt: &AttemptId) {
    let live = core.live(server);
    let looked = async || {
        let mut watch = core.store.watch().await;
        loop {
            let running = live.state().attempt.clone();
            match running.filter(|running| running.id == *attempt) {
                Some(running) if !goes_on(core, &running).await? => return Ok::<_, sqlx::Error>(()),
                _ => watch.changed(None).await?,
            }
        }
    };
    while let Err(error) = looked().await {
        tracing::warn!(%error, "whether a sign-in goes on was not looked at");
        tokio::time::sleep(core.limits.last_retry).await;
    }
}

async fn goes_on(core: &Core, attempt: &Attempt) -> Result<bool, sqlx::Error> {
    match (attempt.step, &attempt.beginning) {
        (SignInStep::FindingOut, Some(beginning)) => core.store.holds(beginning, &attempt.id).await,
        (SignInStep::WaitingForPerson, _) => core.store.has_attempt(&attempt.id).await,
        (SignInStep::FindingOut, None) | (SignInStep::Exchanging, _) => Ok(true),
    }
}

/// Ends the sign-in that is withdrawn, unless its answer has come. The caller holds `settling`: what this
/// process itself withdraws has ended by then.
pub(super) async fn end_withdrawn(core: &Core, server: &ServerId, attempt: &AttemptId) {
    // Its own answer takes the row, too, and shows that before the next one is let in.
    let _answering = core.answering.lock().await;
    let unanswered = |step| step != SignInStep::Exchanging;
    let ended = end(core, server, attempt, &Error::SignInCancelled, unanswered);
    if let Some(ended) = ended.await {
        ended.cancel.cancel();
    }
}

/// Ends the sign-in that is under way, if it is withdrawn. The caller holds `settling`.
pub(crate) async fn end_if_withdrawn(core: &Core, server: &ServerId) -> Result<(), Error> {
    let running = core.live(server).state().attempt.clone();
    if let Some(running) = running
        && !goes_on(core, &running).await?
    {
        end_withdrawn(core, server, &running.id).await;
    }
    Ok(())
}
