//! Events: in order, each with a revision that only grows.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, MutexGuard, broadcast};

use crate::core::lock;
use crate::ids::ServerId;
use crate::view::{Event, ServerView};

/// How many events a slow listener may be behind before it must load a new snapshot.
const BACKLOG: usize = 1024;

/// Sends events to whoever listens.
pub(crate) struct Events {
    sender: broadcast::Sender<Event>,
    revision: AtomicU64,
    turn: Mutex<()>,
    /// A digest of each server as it was told last.
    told: std::sync::Mutex<HashMap<String, [u8; 32]>>,
    /// The ids in the order that was told last.
    order: std::sync::Mutex<Vec<String>>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
            revision: AtomicU64::new(0),
            turn: Mutex::new(()),
            told: std::sync::Mutex::default(),
            order: std::sync::Mutex::default(),
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
        match &event {
            Event::ServerChanged { server } => self.note(server),
            Event::ServerRemoved { id, .. } => {
                lock(&self.told).remove(id);
            }
            _ => {}
        }
        // No listener is no fault: the next snapshot has it all.
        let _ = self.sender.send(event);
    }

    /// The server was told like this.
    pub(crate) fn note(&self, server: &ServerView) {
        lock(&self.told).insert(server.id.clone(), digest(server));
    }

    /// The order is told like this; says whether servers that were told of before changed places.
    pub(crate) fn note_order(&self, order: Vec<String>) -> bool {
        let mut told = lock(&self.order);
        let stay: HashSet<&String> = order.iter().collect();
        let knew: HashSet<&String> = told.iter().collect();
        let before = told.iter().filter(|id| stay.contains(id));
        let after = order.iter().filter(|id| knew.contains(id));
        let moved = !before.eq(after);
        *told = order;
        moved
    }

    /// Whether the server was told, and not yet that it is gone.
    pub(crate) fn was_told(&self, id: &ServerId) -> bool {
        lock(&self.told).contains_key(id.as_str())
    }

    /// Whether the server was told otherwise, or never.
    pub(crate) fn is_news(&self, server: &ServerView) -> bool {
        lock(&self.told).get(&server.id) != Some(&digest(server))
    }
}

/// Of all that is shown, whenever it was told.
fn digest(server: &ServerView) -> [u8; 32] {
    let shown = ServerView {
        revision: 0,
        ..server.clone()
    };
    // A view is plain data, which can always be written.
    Sha256::digest(serde_json::to_vec(&shown).unwrap_or_default()).into()
}
