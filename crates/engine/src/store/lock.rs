//! What one process alone does of all that share a data folder: a refresh (rule G1), the schema, the key.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Store;
use super::private::open_private;
use crate::ids::ServerId;

/// The pause after the first look at a lock that is taken; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The right to refresh one grant. The operating system takes it back when the process ends, however
/// it ends.
#[derive(Debug)]
pub(crate) struct GrantLock(#[expect(dead_code, reason = "held, not read")] File);

/// The right to change the schema, which `sqlx` locks nobody out of on SQLite.
#[derive(Debug)]
pub(super) struct SchemaLock(#[expect(dead_code, reason = "held, not read")] File);

impl SchemaLock {
    /// Waits for whoever has it.
    pub(super) async fn take(database: &Path, wait: Duration) -> io::Result<Self> {
        let file = open(&locks_of(database), "schema")?;
        let try_lock = || file.try_lock();
        if taken(Duration::ZERO, try_lock).await? {
            return Ok(Self(file));
        }
        tracing::info!("another process brings the schema up to date, and is waited for");
        if taken(wait, try_lock).await? {
            return Ok(Self(file));
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}

impl Store {
    /// Waits for the other processes of this data folder; nothing when `limit` has passed.
    pub(crate) async fn lock_grant(
        &self,
        server: &ServerId,
        limit: Duration,
    ) -> io::Result<Option<GrantLock>> {
        let file = open(&locks_of(&self.path), server.as_str())?;
        let taken = taken(limit, || file.try_lock()).await?;
        Ok(taken.then_some(GrantLock(file)))
    }

    /// What programs on this data folder lock one another out with while they make its key, if the
    /// folder takes such a file.
    pub(crate) fn lock_of_key(&self) -> Option<File> {
        open(&locks_of(&self.path), "key")
            .inspect_err(|error| tracing::warn!(%error, "the key is fetched without a lock"))
            .ok()
    }
}

/// Tries until the lock is had, and blocks no thread over it; says whether it was when `limit` has passed.
pub(super) async fn taken(
    limit: Duration,
    try_lock: impl Fn() -> Result<(), TryLockError>,
) -> io::Result<bool> {
    let until = Instant::now() + limit;
    let mut pause = FIRST_PAUSE;
    loop {
        match try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() + pause > until => return Ok(false),
            Err(TryLockError::WouldBlock) => sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Where the files are that processes lock one another out with.
pub(super) fn locks_of(database: &Path) -> PathBuf {
    database.with_file_name("locks")
}

/// The files stay: one that is deleted while it is locked would let a second process in.
fn open(folder: &Path, name: &str) -> io::Result<File> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    open_private(&folder.join(format!("{name}.lock")))
}
