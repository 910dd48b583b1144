//! The engine, while it is still being opened: the window does not wait for the keychain.

use std::{future::Future, pin::Pin, sync::Arc};

use drawbridge_engine::{Engine, Error};
use tokio::sync::watch;

use crate::failure::{Answer, Failure};

type Way = dyn Fn() -> Pin<Box<dyn Future<Output = Answer<Engine>> + Send>> + Send + Sync;

/// The engine, or why there is none; whoever asks early waits.
#[derive(Clone)]
pub struct Opening {
    state: watch::Sender<Option<Answer<Engine>>>,
    way: Arc<Way>,
}

impl Opening {
    /// An engine that is going to be opened in this way, and perhaps again.
    #[must_use]
    pub fn by<F>(way: impl Fn() -> F + Send + Sync + 'static) -> Opening
    where
        F: Future<Output = Result<Engine, Failure>> + Send + 'static,
    {
        Opening {
            state: watch::Sender::default(),
            way: Arc::new(move || Box::pin(way())),
        }
    }

    /// Opens it, and ends the waiting.
    pub async fn open(&self) {
        let outcome = (self.way)().await;
        self.state.send_replace(Some(outcome));
    }

    /// The engine, as soon as it is open.
    ///
    /// # Errors
    ///
    /// Why it could not be opened.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        let mut state = self.state.subscribe();
        let result = match state.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_gone) => None,
        };
        result.unwrap_or_else(|| Err(gone()))
    }

    /// The engine, if it is open by now.
    pub(crate) fn engine_now(&self) -> Option<Engine> {
        self.state.borrow().as_ref()?.as_ref().ok().cloned()
    }

    /// Deletes all data and opens an engine that knows nothing; whoever asks meanwhile waits for it. Where
    /// the data cannot be deleted, the engine goes on.
    pub(crate) async fn begin_anew(&self) -> Answer<()> {
        let engine = self.engine().await?;
        self.state.send_replace(None);
        let deleted = engine.delete_all().await;
        if matches!(deleted, Err(Error::DataInUse)) {
            self.state.send_replace(Some(Ok(engine)));
        } else {
            // It may have broken off half way.
            engine.shutdown().await;
            self.open().await;
        }
        Ok(deleted?)
    }
}

fn gone() -> Failure {
    Failure::new(
        "not_started",
        "Drawbridge could not start.",
        Some("Start Drawbridge again."),
    )
}

#[cfg(test)]
mod tests {
    use super::{Failure, Opening};

    #[tokio::test]
    async fn whoever_asks_early_waits_and_is_told_why_it_failed() {
        let failure = Failure::new("disk_full", "The disk is full.", None);
        let told = failure.clone();
        let opening = Opening::by(move || std::future::ready(Err(told.clone())));
        let early = tokio::spawn({
            let opening = opening.clone();
            async move { opening.engine().await.err() }
        });
        opening.open().await;
        assert_eq!(early.await.unwrap(), Some(failure.clone()));
        assert_eq!(opening.engine().await.err(), Some(failure));
    }
}
