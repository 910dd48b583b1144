//! Who has the database open: all who use it share a lock, and only one who is alone may move it.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use super::lock::taken;
use super::private::open_private;

/// One who uses the database, or the one who is alone with it. The operating system takes it back
/// when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Presence(#[expect(dead_code, reason = "held, not read")] File);

impl Presence {
    /// Among those who use it. Waits while somebody moves it.
    pub(super) async fn among_others(database: &Path, wait: Duration) -> io::Result<Self> {
        let file = open(database)?;
        if taken(wait, || file.try_lock_shared()).await? {
            Ok(Self(file))
        } else {
            Err(ErrorKind::WouldBlock.into())
        }
    }

    /// Alone; nothing if others use it for longer than one waits.
    pub(super) async fn alone(database: &Path, wait: Duration) -> io::Result<Option<Self>> {
        let file = open(database)?;
        let taken = taken(wait, || file.try_lock()).await?;
        Ok(taken.then_some(Self(file)))
    }
}

/// Beside the database, and never moved with it.
fn open(database: &Path) -> io::Result<File> {
    open_private(&database.with_extension("lock"))
}
