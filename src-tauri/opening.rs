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

    /// The same; where it could not be opened, that is tried again first, once for all who ask meanwhile.
    ///
    /// # Errors
    ///
    /// Why it could not be opened this time.
    pub async fn engine_or_again(&self) -> Result<Engine, Failure> {
        let failed = self.state.send_if_modified(|state| {
            let failed = matches!(state, Some(Err(_)));
            if failed {
                *state = None;
            }
            failed
        });
        if failed {
            self.open().await;
        }
        self.engine().await
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
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::oneshot;

    use super::{Arc, Failure, Opening};

    fn disk_full() -> Failure {
        Failure::new("disk_full", "The disk is full.", None)
    }

    #[tokio::test]
    async fn whoever_asks_early_waits_and_is_told_why_it_failed() {
        let opening = Opening::by(move || std::future::ready(Err(disk_full())));
        let early = tokio::spawn({
            let opening = opening.clone();
            async move { opening.engine().await.err() }
        });
        opening.open().await;
        assert_eq!(early.await.unwrap(), Some(disk_full()));
        assert_eq!(opening.engine().await.err(), Some(disk_full()));
    }

    #[tokio::test]
    async fn several_who_ask_again_wait_for_one_try() {
        let tries = Arc::new(AtomicUsize::new(0));
        let (mended, waits) = oneshot::channel::<()>();
        let waits = Mutex::new(Some(waits));
        let opening = Opening::by({
            let tries = tries.clone();
            move || {
                let first = tries.fetch_add(1, Ordering::Relaxed) == 0;
                let waits = waits.lock().unwrap().take_if(|_| !first);
                async move {
                    if let Some(waits) = waits {
                        waits.await.unwrap();
                    }
                    Err(disk_full())
                }
            }
        });
        opening.open().await;
        let both = tokio::spawn({
            let opening = opening.clone();
            async move { tokio::join!(opening.engine_or_again(), opening.engine_or_again()) }
        });
        let mut state = opening.state.subscribe();
        state.wait_for(Option::is_none).await.unwrap();
        mended.send(()).unwrap();
        let (one, other) = both.await.unwrap();
        assert!(one.is_err() && other.is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }
}
