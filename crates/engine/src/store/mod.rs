//! The SQLite file: rows in, rows out. It seals nothing and decides nothing.

mod attempt;
mod choice;
mod grant;
mod issuer;
mod lock;
mod registration;
mod server;
mod setting;
mod tool;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub(crate) use attempt::AttemptRow;
pub(crate) use grant::{GrantRow, GrantTokens};
pub(crate) use registration::{RegistrationKind, RegistrationRow};
pub(crate) use server::{HeaderRow, ServerRow};

/// The database of one data folder.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// What it commits is on the disk.
    pool: SqlitePool,
    /// What it commits may be lost in a power cut, and is then done again: attempts, lists of
    /// tools, eras.
    quick: SqlitePool,
    /// Files that processes lock one another out with.
    locks: PathBuf,
}

impl Store {
    /// Opens the file, makes it if it is not there, and brings its schema up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        make_private(path)?;
        let options = options(path);
        // A rotated refresh token that is lost in a power cut is a lost grant.
        let pool = connect(options.clone().synchronous(SqliteSynchronous::Full), 4).await?;
        sqlx::migrate!().run(&pool).await?;
        let quick = connect(options.synchronous(SqliteSynchronous::Normal), 1).await?;
        Ok(Self {
            pool,
            quick,
            locks: path.with_file_name("locks"),
        })
    }

    /// As [`Store::open`], with one connection for everything: for a program that ends at once.
    pub(crate) async fn open_small(path: &Path) -> Result<Self, sqlx::Error> {
        let pool = connect(options(path).synchronous(SqliteSynchronous::Full), 1).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self {
            quick: pool.clone(),
            pool,
            locks: path.with_file_name("locks"),
        })
    }

    pub(crate) async fn close(&self) {
        self.quick.close().await;
        self.pool.close().await;
    }

    /// Whether any row holds a sealed value, so that a missing key is a lost key.
    pub(crate) async fn holds_secrets(&self) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM server_header)
                 OR EXISTS (SELECT 1 FROM attempt)
                 OR EXISTS (SELECT 1 FROM registration WHERE secret IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM grant
                            WHERE access_token IS NOT NULL OR refresh_token IS NOT NULL)",
        )
        .fetch_one(&self.pool)
        .await
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A deleted token is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10))
}

async fn connect(
    options: SqliteConnectOptions,
    connections: u32,
) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        // A connection to a file does not go stale; asking it first doubles the round trips.
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

/// Makes the file with mode 0600 before SQLite does with a wider one; the WAL inherits it.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}
