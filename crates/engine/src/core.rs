//! The state that everything in the engine shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::activity::Journal;
use crate::clock::{Clock, millis};
use crate::error::Error;
use crate::event::Events;
use crate::ids::{AttemptId, ServerId};
use crate::keys::Keys;
use crate::limits::Limits;
use crate::metadata_cache::MetadataCache;
use crate::neighbours::Neighbours;
use crate::preferences::CurrentPreferences;
use crate::question::OpenQuestions;
use crate::server::{Attempt, Discovery, Live};
use crate::sign_in::SignInSurface;
use crate::store::{CallableRow, ServerRow, Store};
use crate::view::{Event, Millis};

/// Owned by [`crate::Engine`]; its tasks hold it too.
pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) preferences: CurrentPreferences,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) surface: Arc<dyn SignInSurface>,
    pub(crate) questions: OpenQuestions,
    pub(crate) events: Arc<Events>,
    pub(crate) journal: Journal,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// What other computers have not answered is not waited for any more.
    pub(crate) hurry: CancellationToken,
    /// Held by whoever takes an answer in, until the attempt shows it.
    pub(crate) answering: tokio::sync::Mutex<()>,
    /// Changes when everything that waits should look again.
    roused: watch::Sender<Roused>,
    /// Greater than every attempt that an earlier run of the program began.
    pub(crate) born: AttemptId,
    pub(crate) neighbours: Neighbours,
    live: Mutex<HashMap<ServerId, Arc<Live>>>,
    pub(crate) calls: Mutex<HashMap<String, CancellationToken>>,
    /// What detection found a moment ago, so that Connect need not ask again.
    discoveries: Mutex<HashMap<Url, Discovery>>,
    pub(crate) metadata: MetadataCache,
}

/// How often everything that waits was to look again, and when that was so last: at the start, if never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roused {
    times: u64,
    last: Instant,
}

impl Roused {
    fn at_the_start() -> Self {
        Self {
            times: 0,
            last: Instant::now(),
        }
    }

    /// When it was, by the wall clock as it is now.
    pub(crate) fn at(&self, now: Millis) -> Millis {
        now.saturating_sub(millis(self.last.elapsed()))
    }
}

impl Core {
    pub(crate) fn new(
        store: Store,
        keys: Keys,
        preferences: CurrentPreferences,
        clock: Clock,
        limits: Limits,
        surface: Arc<dyn SignInSurface>,
    ) -> Self {
        let events: Arc<Events> = Arc::default();
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let journal = Journal::new(
            store.clone(),
            events.clone(),
            clock.clone(),
            tasks.clone(),
            stop.clone(),
        );
        Self {
            store,
            keys,
            preferences,
            clock,
            limits,
            surface,
            questions: OpenQuestions::default(),
            events,
            journal,
            tasks,
            stop,
            hurry: CancellationToken::new(),
            answering: tokio::sync::Mutex::default(),
            roused: watch::Sender::new(Roused::at_the_start()),
            born: AttemptId::random(),
            neighbours: Neighbours::default(),
            live: Mutex::default(),
            calls: Mutex::default(),
            discoveries: Mutex::default(),
            metadata: MetadataCache::default(),
        }
    }

    pub(crate) async fn server(&self, id: &ServerId) -> Result<ServerRow, Error> {
        self.store.server(id).await?.ok_or(Error::UnknownServer)
    }

    /// As [`Core::server`], with how its grant stands.
    pub(crate) async fn callable(&self, id: &ServerId) -> Result<Arc<CallableRow>, Error> {
        self.store.callable(id).await?.ok_or(Error::UnknownServer)
    }

    pub(crate) fn live(&self, id: &ServerId) -> Arc<Live> {
        lock(&self.live).entry(id.clone()).or_default().clone()
    }

    /// As [`Core::live`], for an id that may be nobody's.
    pub(crate) fn live_if_any(&self, id: &ServerId) -> Option<Arc<Live>> {
        lock(&self.live).get(id).cloned()
    }

    /// Everything that runs.
    pub(crate) fn all_live(&self) -> Vec<(ServerId, Arc<Live>)> {
        let live = lock(&self.live);
        live.iter()
            .map(|(id, live)| (id.clone(), live.clone()))
            .collect()
    }

    /// The server that the running attempt is for.
    pub(crate) fn server_of_attempt(&self, attempt: &AttemptId) -> Option<ServerId> {
        let live = lock(&self.live);
        let found = live.iter().find(|(_, live)| {
            live.state()
                .attempt
                .as_ref()
                .is_some_and(|running| running.id == *attempt)
        });
        found.map(|(server, _)| server.clone())
    }

    /// The attempts that run in this process.
    pub(crate) fn attempts(&self) -> Vec<(ServerId, Attempt)> {
        let live = lock(&self.live);
        live.iter()
            .filter_map(|(id, live)| Some((id.clone(), live.state().attempt.clone()?)))
            .collect()
    }

    /// Whatever waits looks again at once: the network is back, or the computer is awake. What a
    /// server has asked to be waited for is still waited for.
    pub(crate) fn rouse(&self) {
        self.begin_connections_anew();
        self.roused.send_modify(|roused| {
            roused.times += 1;
            roused.last = Instant::now();
        });
    }

    pub(crate) fn last_roused(&self) -> Roused {
        *self.roused.borrow()
    }

    /// Tells of every [`Core::rouse`] from now on.
    pub(crate) fn roused(&self) -> watch::Receiver<Roused> {
        self.roused.subscribe()
    }

    pub(crate) fn forget_live(&self, id: &ServerId) {
        lock(&self.live).remove(id);
    }

    pub(crate) fn remember_discovery(&self, url: Url, discovery: Discovery) {
        let mut discoveries = lock(&self.discoveries);
        let now = self.clock.now();
        discoveries.retain(|_, discovery| discovery.good_until > now);
        discoveries.insert(url, discovery);
    }

    /// Takes what was found, if it is not too old to be used.
    pub(crate) fn take_discovery(&self, url: &Url) -> Option<Discovery> {
        let discovery = lock(&self.discoveries).remove(url)?;
        (discovery.good_until > self.clock.now()).then_some(discovery)
    }

    /// Ends what runs, and lets what must not be cut off come to its end.
    pub(crate) async fn wind_down(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks_over().await;
    }

    /// Waits for the tasks, unless somebody hurries.
    pub(crate) async fn tasks_over(&self) {
        tokio::select! {
            () = self.tasks.wait() => {}
            () = self.hurry.cancelled() => {}
        }
    }

    /// Forgets what was found out at an address (rule G11).
    pub(crate) fn forget_address(&self, url: &str) {
        lock(&self.discoveries).retain(|known, _| known.as_str() != url);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

/// Locks a mutex whose holder cannot leave it half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
