//! Hears that something was committed to the database, by whomever.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::EventKind;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

use super::Store;
use super::callable::Callables;
use super::line::Line;

/// From one look to the next at the least, however much is written.
const PAUSE: Duration = Duration::from_millis(300);
/// Where the system does not tell of files that change, one looks this often.
const POLL: Duration = Duration::from_secs(5);

/// Asks SQLite only after the system has said that a file was written: an idle program asks nothing.
pub(crate) struct Watch {
    reads: Line,
    version: i64,
    callables: Callables,
    written: Arc<Notify>,
    /// Nothing where the system cannot tell.
    watcher: Option<RecommendedWatcher>,
}

impl Store {
    /// Begins to listen.
    pub(crate) async fn watch(&self) -> Result<Watch, sqlx::Error> {
        let written = Arc::new(Notify::new());
        let watcher = watcher(&self.path, written.clone());
        let watcher = watcher.inspect_err(|error| {
            tracing::warn!("the system does not tell of changes in the data folder: {error}");
        });
        Ok(Watch {
            reads: self.reads.clone(),
            version: data_version(&self.reads).await?,
            callables: self.callables.clone(),
            written,
            watcher: watcher.ok(),
        })
    }
}

impl Watch {
    /// Returns once something was committed since the last time, or when nothing was for as long as
    /// `limit`. This program's own commits count too.
    pub(crate) async fn changed(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        loop {
            let is_over = self.is_silent(limit).await;
            let version = data_version(&self.reads).await?;
            if version != self.version {
                self.version = version;
                self.callables.forget();
                return Ok(());
            }
            if is_over {
                return Ok(());
            }
        }
    }

    /// Waits for the next write; says whether there was none for as long as `limit`.
    async fn is_silent(&self, limit: Option<Duration>) -> bool {
        if self.watcher.is_none() {
            tokio::time::sleep(POLL).await;
            return limit.is_some();
        }
        let written = self.written.notified();
        if let Some(limit) = limit {
            if tokio::time::timeout(limit, written).await.is_err() {
                return true;
            }
        } else {
            written.await;
        }
        // What is written in one go is looked at once.
        tokio::time::sleep(PAUSE).await;
        false
    }
}

/// Changes with each commit of another connection (`sqlite.org/pragma.html`), and this one commits nothing.
async fn data_version(reads: &Line) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version")
        .fetch_one(&mut *reads.turn().await?)
        .await
}

fn watcher(database: &Path, written: Arc<Notify>) -> notify::Result<RecommendedWatcher> {
    let folder = database.parent().unwrap_or(database);
    let name = database.file_name().map(ToOwned::to_owned);
    let concerns = move |event: &Event| {
        let is_write = matches!(
            event.kind,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other
        );
        let name = name.as_deref().unwrap_or_default().as_encoded_bytes();
        is_write
            && event.paths.iter().any(|path| {
                let changed = path.file_name().unwrap_or_default().as_encoded_bytes();
                changed.starts_with(name)
            })
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // One that got lost may be the one.
        if event.as_ref().map_or(true, &concerns) {
            written.notify_one();
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
