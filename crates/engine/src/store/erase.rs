//! Taking the database away, with all that lies beside it.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::Store;
use super::aside::with;
use super::lock::locks_of;
use super::presence::Presence;
use super::stamp::STAMP;
use crate::core::lock;
use crate::place::{PAGES, kept_aside};

/// Nobody else has the database open, or opens it, as long as this is held.
#[derive(Debug)]
pub(crate) struct Alone(#[expect(dead_code, reason = "held, not read")] Presence);

impl Store {
    /// Shuts all others out; nothing if others are there. This store stays open.
    pub(crate) async fn alone(&self, database: &Path) -> io::Result<Option<Alone>> {
        // One cannot hold both.
        let own = lock(&self.presence).take();
        drop(own);
        if let Some(alone) = Presence::alone(database, Duration::ZERO).await? {
            return Ok(Some(Alone(alone)));
        }
        let back = Presence::among_others(database, Duration::ZERO).await?;
        *lock(&self.presence) = Some(back);
        Ok(None)
    }
}

/// Removes a database that is closed, those that were kept aside, and the locks of its grants. The
/// empty file that processes shut one another out with stays: somebody may be waiting at it.
pub(crate) fn erase(database: &Path, _: &Alone) -> io::Result<()> {
    let folder = database.parent().unwrap_or(database);
    let aside = kept_aside(folder);
    // What of it could be read last goes last: its log without it is nothing.
    for path in aside.iter().map(AsRef::as_ref).chain([database]) {
        for suffix in ["-wal", "-shm", STAMP, ""] {
            gone(std::fs::remove_file(with(path, suffix)))?;
        }
    }
    gone(std::fs::remove_dir_all(locks_of(database)))
}

/// Removes what sign-in pages have kept. A window that closes may still write: what it writes then is
/// not found again.
pub(crate) fn erase_pages(folder: &Path) -> io::Result<()> {
    let pages = folder.join(PAGES);
    let going = pages.with_extension("going");
    gone(std::fs::remove_dir_all(&going))?;
    gone(std::fs::rename(&pages, &going))?;
    gone(std::fs::remove_dir_all(&going))
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
