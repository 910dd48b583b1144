//! A process on the data folder. It has its own threads, connections and memory, and shares nothing
//! with another but the disk; so it can die alone, in the middle of whatever it does.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use drawbridge_engine::view::ServerView;
use drawbridge_engine::{Engine, ServerId};
use drawbridge_oauth::HttpOptions;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::desk::{Screen, TestClock, limits, open};

/// Longer than anything that is waited for takes.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct Process {
    runtime: Option<Runtime>,
    pub(super) engine: Engine,
    pub(super) screen: Screen,
}

impl Process {
    pub(super) async fn start(folder: &Path, clock: &TestClock) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (surface, screen) = Screen::new();
        let (folder, clock) = (folder.to_owned(), clock.clone());
        let opened = runtime.spawn(async move {
            let engine = open(&folder, &clock, limits(), surface, HttpOptions::default()).await;
            engine.snapshot().await.unwrap();
            engine.start().await.unwrap();
            engine
        });
        Self {
            engine: opened.await.unwrap(),
            runtime: Some(runtime),
            screen,
        }
    }

    /// Does this on the threads of the process.
    pub(super) fn run<F>(&self, work: impl FnOnce(Engine) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let runtime = self.runtime.as_ref().unwrap();
        runtime.spawn(work(self.engine.clone()))
    }

    pub(super) fn call(&self, id: &ServerId, name: String) -> JoinHandle<Result<(), &'static str>> {
        let id = id.clone();
        self.run(async move |engine| {
            let answer = engine.call_tool(&id, &name, "greet", json!({ "name": "Ada" }));
            answer.await.map(drop).map_err(|error| error.code())
        })
    }

    pub(super) async fn close(self) {
        let closed = self.run(async |engine| engine.shutdown().await);
        let closed = tokio::time::timeout(PATIENCE, closed).await;
        closed.expect("closed within a minute").unwrap();
    }

    /// Ends it wherever it is, and returns when nothing of it runs any more.
    pub(super) async fn die(mut self) {
        let runtime = self.runtime.take().unwrap();
        let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE));
        ended.await.unwrap();
    }

    /// Waits until the server is shown so; nothing is one that is not in the list.
    pub(super) async fn shows(
        &self,
        id: &ServerId,
        what: &str,
        fits: impl Fn(Option<&ServerView>) -> bool,
    ) -> Option<ServerView> {
        let mut events = self.engine.events();
        let mut shown = None;
        let waited = async {
            loop {
                shown = self.view(id).await;
                if fits(shown.as_ref()) {
                    break;
                }
                // Whatever was missed is in the next look.
                let _ = events.recv().await;
            }
        };
        let seen = tokio::time::timeout(PATIENCE, waited).await;
        assert!(seen.is_ok(), "not {what}: {shown:#?}");
        shown
    }

    pub(super) async fn view(&self, id: &ServerId) -> Option<ServerView> {
        let snapshot = self.run(async |engine| engine.snapshot().await.unwrap());
        let servers = snapshot.await.unwrap().servers;
        servers.into_iter().find(|server| server.id == id.as_str())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
