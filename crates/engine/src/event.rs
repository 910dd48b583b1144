//! Events: in order, each with a revision that only grows.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard, broadcast};

use crate::view::Event;

/// How many events a slow listener may be behind before it must load a new snapshot.
const BACKLOG: usize = 1024;

/// Sends events to whoever listens.
pub(crate) struct Events {
    sender: broadcast::Sender<Event>,
    revision: AtomicU64,
    turn: Mutex<()>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
            revision: AtomicU64::new(0),
            turn: Mutex::new(()),
        }
    }
}

impl Events {
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    /// Held from reading the state to sending it, so that revisions grow as the state does.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub(crate) fn next_revision(&self) -> u64 {
        self.revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn send(&self, event: Event) {
        // No listener is no fault: the next snapshot has it all.
        let _ = self.sender.send(event);
    }
}
