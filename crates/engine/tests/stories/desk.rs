//! An engine on a data folder of its own, the sample servers, and a person in front of it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use drawbridge_engine::vault::VaultChoice;
use drawbridge_engine::view::{AuthKind, Event, NewServer, ServerView, Status};
use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, ServerId, SignInPrompt, SignInSurface,
};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::{Person, Sample, Seen};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tempfile::TempDir;
use tokio::sync::{broadcast, mpsc};

/// Everything that a story needs.
pub(crate) struct Desk {
    pub(crate) sample: Sample,
    pub(crate) engine: Engine,
    pub(crate) screen: Screen,
    pub(crate) clock: TestClock,
    pub(crate) folder: TempDir,
    http: HttpOptions,
    events: broadcast::Receiver<Event>,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        Self::with_limits(limits()).await
    }

    pub(crate) async fn at_a_terminal() -> Self {
        let mut desk = Self::start().await;
        desk.restart_as(FrontEnd::Terminal).await;
        desk
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::on(Sample::start().await, limits, HttpOptions::default()).await
    }

    /// With these servers, and on this network.
    pub(crate) async fn on(sample: Sample, limits: Limits, http: HttpOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::default();
        let (surface, screen) = Screen::new();
        let engine = open(folder.path(), &clock, limits, surface, http.clone()).await;
        let events = engine.events();
        Self {
            sample,
            engine,
            screen,
            clock,
            folder,
            http,
            events,
        }
    }

    /// Closes the program and opens it again on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.restart_as(FrontEnd::Window).await;
    }

    /// The same with another program in front of the engine.
    pub(crate) async fn restart_as(&mut self, front_end: FrontEnd) {
        self.engine.shutdown().await;
        let (surface, screen) = Screen::of(front_end);
        let http = self.http.clone();
        self.engine = open(self.folder.path(), &self.clock, limits(), surface, http).await;
        self.screen = screen;
        self.events = self.engine.events();
        self.engine.start().await.unwrap();
    }

    /// The same on another network.
    pub(crate) async fn restart_on(&mut self, http: HttpOptions) {
        self.http = http;
        self.restart().await;
    }

    /// Adds the sample server as one that needs a sign-in.
    pub(crate) async fn add(&self) -> ServerId {
        let server = new_server(self.sample.mcp_url().as_str(), AuthKind::OAuth);
        ServerId::from(self.engine.add_server(server).await.unwrap().id)
    }

    /// Adds the sample server and signs in to it.
    pub(crate) async fn connected() -> (Self, ServerId) {
        let mut desk = Self::start().await;
        let id = desk.add().await;
        desk.sign_in(&id).await;
        (desk, id)
    }

    /// Presses Connect, lets the person decide, and delivers the answer.
    pub(crate) async fn come_back(&mut self, id: &ServerId, person: Person) {
        self.engine.connect(id).await.unwrap();
        let prompt = self.screen.prompt().await;
        let callback = person.follow(prompt.url.as_str()).await.unwrap();
        self.engine.receive_callback(&callback).await.unwrap();
    }

    /// Presses Connect, signs in as ada, and waits until the server is connected and nothing of that
    /// is on its way any more.
    pub(crate) async fn sign_in(&mut self, id: &ServerId) {
        let sample = self.sample.clone();
        self.sign_in_at(&sample, id).await;
    }

    /// The same where the server is one of these.
    pub(crate) async fn sign_in_at(&mut self, sample: &Sample, id: &ServerId) {
        let ears = sample.mcp.ears();
        self.pending_events();
        self.come_back(id, Person::ada()).await;
        self.opened(id).await;
        sample.mcp.ears_reach(ears + 1).await;
    }

    /// Closes the program, opens it again, and waits until the server is connected as after a
    /// sign-in.
    pub(crate) async fn reconnect(&mut self, id: &ServerId) {
        let ears = self.sample.mcp.ears();
        self.restart().await;
        self.opened(id).await;
        self.sample.mcp.ears_reach(ears + 1).await;
        // What the start has told by itself may have come last.
        self.pending_events();
    }

    /// Reads the events up to the last one that tells of the opening of a session.
    pub(crate) async fn opened(&mut self, id: &ServerId) {
        let connects = |event: &Event| matches!(event, Event::ServerChanged { server } if server.id == id.as_str() && is_connected(server));
        while !connects(&self.event().await) {}
        let lists =
            |event: &Event| matches!(event, Event::ToolsChanged { id: of } if of == id.as_str());
        while !lists(&self.event().await) {}
    }

    /// The server as the next event shows it that fits; the present counts too.
    pub(crate) async fn wait_for(
        &mut self,
        id: &ServerId,
        fits: impl Fn(&ServerView) -> bool,
    ) -> ServerView {
        let present = self.view(id).await;
        if fits(&present) {
            return present;
        }
        loop {
            if let Event::ServerChanged { server } = self.event().await
                && server.id == id.as_str()
                && server.revision > present.revision
                && fits(&server)
            {
                return *server;
            }
        }
    }

    /// The next event that is no activity.
    pub(crate) async fn event(&mut self) -> Event {
        loop {
            let next = tokio::time::timeout(std::time::Duration::from_mins(1), self.events.recv());
            let event = next.await.expect("an event within a minute").unwrap();
            if !is_activity(&event) {
                return event;
            }
        }
    }

    /// The events that are waiting already, but for activity.
    pub(crate) fn pending_events(&mut self) -> Vec<Event> {
        let mut events = self.pending_events_of_all_kinds();
        events.retain(|event| !is_activity(event));
        events
    }

    pub(crate) fn pending_events_of_all_kinds(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    pub(crate) async fn view(&self, id: &ServerId) -> ServerView {
        let snapshot = self.engine.snapshot().await.unwrap();
        snapshot
            .servers
            .into_iter()
            .find(|server| server.id == id.as_str())
            .unwrap()
    }

    /// What the servers saw since the journal was cleared.
    pub(crate) fn wire(&self) -> String {
        self.sample.journal_lines().join("\n")
    }

    /// The same in the order of the alphabet, for requests that are on the way at once; with the
    /// answer to the one that stays open, which the engine does not wait for.
    pub(crate) async fn wire_of_a_session(&self) -> String {
        let answered = |seen: &Seen| listens(seen) && seen.status.is_some();
        self.sample.seen(answered).await;
        let mut lines = self.sample.journal_lines();
        lines.sort();
        lines.join("\n")
    }

    /// Clears the journal once all that so many sessions ask at their beginning stands in it; the
    /// engine does not wait for what stays open.
    pub(crate) async fn clear_wire_of(&self, sessions: usize) {
        self.sample.seen_times(sessions, listens).await;
        self.sample.clear_journal();
    }

    /// A value of the database, read beside the engine.
    pub(crate) async fn stored<T>(&self, query: &'static str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
    {
        sqlx::query_scalar(query)
            .fetch_one(&self.database().await)
            .await
            .unwrap()
    }

    pub(crate) async fn database(&self) -> SqlitePool {
        let file = SqliteConnectOptions::new();
        pool(file.filename(self.folder.path().join("drawbridge.sqlite"))).await
    }
}

/// A pool as the engine has it: nobody looks for idle connections.
pub(crate) async fn pool(file: SqliteConnectOptions) -> SqlitePool {
    let pool = SqlitePoolOptions::new().idle_timeout(None);
    pool.max_lifetime(None).connect_with(file).await.unwrap()
}

/// Limits that a story can wait for.
pub(crate) fn limits() -> Limits {
    Limits {
        first_retry: std::time::Duration::from_millis(20),
        // A clock that stands still brings no next try.
        refresh_patience: std::time::Duration::ZERO,
        ..Limits::default()
    }
}

pub(crate) async fn open(
    folder: &Path,
    clock: &TestClock,
    limits: Limits,
    surface: Arc<dyn SignInSurface>,
    mut http: HttpOptions,
) -> Engine {
    // No story asks the real network.
    http.pretended_names.get_or_insert_default();
    let options = EngineOptions {
        data_dir: folder.to_owned(),
        vault: VaultChoice::NewFile(folder.join("drawbridge.key")),
        surface,
        clock: clock.clock(),
        limits,
    };
    Engine::open_with(options, http).await.unwrap()
}

fn is_activity(event: &Event) -> bool {
    matches!(event, Event::Activity { .. })
}

pub(crate) fn new_server(url: &str, auth: AuthKind) -> NewServer {
    NewServer::at(url, auth)
}

/// Returns when it is so, and fails where it takes too long.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waited = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_mins(1), waited).await;
    assert!(waited.is_ok(), "{what}: not within a minute");
}

fn listens(seen: &Seen) -> bool {
    seen.note.as_deref() == Some("subscriptions/listen")
}

pub(crate) fn is_connected(server: &ServerView) -> bool {
    matches!(server.status, Status::Connected { .. })
}

pub(crate) fn error_code(server: &ServerView) -> Option<&str> {
    server.error.as_ref().map(|error| error.code.as_str())
}

/// The real clock, and whatever a story adds to it.
#[derive(Clone, Default)]
pub(crate) struct TestClock(Arc<Mutex<i64>>, Arc<Mutex<Option<Held>>>, Arc<AtomicUsize>);

type Held = (mpsc::UnboundedSender<()>, std::sync::mpsc::Receiver<()>);

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += seconds * 1000;
    }

    /// What the clock says.
    pub(crate) fn now(&self) -> i64 {
        Clock::system().now() + *self.0.lock().unwrap()
    }

    /// Stops whoever looks at the clock next, until the pause is over.
    pub(crate) fn pause(&self) -> Pause {
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let (over, wait) = std::sync::mpsc::channel();
        *self.1.lock().unwrap() = Some((arrived, wait));
        Pause { arrivals, over }
    }

    /// How often the engine has asked what time it is.
    pub(crate) fn looks(&self) -> usize {
        self.2.load(Relaxed)
    }

    pub(crate) fn clock(&self) -> Clock {
        let (ahead, held, looks) = (self.0.clone(), self.1.clone(), self.2.clone());
        let real = Clock::system();
        Clock::from_fn(move || {
            looks.fetch_add(1, Relaxed);
            let pause = held.lock().unwrap().take();
            if let Some((arrived, wait)) = pause {
                let _ = arrived.send(());
                // A story that ends without ending the pause lets go too.
                let _ = wait.recv();
            }
            real.now() + *ahead.lock().unwrap()
        })
    }
}

/// See [`TestClock::pause`].
pub(crate) struct Pause {
    arrivals: mpsc::UnboundedReceiver<()>,
    over: std::sync::mpsc::Sender<()>,
}

impl Pause {
    /// Returns once somebody stands before the clock.
    pub(crate) async fn reached(&mut self) {
        let arrival = tokio::time::timeout(std::time::Duration::from_mins(1), self.arrivals.recv());
        arrival.await.expect("somebody within a minute").unwrap();
    }

    pub(crate) fn end(self) {
        drop(self.over);
    }
}

/// Shows sign-in pages to nobody and remembers them.
pub(crate) struct Screen {
    prompts: mpsc::UnboundedReceiver<SignInPrompt>,
    closed: mpsc::UnboundedReceiver<AttemptId>,
}

/// What shows the pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrontEnd {
    /// The app.
    Window,
    /// The app, to which the system brings no links.
    Copy,
    /// The command: no window, and no deep link leads to it.
    Terminal,
}

struct Surface {
    prompts: mpsc::UnboundedSender<SignInPrompt>,
    closed: mpsc::UnboundedSender<AttemptId>,
    front_end: FrontEnd,
}

impl Screen {
    pub(crate) fn new() -> (Arc<dyn SignInSurface>, Self) {
        Self::of(FrontEnd::Window)
    }

    pub(crate) fn of(front_end: FrontEnd) -> (Arc<dyn SignInSurface>, Self) {
        let (prompts, shown) = mpsc::unbounded_channel();
        let (closed, gone) = mpsc::unbounded_channel();
        (
            Arc::new(Surface {
                prompts,
                closed,
                front_end,
            }),
            Self {
                prompts: shown,
                closed: gone,
            },
        )
    }

    /// The next page that is shown.
    pub(crate) async fn prompt(&mut self) -> SignInPrompt {
        let next = tokio::time::timeout(std::time::Duration::from_mins(1), self.prompts.recv());
        next.await.expect("a sign-in page within a minute").unwrap()
    }

    /// The next page that is closed.
    pub(crate) async fn closed(&mut self) -> AttemptId {
        let next = tokio::time::timeout(std::time::Duration::from_mins(1), self.closed.recv());
        next.await.expect("a closed page within a minute").unwrap()
    }

    /// Whether another page was shown.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.prompts.try_recv().is_err()
    }
}

impl SignInSurface for Surface {
    fn open(&self, prompt: SignInPrompt) {
        let _ = self.prompts.send(prompt);
    }

    fn close(&self, attempt: &AttemptId) {
        let _ = self.closed.send(attempt.clone());
    }

    fn has_popup(&self) -> bool {
        self.front_end != FrontEnd::Terminal
    }

    fn receives_deep_links(&self) -> bool {
        self.front_end == FrontEnd::Window
    }
}
