//! Opening the database, whatever state it was left in.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::OptionFuture;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use super::aside::{set_aside, with};
use super::callable::Callables;
use super::line::Line;
use super::presence::Presence;
use super::private::open_private;
use super::stamp::{STAMP, Stamps};
use super::writes::Writes;
use super::written::Written;
use super::{Store, Trouble, schema};
use crate::error::Error;
use crate::view::Millis;

/// Another process may have mended it while this one waited.
const ROUNDS: usize = 3;
/// How long others are given to leave a damaged database.
const LEAVING: Duration = Duration::from_secs(2);
/// The first frame of a write-ahead log comes after its header.
const WAL_HEADER: u64 = 32;

/// A macOS that is asked for no more than others leaves what was written to the disk itself, which may keep it
/// in its memory.
const PASSES_ON: bool = cfg!(target_os = "macos");

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// How long to wait for other programs that hold it.
    pub(crate) wait: Duration,
    /// What time it is.
    pub(crate) now: Millis,
    /// One connection for everything: for a program that ends at once.
    pub(crate) small: bool,
}

#[cfg(test)]
impl Opening {
    pub(super) fn of_a_test() -> Self {
        Self {
            wait: Duration::from_secs(5),
            now: 0,
            small: false,
        }
    }
}

#[cfg(test)]
impl Store {
    pub(super) async fn of_a_test(folder: &Path) -> Self {
        let file = folder.join("test.sqlite");
        Self::open(&file, Opening::of_a_test()).await.unwrap()
    }
}

impl Store {
    /// Opens the file, makes it if it is not there, and brings its schema up to date. One that is
    /// damaged is kept aside, and a new one begun ([`Store::set_aside`]), unless another process uses it.
    pub(crate) async fn open(path: &Path, opening: Opening) -> Result<Self, Error> {
        for _ in 0..ROUNDS {
            let damage = match Self::open_as_it_is(path, opening).await {
                Err(error) if Trouble::of(&error) == Trouble::Damaged => error,
                outcome => return Ok(outcome?),
            };
            tracing::error!("the database is damaged: {damage}");
            begin_anew(path, opening).await?;
        }
        Err(Error::DamagedDatabase {
            path: path.display().to_string(),
        })
    }

    async fn open_as_it_is(path: &Path, opening: Opening) -> Result<Self, sqlx::Error> {
        let presence = Presence::among_others(path, opening.wait).await?;
        open_whole(path, opening, Some(presence)).await
    }
}

/// Keeps the damaged file aside, once nobody else has it open.
async fn begin_anew(path: &Path, opening: Opening) -> Result<(), Error> {
    let Some(_alone) = Presence::alone(path, LEAVING)
        .await
        .map_err(sqlx::Error::Io)?
    else {
        return Ok(());
    };
    match open_whole(path, opening, None).await {
        Err(error) if Trouble::of(&error) == Trouble::Damaged => {}
        // Whoever was alone with it before has mended it.
        Ok(store) => {
            store.close().await;
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    let aside = set_aside(path, opening.now).map_err(|source| Error::DataFolder {
        path: path.display().to_string(),
        source,
    })?;
    tracing::error!("it is kept aside as {}", aside.path);
    let store = open_whole(path, opening, None).await?;
    let told = store.tell_set_aside(&aside).await;
    store.close().await;
    Ok(told?)
}

async fn open_whole(
    path: &Path,
    opening: Opening,
    presence: Option<Presence>,
) -> Result<Store, sqlx::Error> {
    make_private(path)?;
    refuse_emptied(path)?;
    let written = Written::to(path);
    if !opening.small {
        written.listen_soon();
    }
    let options = options(path, opening.wait);
    // What is committed over this connection is on the disk: a rotated refresh token that is lost in a
    // power cut is a lost grant.
    let mut writing = options.clone().synchronous(SqliteSynchronous::Full);
    if PASSES_ON {
        writing = writing.pragma("fullfsync", "ON");
    }
    let mut writing = SqliteConnection::connect_with(&writing).await?;
    // Opened while the other connection looks at every page.
    let reading = async {
        let reading = options.clone().pragma("query_only", "ON");
        SqliteConnection::connect_with(&reading).await
    };
    let reading = OptionFuture::from((!opening.small).then_some(reading));
    let bring_up = bring_up(&mut writing, &options, path, opening.wait);
    let (brought_up, reading) = tokio::join!(bring_up, reading);
    let reading = match (brought_up, reading.transpose()) {
        (Ok(()), Ok(reading)) => reading,
        (Err(error), reading) => return Err(closed(error, writing, reading.ok().flatten()).await),
        (Ok(()), Err(error)) => return Err(closed(error, writing, None).await),
    };
    let writes = Writes {
        line: Line::of(writing),
        stamps: Stamps::at(&with(path, STAMP)),
    };
    let (reads, quick) = match reading {
        Some(reading) => (Line::of(reading), Line::opened_later(options)),
        None => (writes.line.clone(), writes.line.clone()),
    };
    Ok(Store {
        reads,
        writes,
        quick,
        callables: Callables::default(),
        written,
        path: path.to_owned(),
        presence: Arc::new(Mutex::new(presence)),
    })
}

/// Leaves nothing open of a database that may be moved now.
async fn closed(
    error: sqlx::Error,
    writing: SqliteConnection,
    reading: Option<SqliteConnection>,
) -> sqlx::Error {
    for connection in [Some(writing), reading].into_iter().flatten() {
        let _ = connection.close().await;
    }
    error
}

/// Looks at every page, then brings the schema up to date.
async fn bring_up(
    writing: &mut SqliteConnection,
    options: &SqliteConnectOptions,
    path: &Path,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *writing)
        .await?;
    if found != "ok" {
        return Err(damaged(found));
    }
    schema::bring_up(writing, options, path, wait).await
}

/// SQLite takes an empty file for a new database, and throws away the log that belongs to the old.
fn refuse_emptied(path: &Path) -> io::Result<()> {
    let length = |suffix| std::fs::metadata(with(path, suffix)).map_or(0, |file| file.len());
    if length("") == 0 && length("-wal") > WAL_HEADER {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its file is empty",
        ));
    }
    Ok(())
}

fn damaged(found: String) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::InvalidData, found))
}

pub(super) fn options(path: &Path, wait: Duration) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        // A deleted token is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        .busy_timeout(wait);
    if PASSES_ON {
        // Whoever begins the log anew has what was in it on the disk.
        options.pragma("checkpoint_fullfsync", "ON")
    } else {
        options
    }
}

/// Makes the file with mode 0600 before SQLite does with a wider one; the WAL inherits it.
fn make_private(path: &Path) -> io::Result<()> {
    let file = open_private(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(line: &Line, pragma: &'static str) -> bool {
        let mut turn = line.turn().await.unwrap();
        sqlx::query_scalar(pragma)
            .fetch_one(&mut *turn)
            .await
            .unwrap()
    }

    // rule: G4
    #[tokio::test]
    async fn what_is_committed_is_on_the_disk_and_not_in_its_memory() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::of_a_test(folder.path()).await;
        let is_macos = cfg!(target_os = "macos");
        let lines = [&store.writes.line, &store.quick, &store.reads];
        for (line, waits) in lines.into_iter().zip([is_macos, false, false]) {
            assert_eq!(asked(line, "PRAGMA fullfsync").await, waits);
            assert_eq!(asked(line, "PRAGMA checkpoint_fullfsync").await, is_macos);
        }
    }
}
