//! An engine on a folder of its own, driven as the desktop drives it.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, ServerId, SignInPrompt, SignInSurface,
    vault::VaultChoice,
    view::{AuthKind, Event, NewServer, Status},
};
use drawbridge_testkit::{Person, Sample};
use tempfile::TempDir;
use tokio::{
    sync::{broadcast::Receiver, mpsc},
    time::{Duration, timeout},
};

const LIMIT: Duration = Duration::from_secs(20);

/// The engine, what it tells, and the sign-in pages that it shows.
pub(crate) struct Seat {
    pub(crate) engine: Engine,
    events: Receiver<Event>,
    pages: mpsc::UnboundedReceiver<SignInPrompt>,
    folder: TempDir,
}

impl Seat {
    pub(crate) async fn new() -> Result<Self> {
        Self::at(tempfile::tempdir()?).await
    }

    async fn at(folder: TempDir) -> Result<Self> {
        let (shown, pages) = mpsc::unbounded_channel();
        let engine = Engine::open(EngineOptions {
            data_dir: folder.path().to_owned(),
            vault: VaultChoice::NewFile(folder.path().join("drawbridge.key")),
            surface: Arc::new(Surface(shown)),
            clock: Clock::system(),
            limits: Limits::default(),
        })
        .await?;
        let events = engine.events();
        Ok(Self {
            engine,
            events,
            pages,
            folder,
        })
    }

    /// Ends the program and starts it again on the same folder.
    pub(crate) async fn restart(self) -> Result<Self> {
        self.engine.shutdown().await;
        let again = Self::at(self.folder).await?;
        again.engine.start().await?;
        Ok(again)
    }

    /// Adds the sample server and presses Connect; answers with the page to sign in at.
    pub(crate) async fn connect(&mut self, sample: &Sample) -> Result<SignInPrompt> {
        let server = NewServer::at(sample.mcp_url(), AuthKind::OAuth);
        let id = ServerId::from(self.engine.add_server(server).await?.id);
        self.engine.connect(&id).await?;
        let page = timeout(LIMIT, self.pages.recv()).await;
        page.context("no sign-in page came")?
            .context("the engine is gone")
    }

    /// Presses Connect and signs in as ada; answers with the callback, which is not delivered yet.
    pub(crate) async fn callback(&mut self, sample: &Sample) -> Result<String> {
        let page = self.connect(sample).await?;
        Ok(Person::ada().follow(page.url.as_str()).await?)
    }

    /// Waits until the one server is connected, and its tools are known.
    pub(crate) async fn connected(&mut self) -> Result<()> {
        timeout(LIMIT, self.told())
            .await
            .context("it never connected")?
    }

    async fn told(&mut self) -> Result<()> {
        loop {
            let Event::ServerChanged { server } = self.events.recv().await? else {
                continue;
            };
            if let Some(error) = server.error {
                bail!("{}: {}", error.code, error.message);
            }
            if matches!(server.status, Status::Connected { .. }) {
                return Ok(());
            }
        }
    }
}

/// Hands every page to the seat.
struct Surface(mpsc::UnboundedSender<SignInPrompt>);

impl SignInSurface for Surface {
    fn open(&self, prompt: SignInPrompt) {
        // Nobody sits there any more when the round is over.
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}
