//! The end of a grant: written down, told once, and the session closed over it.

use std::sync::Arc;

use super::unusable::{stopping, unavailable, usable};
use crate::activity::Story;
use crate::connection;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::session::AuthFailure;
use crate::store::{GrantRow, ServerRow};
use crate::view::{Decision, Deed, ErrorView, Event, Millis, ReauthReason};

/// Ends the grant and says so once; the row and its settings remain.
///
/// To its end, whoever goes away meanwhile: the session that asked is closed over it.
pub(crate) async fn end(core: &Arc<Core>, row: &GrantRow, reason: ReauthReason) -> AuthFailure {
    let stopped = core.clone();
    let (core, server, revision) = (core.clone(), row.server.clone(), row.revision);
    let task = core.tasks.clone().spawn(async move {
        if let Err(error) = end_now(&core, &server, revision, reason).await {
            tracing::error!(%server, %error, "the end of the grant of {server} was not stored");
            return Some(unavailable(&core, ErrorView::of_store(&error)));
        }
        // A grant that came in its place meanwhile is not the one that ended.
        usable(&core, &server).await.err()
    });
    match task.await {
        Ok(Some(failure)) => failure,
        Ok(None) => AuthFailure::Unavailable {
            error: Error::NotConnected.view(),
            retry_at: 0,
        },
        Err(_) => stopping(&stopped),
    }
}

async fn end_now(
    core: &Core,
    server: &ServerId,
    revision: i64,
    reason: ReauthReason,
) -> Result<(), sqlx::Error> {
    let at = core.clock.now();
    let live = core.live(server);
    // Whoever looks at what others did takes this for their doing before it is noted.
    let settling = live.settling.lock().await;
    let ended = core.store.end_grant(server, revision, reason, at).await;
    if let Ok(true) = ended {
        live.state().told_end = Some(at);
    }
    drop(settling);
    if ended? {
        connection::drop_session(core, server);
        tell(core, server, reason, at);
        core.publish(server).await;
        notify(core, server, reason, at).await;
    }
    Ok(())
}

/// The same of a grant that another process has ended, which tells the rest itself. The caller holds
/// `settling`.
pub(crate) async fn tell_end_elsewhere(core: &Core, server: &ServerId) -> Result<(), Error> {
    let row = core.store.grant(server).await?;
    let ended = row.and_then(|row| row.reauth_reason.zip(row.reauth_at));
    if let Some((reason, at)) = ended
        && core.live(server).state().told_end.replace(at) != Some(at)
    {
        notify(core, server, reason, at).await;
    }
    Ok(())
}

/// Once an episode (rule G9), and where there is a person.
async fn notify(core: &Core, server: &ServerId, reason: ReauthReason, at: Millis) {
    let entry = core.server(server).await;
    if entry.as_ref().is_ok_and(ServerRow::signs_in_by_itself) {
        tracing::warn!(%server, ?reason, "server {server} takes its client no longer");
        return;
    }
    core.events.send(Event::ReauthRequired {
        id: server.to_string(),
        name: entry.map(|entry| entry.name).unwrap_or_default(),
        reason,
        at,
    });
    tracing::warn!(%server, ?reason, "server {server} needs a new sign-in");
}

fn tell(core: &Core, server: &ServerId, reason: ReauthReason, at: Millis) {
    let mut story = Story::decided(Decision::PersonNeeded);
    let error = Error::ReauthRequired {
        server: server.clone(),
        reason,
        at,
    };
    story.failed(error.view());
    core.journal.happened(server, Deed::ReauthRequired, story);
}
