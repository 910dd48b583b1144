//! What other processes on the same data folder change is seen here, too, and acted on.
//!
//! Nobody tells who wrote what. So what a person decides here is acknowledged as soon as it is stored,
//! and so is a renewal; whatever else stands in the database was somebody else's doing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use crate::connection;
use crate::core::{Core, lock};
use crate::error::Error;
use crate::grant;
use crate::ids::ServerId;
use crate::server;
use crate::sign_in;
use crate::store::{Standing, Watch};
use crate::view::{Connection, Event};

/// How each server stood when it was looked at last; nothing while nobody looks.
#[derive(Default)]
pub(crate) struct Neighbours(Mutex<Option<HashMap<ServerId, Standing>>>);

impl Neighbours {
    fn known(&self, id: &ServerId) -> Option<Standing> {
        lock(&self.0).as_ref()?.get(id).cloned()
    }

    fn ids(&self) -> Vec<ServerId> {
        let known = lock(&self.0);
        known.iter().flatten().map(|(id, _)| id.clone()).collect()
    }

    fn know(&self, id: &ServerId, standing: Option<Standing>) {
        if let Some(known) = &mut *lock(&self.0) {
            match standing {
                Some(standing) => known.insert(id.clone(), standing),
                None => known.remove(id),
            };
        }
    }
}

/// Looks after the database from now on; once is enough.
pub(crate) async fn follow(core: &Arc<Core>) -> Result<(), Error> {
    if lock(&core.neighbours.0).is_some() {
        return Ok(());
    }
    let watch = core.store.watch().await;
    let known = core.store.standings().await?;
    core.journal.follow_others().await?;
    *lock(&core.neighbours.0) = Some(known);
    let core = core.clone();
    core.tasks.clone().spawn(async move {
        let stop = core.stop.clone();
        stop.run_until_cancelled(look_after(&core, watch)).await;
    });
    Ok(())
}

/// What stands in the database of this server is this process's own doing. The caller holds
/// `settling`.
pub(crate) async fn acknowledge(core: &Core, id: &ServerId) {
    if lock(&core.neighbours.0).is_none() {
        return;
    }
    // Unread, it is taken for somebody else's doing: seen twice, never missed.
    if let Ok(standing) = core.store.standing(id).await {
        core.neighbours.know(id, standing);
    }
}

/// This process has renewed the grant of this server. Whatever others did meanwhile is still theirs.
pub(crate) fn acknowledge_renewal(core: &Core, id: &ServerId, revision: i64) {
    let mut known = lock(&core.neighbours.0);
    if let Some(standing) = known.as_mut().and_then(|known| known.get_mut(id)) {
        standing.revision = Some(revision);
    }
}

/// Another process may have begun with a new key: it is fetched, so that nothing is sealed with the old
/// one any more, and whoever had none has one.
pub(crate) async fn follow_key(core: &Arc<Core>) -> Result<(), Error> {
    match core.keys.is_current(&core.store).await {
        Ok(false) => fetch_new_key(core).await,
        // Where there is still none, whoever needs it says so.
        Ok(true) | Err(Error::Vault(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Another process has begun with a new key. Whoever had none here can open what was closed for want of it.
pub(crate) async fn fetch_new_key(core: &Arc<Core>) {
    let had_none = core.keys.vault().is_err();
    if let Err(error) = core.keys.retry(&core.store).await {
        tracing::error!(code = error.code(), "the new key was not fetched");
    }
    core.events.send(Event::VaultChanged {
        vault: core.keys.view(),
    });
    let follows = lock(&core.neighbours.0).is_some();
    if follows && had_none && core.keys.vault().is_ok() {
        open_what_was_closed(core);
    }
}

/// In a task of its own: whoever fetched the key may be the keeper of a session that is opened anew by this.
fn open_what_was_closed(core: &Arc<Core>) {
    let core = core.clone();
    core.tasks.clone().spawn(async move {
        if let Err(error) = connection::open_all(&core).await {
            tracing::error!(%error, "the new key opened no session");
        }
    });
}

/// What another process did to the server is known from here on, and acted on.
pub(crate) async fn look_at(core: &Arc<Core>, id: &ServerId) -> Result<(), Error> {
    if lock(&core.neighbours.0).is_none() {
        return Ok(());
    }
    change(core, id).await
}

/// How much of what others did has been acted on.
#[derive(Clone, Copy)]
enum Seen {
    All,
    Part,
    Nothing,
}

async fn look_after(core: &Arc<Core>, mut watch: Watch) {
    let mut seen = Seen::All;
    loop {
        let looked = async {
            match seen {
                Seen::All => watch.changed(None).await?,
                Seen::Part => watch.changed(Some(core.limits.last_retry)).await?,
                Seen::Nothing => {}
            }
            look(core).await
        };
        seen = match looked.await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::warn!(code = error.code(), "the database was not looked at");
                tokio::time::sleep(core.limits.last_retry).await;
                Seen::Nothing
            }
        };
    }
}

async fn look(core: &Arc<Core>) -> Result<Seen, Error> {
    follow_key(core).await?;
    let now = core.store.standings().await?;
    for id in core.neighbours.ids() {
        if !now.contains_key(&id) {
            leave(core, &id).await?;
        }
    }
    let mut seen = Seen::All;
    for (id, standing) in &now {
        if core.neighbours.known(id).as_ref() == Some(standing) {
            continue;
        }
        // One that cannot be read, or went meanwhile, does not hold up the others.
        if let Err(error) = change(core, id).await {
            tracing::warn!(server = %id, code = error.code(), "server {id} was not looked at");
            if matches!(error, Error::Store(_)) {
                seen = Seen::Part;
            }
        }
    }
    // After what is new was told of: it has a place in the order, too.
    server::publish_order(core).await?;
    core.journal.look_at_others().await?;
    Ok(seen)
}

/// A server is gone.
async fn leave(core: &Arc<Core>, id: &ServerId) -> Result<(), Error> {
    let live = core.live(id);
    let _settling = live.settling.lock().await;
    // One that was added here since all of them were read is not gone.
    let is_gone = core.store.standing(id).await?.is_none();
    if is_gone && core.neighbours.known(id).is_some() {
        tracing::info!(server = %id, "server {id} was removed elsewhere");
        server::forget(core, id).await;
    }
    Ok(())
}

/// A server came, or is not what it was.
async fn change(core: &Arc<Core>, id: &ServerId) -> Result<(), Error> {
    let live = core.live(id);
    let _settling = live.settling.lock().await;
    let standing = async || core.store.standing(id).await?.ok_or(Error::UnknownServer);
    let mut now = standing().await?;
    let before = core.neighbours.known(id);
    if before.as_ref() == Some(&now) {
        return Ok(());
    }
    let seemed_over = !now.granted && before.as_ref().is_some_and(|before| before.granted);
    if seemed_over {
        // A grant that came meanwhile keeps the calls that began with it.
        connection::refuse_calls(core, id);
        now = standing().await?;
    }
    core.neighbours.know(id, Some(now.clone()));
    let acted = act(core, id, before.as_ref(), &now, seemed_over).await;
    if let Err(Error::Store(_)) = acted {
        // What was not acted on is not known; that there is a server is.
        core.neighbours.know(id, Some(before.unwrap_or_default()));
    }
    acted
}

/// Does what follows from how a server stood and stands. The caller holds `settling`.
async fn act(
    core: &Arc<Core>,
    id: &ServerId,
    before: Option<&Standing>,
    now: &Standing,
    seemed_over: bool,
) -> Result<(), Error> {
    let live = core.live(id);
    let was_granted = before.is_some_and(|before| before.granted);
    let is_renewed = before.is_some_and(|before| now.granted && before.revision != now.revision);
    let other_settings = before.is_none_or(|before| before.settings != now.settings);
    let idle = live.state().connection == Connection::Idle;
    // One that ended here and was replaced elsewhere before anybody looked left no session behind.
    let is_new_grant = now.granted && (!was_granted || idle || seemed_over);
    if is_new_grant {
        grant::forget_renewals(core, id);
        let mut state = live.state();
        state.trouble = None;
        state.untested = None;
    }
    sign_in::end_if_withdrawn(core, id).await?;
    core.publish_news(id).await?;
    // It may have renewed what a session here waits for.
    live.nudge.notify_one();
    let is_signing_in = live.state().attempt.is_some();
    let ends = was_granted && !now.granted;
    let anew = other_settings && !is_signing_in;
    if ends {
        grant::forget_renewals(core, id);
    }
    if ends && !idle {
        connection::close(core, id).await;
    }
    if is_new_grant || anew {
        tracing::info!(server = %id, "server {id} was changed elsewhere");
    }
    let may_open_now = || {
        let is_free = seemed_over || !is_at_it(core, id);
        (is_new_grant && is_free) || (is_renewed && lacks_a_grant(core, id))
    };
    if anew {
        connection::reopen(core, id).await?;
    } else if may_open_now() {
        connection::open_if_possible(core, id).await?;
    }
    if ends {
        grant::tell_end_elsewhere(core, id).await?;
    }
    if let Some(before) = before {
        let (before, needs) = (before.needs.as_deref(), now.needs.as_deref());
        grant::tell_need_elsewhere(core, id, before, needs).await;
    }
    Ok(())
}

/// Whether there is no session, and what another has renewed may bring one. Whoever waits for the server
/// itself, as it may have asked, goes on doing so.
fn lacks_a_grant(core: &Core, id: &ServerId) -> bool {
    let live = core.live(id);
    let state = live.state();
    let may_help = match &state.connection {
        Connection::Retrying { error, .. } => error.is_sign_in_unavailable(),
        Connection::Failed { .. } => true,
        _ => false,
    };
    state.session.is_none() && may_help
}

fn is_at_it(core: &Core, id: &ServerId) -> bool {
    matches!(
        core.live(id).state().connection,
        Connection::Connecting | Connection::Connected { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;
    use std::time::Duration;

    use drawbridge_oauth::{HttpOptions, PretendedNames};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::clock::Clock;
    use crate::ids::AttemptId;
    use crate::keys::Keys;
    use crate::limits::Limits;
    use crate::preferences::CurrentPreferences;
    use crate::sign_in::{SignInPrompt, SignInSurface};
    use crate::store::{Opening, ServerRow, Store};
    use crate::vault::VaultChoice;

    struct NoScreen;

    impl SignInSurface for NoScreen {
        fn open(&self, _prompt: SignInPrompt) {}

        fn close(&self, _attempt: &AttemptId) {}
    }

    async fn store_in(folder: &Path) -> Store {
        let opening = Opening {
            wait: Duration::from_secs(5),
            now: 0,
            small: true,
        };
        let store = Store::open(&folder.join("test.sqlite"), opening).await;
        store.unwrap()
    }

    /// The key as one process has it, or has it not.
    async fn keys_of_a_process(store: &Store, folder: &Path) -> Keys {
        let file = folder.join("key");
        let keys = Keys::open(
            store,
            VaultChoice::NewFile(file.clone()),
            file,
            Duration::from_secs(5),
        );
        keys.await.unwrap()
    }

    /// One that follows what others do, on a network where no name is.
    async fn following(store: Store, keys: Keys) -> Arc<Core> {
        let http = HttpOptions {
            pretended_names: Some(PretendedNames::default()),
            ..HttpOptions::default()
        };
        let preferences = CurrentPreferences::load(&store, http).await.unwrap();
        let (clock, limits) = (Clock::system(), Limits::default());
        let core = Core::new(store, keys, preferences, clock, limits, Arc::new(NoScreen));
        *lock(&core.neighbours.0) = Some(core.store.standings().await.unwrap());
        Arc::new(core)
    }

    #[tokio::test]
    async fn a_keeper_that_fetches_the_new_key_opens_all_that_were_closed_and_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(folder.path()).await;
        let other = keys_of_a_process(&store, folder.path()).await;
        let mut closed = HashSet::new();
        for name in ["one", "two", "three"] {
            let server = ServerRow {
                url: format!("https://{name}.example/mcp"),
                client_secret: Some(vec![0]),
                ..ServerRow::of_a_test()
            };
            store.insert_server(&server, &[], true).await.unwrap();
            closed.insert(server.id);
        }
        std::fs::remove_file(folder.path().join("key")).unwrap();
        let keys = keys_of_a_process(&store, folder.path()).await;
        assert!(keys.vault().is_err());
        let core = following(store, keys).await;
        other.replace_lost_key(&core.store).await.unwrap();

        let mut events = core.subscribe();
        // Whichever is opened first, it is the one whose keeper has fetched the key.
        let keeper = CancellationToken::new();
        for id in &closed {
            core.live(id).state().keeper = Some(keeper.clone());
        }
        keeper.run_until_cancelled(fetch_new_key(&core)).await;
        let all_opened = async {
            while !closed.is_empty() {
                if let Event::ServerChanged { server } = events.recv().await.unwrap()
                    && server.connection != Connection::Idle
                {
                    closed.remove(&ServerId::from(server.id));
                }
            }
        };
        let all_opened = tokio::time::timeout(Duration::from_mins(1), all_opened);
        all_opened.await.expect("all within a minute");
        core.stop.cancel();
    }
}
