//! The engine, while it is still being opened: the window does not wait for the keychain.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use drawbridge_engine::{Engine, Error};
use tokio::{sync::watch, time::timeout};

use crate::failure::{Answer, Failure};

type Way = dyn Fn() -> Pin<Box<dyn Future<Output = Answer<Engine>> + Send>> + Send + Sync;

/// How long data that are to be deleted may withstand at the end, when nobody else is waited for: the keychain
/// has a time limit of its own.
const ERASING: Duration = Duration::from_secs(20);

/// The engine, or why there is none; whoever asks early waits.
#[derive(Clone)]
pub struct Opening {
    state: watch::Sender<State>,
    way: Arc<Way>,
}

#[derive(Default)]
enum State {
    /// It is on its way.
    #[default]
    Opening,
    Opened(Answer<Engine>),
    /// Its data are being deleted. Another one follows, unless that is the last thing to be done.
    Deleting {
        engine: Engine,
        last: bool,
    },
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
        self.state.send_replace(State::Opened(outcome));
    }

    /// The engine, as soon as it is open.
    ///
    /// # Errors
    ///
    /// Why it could not be opened.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        let mut state = self.state.subscribe();
        let opened = |state: &State| matches!(state, State::Opened(_));
        match state.wait_for(opened).await.as_deref() {
            Ok(State::Opened(outcome)) => outcome.clone(),
            _ => Err(gone()),
        }
    }

    /// The same; where it could not be opened, that is tried again first, once for all who ask meanwhile.
    ///
    /// # Errors
    ///
    /// Why it could not be opened this time.
    pub async fn engine_or_again(&self) -> Result<Engine, Failure> {
        let failed = self.state.send_if_modified(|state| {
            let failed = matches!(state, State::Opened(Err(_)));
            if failed {
                *state = State::Opening;
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
        match &*self.state.borrow() {
            State::Opened(opened) => opened.as_ref().ok().cloned(),
            State::Opening | State::Deleting { .. } => None,
        }
    }

    /// Deletes all data, and `the_rest` with them, and opens an engine that knows nothing; whoever asks meanwhile
    /// waits for it. Where the data cannot be deleted, the engine goes on.
    pub(crate) async fn begin_anew(&self, the_rest: impl FnOnce()) -> Answer<()> {
        let engine = self.engine().await?;
        self.state.send_replace(State::Deleting {
            engine: engine.clone(),
            last: false,
        });
        let deleted = engine.delete_all().await;
        if matches!(deleted, Err(Error::DataInUse)) {
            self.state.send_replace(State::Opened(Ok(engine)));
        } else {
            // It may have broken off half way.
            engine.shutdown().await;
            the_rest();
            if self.another_follows() {
                self.open().await;
            }
        }
        Ok(deleted?)
    }

    /// Whether another engine follows on the one whose data are deleted.
    fn another_follows(&self) -> bool {
        let mut follows = false;
        self.state.send_modify(|state| {
            follows = !matches!(state, State::Deleting { last: true, .. });
            *state = if follows {
                State::Opening
            } else {
                State::Opened(Err(gone()))
            };
        });
        follows
    }

    /// Ends the engine: sessions are closed, and what is being saved is saved, for as long as there is `patience`.
    /// Data that are being deleted are gone then.
    pub(crate) async fn end(&self, patience: Duration) {
        if let Some(engine) = self.deletes_last() {
            let mut state = self.state.subscribe();
            let deleting = |state: &State| matches!(state, State::Deleting { .. });
            let mut over = pin!(state.wait_for(|state| !deleting(state)));
            if timeout(patience, &mut over).await.is_err() {
                engine.hurry();
                if timeout(ERASING, over).await.is_err() {
                    tracing::error!("not all data could be deleted in time");
                }
            }
        }
        if let Some(engine) = self.engine_now()
            && timeout(patience, engine.shutdown()).await.is_err()
        {
            tracing::warn!("not everything could be closed in time");
        }
    }

    /// The engine whose data are being deleted, if any are; from now on no other follows on it.
    fn deletes_last(&self) -> Option<Engine> {
        let mut deletes = None;
        self.state.send_if_modified(|state| {
            if let State::Deleting { engine, last } = state {
                *last = true;
                deletes = Some(engine.clone());
            }
            false
        });
        deletes
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
    use std::{
        fs,
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use drawbridge_engine::Limits;
    use drawbridge_testkit::{Gate, Person, Sample};
    use futures::FutureExt as _;
    use tokio::sync::oneshot;

    use super::{Arc, Duration, Failure, Opening, State};
    use crate::engine_in_tests::{asked_to_sign_in, opened};

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
        let opening = |state: &State| matches!(state, State::Opening);
        state.wait_for(opening).await.unwrap();
        mended.send(()).unwrap();
        let (one, other) = both.await.unwrap();
        assert!(one.is_err() && other.is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn at_the_end_data_that_are_being_deleted_are_gone_and_nothing_follows() {
        let sample = Sample::start().await;
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits {
            revocation: Duration::from_hours(1),
            ..Limits::default()
        };
        let (opening, mut pages) = opened(folder.path(), limits).await;
        let engine = opening.engine().await.unwrap();
        let prompt = asked_to_sign_in(&engine, &sample, &mut pages).await;
        let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
        engine.receive_callback(&callback).await.unwrap();
        sample
            .seen(|seen| seen.note.as_deref() == Some("tools/list"))
            .await;

        let gate = Gate::closed();
        let held = Some(gate.clone());
        sample.auth.behave(|b| b.revocation_gate = held);
        let (done, rest) = oneshot::channel();
        let deleting = tokio::spawn({
            let opening = opening.clone();
            async move { opening.begin_anew(|| done.send(()).unwrap()).await }
        });
        gate.reached(1).await;
        opening.end(Duration::ZERO).await;
        let engine = opening.engine().now_or_never();
        assert!(engine.unwrap().is_err(), "another engine follows");
        deleting.await.unwrap().unwrap();
        rest.await.unwrap();
        let left = fs::read_dir(folder.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["drawbridge.lock"]);
    }
}
