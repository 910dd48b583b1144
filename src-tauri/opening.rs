//! The engine, while it is still being opened: the window does not wait for the keychain.

use drawbridge_engine::Engine;
use tokio::sync::watch;

use crate::failure::{Answer, Failure};

/// The engine, or why there is none; whoever asks early waits.
#[derive(Clone)]
pub struct Opening(watch::Receiver<Option<Answer<Engine>>>);

/// Tells an [`Opening`] how it ended.
pub struct Opened(watch::Sender<Option<Answer<Engine>>>);

impl Opening {
    /// An engine that is going to be opened.
    #[must_use]
    pub fn begin() -> (Opened, Opening) {
        let (sender, receiver) = watch::channel(None);
        (Opened(sender), Opening(receiver))
    }

    /// An engine that is open already.
    #[must_use]
    pub fn ready(engine: Engine) -> Opening {
        let (opened, opening) = Opening::begin();
        opened.tell(Ok(engine));
        opening
    }

    /// The engine, as soon as it is open.
    ///
    /// # Errors
    ///
    /// Why it could not be opened.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        let mut state = self.0.clone();
        let result = match state.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_gone) => None,
        };
        result.unwrap_or_else(|| Err(gone()))
    }

    /// The engine, if it is open by now.
    pub(crate) fn engine_now(&self) -> Option<Engine> {
        self.0.borrow().as_ref()?.as_ref().ok().cloned()
    }
}

impl Opened {
    /// Ends the waiting.
    pub fn tell(&self, outcome: Result<Engine, Failure>) {
        self.0.send_replace(Some(outcome));
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
        let (opened, opening) = Opening::begin();
        let early = tokio::spawn({
            let opening = opening.clone();
            async move { opening.engine().await.err() }
        });
        let failure = Failure::new("disk_full", "The disk is full.", None);
        opened.tell(Err(failure.clone()));
        assert_eq!(early.await.unwrap(), Some(failure.clone()));
        assert_eq!(opening.engine().await.err(), Some(failure));
    }

    #[tokio::test]
    async fn an_opening_that_was_given_up_is_a_failure_and_not_a_wait() {
        let (opened, opening) = Opening::begin();
        drop(opened);
        assert_eq!(opening.engine().await.err().unwrap().code(), "not_started");
    }
}
