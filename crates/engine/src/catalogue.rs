//! What is stored, read without a key, a network or a session: enough for a list.

use std::path::{Path, PathBuf};

use crate::activity::report;
use crate::clock::Clock;
use crate::error::Error;
use crate::grant::Waiting;
use crate::keys::{PinnedKey, pinned_key};
use crate::limits::Limits;
use crate::place::{DATABASE, KEY_FILE};
use crate::server::stored_view;
use crate::store::{Opening, ShownRow, Store};
use crate::view::{Authorization, Millis, ServerView};

/// A data folder that is only looked at. Opening an [`crate::Engine`] costs a key, which a list has
/// no use for.
pub struct Catalogue {
    store: Store,
    key_file: PathBuf,
}

/// A server as it is stored. Nobody is signing in and no session is open, as far as this process
/// knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The server.
    pub server: ServerView,
    /// How many tools it listed the last time.
    pub tools: usize,
    /// Whether what it is called with waits for the sign-in server.
    pub waiting: Option<Waiting>,
}

impl Stored {
    fn new(rows: ShownRow, tools: usize, now: Millis) -> Self {
        let waiting = rows
            .grant
            .as_ref()
            .and_then(|grant| Waiting::of(grant, now));
        let server = stored_view(rows);
        let signed_in = matches!(server.authorization, Authorization::SignedIn { .. });
        Self {
            waiting: waiting.filter(|_| signed_in && server.enabled),
            server,
            tools,
        }
    }
}

impl Catalogue {
    /// Opens the data folder; nothing if there is none yet.
    pub async fn open(data_dir: &Path) -> Result<Option<Self>, Error> {
        let database = data_dir.join(DATABASE);
        if !database.exists() {
            return Ok(None);
        }
        let opening = Opening {
            wait: Limits::default().database,
            now: Clock::system().now(),
            small: true,
        };
        let store = Store::open(&database, opening).await?;
        let key_file = data_dir.join(KEY_FILE);
        Ok(Some(Self { store, key_file }))
    }

    /// In the order of the list.
    pub async fn servers(&self) -> Result<Vec<Stored>, Error> {
        let tools = self.store.tool_counts().await?;
        let now = Clock::system().now();
        let rows = self.store.all_shown().await?.into_iter();
        let stored = rows.map(|rows| {
            let tools = tools.get(&rows.server.id).copied().unwrap_or_default();
            Stored::new(rows, tools, now)
        });
        Ok(stored.collect())
    }

    /// What is stored of a server, for somebody who helps; see [`crate::Engine::diagnostic_report`].
    pub async fn diagnostic_report(&self, server: &ServerView) -> Result<String, Error> {
        let mut activity = self.store.activity(&server.id.as_str().into()).await?;
        activity.reverse();
        report(&self.store, Clock::system().now(), server, &activity).await
    }

    /// Where the key is kept, if that has been decided. Nobody looks whether it is there.
    pub async fn pinned_key(&self) -> Result<Option<PinnedKey>, Error> {
        pinned_key(&self.store, &self.key_file).await
    }

    /// Closes the file.
    pub async fn close(self) {
        self.store.close().await;
    }
}
