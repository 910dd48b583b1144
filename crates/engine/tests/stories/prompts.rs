//! How often persons are called.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::Duration;

use drawbridge_engine::Engine;
use drawbridge_engine::view::Event;
use tokio::sync::broadcast::error::RecvError;

/// How often each server was said to need its person; counted on a thread of its own, so that none is
/// missed while the others are busy.
pub(crate) struct Prompts(JoinHandle<BTreeMap<String, usize>>);

impl Prompts {
    pub(crate) fn of(engine: &Engine) -> Self {
        let mut events = engine.events();
        Self(std::thread::spawn(move || {
            let mut counted = BTreeMap::new();
            loop {
                match events.blocking_recv() {
                    Ok(Event::ReauthRequired { id, .. }) => *counted.entry(id).or_default() += 1,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return counted,
                    Err(RecvError::Lagged(missed)) => assert_eq!(missed, 0, "events were missed"),
                }
            }
        }))
    }

    /// So many servers, and so many prompts, until the engine was gone.
    pub(crate) async fn until_the_end_of(self, engine: Engine) -> (usize, usize) {
        engine.shutdown().await;
        drop(engine);
        self.counted().await
    }

    /// The same where the engine goes by itself.
    pub(crate) async fn counted(self) -> (usize, usize) {
        let counted = tokio::task::spawn_blocking(|| self.0.join().unwrap());
        let counted = tokio::time::timeout(Duration::from_mins(1), counted);
        let counted = counted.await.expect("nobody else holds it").unwrap();
        (counted.len(), counted.values().sum())
    }
}
