//! Hears that files of the database are written: the system is asked once, whoever wants to know.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::EventKind;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{OnceCell, watch};

/// A clone is the same.
#[derive(Clone)]
pub(super) struct Written(Arc<Ear>);

struct Ear {
    database: PathBuf,
    told: watch::Sender<()>,
    /// Nothing where the system cannot tell.
    watcher: OnceCell<Option<RecommendedWatcher>>,
}

impl Written {
    /// Nobody listens yet.
    pub(super) fn to(database: &Path) -> Self {
        Self(Arc::new(Ear {
            database: database.to_owned(),
            told: watch::Sender::default(),
            watcher: OnceCell::new(),
        }))
    }

    /// Begins to listen, so that nobody has to wait until that is so.
    pub(super) fn listen_soon(&self) {
        let ear = self.clone();
        tokio::spawn(async move { ear.heard().await });
    }

    /// What is written from now on; nothing where the system cannot tell.
    pub(super) async fn heard(&self) -> Option<watch::Receiver<()>> {
        let watcher = self.0.watcher.get_or_init(|| self.watcher()).await;
        watcher.is_some().then(|| self.0.told.subscribe())
    }

    /// Made by a thread that may wait: it asks the one that listens.
    async fn watcher(&self) -> Option<RecommendedWatcher> {
        let (database, told) = (self.0.database.clone(), self.0.told.clone());
        let made = tokio::task::spawn_blocking(move || watcher(&database, told)).await;
        let made = made.unwrap_or_else(|error| Err(notify::Error::generic(&error.to_string())));
        let made = made.inspect_err(|error| {
            tracing::warn!("the system does not tell of changes in the data folder: {error}");
        });
        made.ok()
    }
}

fn watcher(database: &Path, told: watch::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let folder = database.parent().unwrap_or(database);
    let name = database.file_name().map(ToOwned::to_owned);
    let concerns = move |event: &Event| {
        let is_write = matches!(
            event.kind,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other
        );
        let name = name.as_deref().unwrap_or_default().as_encoded_bytes();
        let is_ours = |path: &PathBuf| {
            let changed = path.file_name().unwrap_or_default().as_encoded_bytes();
            changed.starts_with(name)
        };
        // Events that got lost name no file.
        event.need_rescan() || (is_write && event.paths.iter().any(is_ours))
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // One that got lost may be the one.
        if event.as_ref().map_or(true, &concerns) {
            told.send_replace(());
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
