//! From the start of the engine to the tools.

use std::{collections::HashMap, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use drawbridge_engine::{
    Clock, Engine, EngineOptions, Limits, ServerId, SignInSurface,
    vault::VaultChoice,
    view::{AuthKind, Event, NewServer, ServerView, Status},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::person::{Browser, Patient};

/// An engine with its servers connected.
pub(crate) struct Connected {
    pub(crate) engine: Engine,
    /// The first server.
    pub(crate) server: ServerId,
    /// Tools of all servers.
    pub(crate) tools: usize,
}

/// One server; a person signs in with `$BROWSER` if that is needed.
pub(crate) async fn one(folder: &Path, url: &str) -> Result<Connected> {
    let engine = open(folder, Arc::new(Browser)).await?;
    let mut waiting = Waiting::new(&engine);
    engine.start().await?;
    if engine.snapshot().await?.servers.is_empty() {
        let new = NewServer::at(url, AuthKind::OAuth);
        let id = ServerId::from(engine.add_server(new).await?.id);
        engine.connect(&id).await?;
    }
    waiting.until(1).await?;
    waiting.done()
}

/// So many entries for the same server. Those that are missing are added one after the other.
pub(crate) async fn many(folder: &Path, url: &str, count: usize) -> Result<Connected> {
    let (person, mut pages) = Patient::new();
    let engine = open(folder, Arc::new(person)).await?;
    let mut waiting = Waiting::new(&engine);
    engine.start().await?;
    let stored = engine.snapshot().await?.servers.len();
    for number in stored..count {
        let mut new = NewServer::at(url, AuthKind::OAuth);
        new.name = Some(format!("Account {number}"));
        new.same_url = true;
        let id = ServerId::from(engine.add_server(new).await?.id);
        engine.connect(&id).await?;
        let page = tokio::select! {
            page = pages.recv() => page.context("no page")?,
            ended = waiting.until(number + 1) => {
                ended.with_context(|| format!("sign-in {number} of {count}"))?;
                bail!("it connected without a sign-in");
            }
        };
        let callback = Patient::follow(page.url.as_str()).await?;
        let received = engine.receive_callback(&callback).await;
        received.with_context(|| format!("sign-in {number} of {count}"))?;
        waiting.until(number + 1).await?;
    }
    waiting.until(count).await?;
    waiting.done()
}

async fn open(folder: &Path, surface: Arc<dyn SignInSurface>) -> Result<Engine> {
    let options = EngineOptions {
        data_dir: folder.to_owned(),
        vault: VaultChoice::NewFile(folder.join("drawbridge.key")),
        surface,
        clock: Clock::system(),
        limits: Limits::default(),
    };
    Ok(Engine::open(options).await?)
}

/// For servers to be connected.
struct Waiting {
    engine: Engine,
    events: Receiver<Event>,
    /// The tools of those that are.
    connected: HashMap<String, usize>,
}

impl Waiting {
    fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            events: engine.events(),
            connected: HashMap::new(),
        }
    }

    async fn until(&mut self, count: usize) -> Result<()> {
        while self.connected.len() < count {
            match self.events.recv().await {
                Ok(Event::ServerChanged { server }) => self.look(*server)?,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => {
                    for server in self.engine.snapshot().await?.servers {
                        self.look(server)?;
                    }
                }
                Err(RecvError::Closed) => bail!("the engine is gone"),
            }
        }
        Ok(())
    }

    fn look(&mut self, server: ServerView) -> Result<()> {
        if let Some(error) = server.error {
            bail!("{}: {}", error.code, error.message);
        }
        if let Status::Connected { tools } = server.status {
            self.connected.insert(server.id, tools);
        }
        Ok(())
    }

    fn done(self) -> Result<Connected> {
        let first = self.connected.keys().next().context("no server")?;
        Ok(Connected {
            server: ServerId::from(first.as_str()),
            tools: self.connected.values().sum(),
            engine: self.engine,
        })
    }
}
