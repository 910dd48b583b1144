//! One refresh at a time over all processes that share a data folder (rule G1).

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

impl Store {
    /// Waits for the other processes of this data folder, and blocks no thread over it; nothing when
    /// `limit` has passed.
    pub(crate) async fn lock_grant(
        &self,
        server: &ServerId,
        limit: Duration,
    ) -> io::Result<Option<GrantLock>> {
        let until = Instant::now() + limit;
        let file = open(&locks_of(&self.path), server.as_str())?;
        let mut pause = FIRST_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(GrantLock(file))),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if Instant::now() + pause > until => return Ok(None),
                Err(TryLockError::WouldBlock) => sleep(pause).await,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// What programs on this data folder lock one another out with while they make its key, if the
    /// folder takes such a file.
    pub(crate) fn lock_of_key(&self) -> Option<File> {
        open(&locks_of(&self.path), "key")
            .inspect_err(|error| tracing::warn!(%error, "the key is fetched without a lock"))
            .ok()
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
