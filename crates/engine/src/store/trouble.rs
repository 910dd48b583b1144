//! What is wrong with the database, told apart by what the person can do about it.

use std::io::ErrorKind;

use sqlx::migrate::MigrateError;

/// A failure of the database, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There is no room for what was to be written.
    Full,
    /// It may be read, not written.
    ReadOnly,
    /// Another program holds it, for longer than one waits.
    Busy,
    /// What is in the file is no database, or not a whole one.
    Damaged,
    /// A newer Drawbridge has written it.
    Newer,
    /// The disk failed.
    Disk,
    /// Anything else.
    Other,
}

impl Trouble {
    /// The kind of this failure.
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(said) => said.code().map_or(Self::Other, |code| of_code(&code)),
            sqlx::Error::Io(said) => of_io(said.kind()),
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Migrate(said) => match &**said {
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    Self::of(error)
                }
                MigrateError::VersionMissing(_) => Self::Newer,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// Stable, `snake_case`.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "as every `code` of this crate, which the command line counts"
    )]
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Full => "disk_full",
            Self::ReadOnly => "database_read_only",
            Self::Busy => "database_busy",
            Self::Damaged => "database_damaged",
            Self::Newer => "database_newer",
            Self::Disk => "disk_failed",
            Self::Other => "database",
        }
    }

    /// What happened, for a person.
    pub(crate) fn sentence(self, error: &sqlx::Error) -> String {
        match self {
            Self::Full => "There is no room on the disk to store this.".into(),
            Self::ReadOnly => "The database of Drawbridge cannot be written.".into(),
            Self::Busy => "Another program keeps the database of Drawbridge locked.".into(),
            Self::Damaged => "The database of Drawbridge is damaged.".into(),
            Self::Newer => "The database was written by a newer Drawbridge.".into(),
            Self::Disk => format!("The disk did not do what Drawbridge asked of it: {error}."),
            Self::Other => format!("The database of Drawbridge cannot be used: {error}."),
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::Full => "Make room on the disk, then try again.",
            Self::ReadOnly => {
                "See that the data folder and the files in it belong to you and may be written."
            }
            Self::Busy => "Close what may hold it, a backup for example, then try again.",
            Self::Damaged => {
                "Close Drawbridge everywhere and start it again: it keeps the damaged file aside and begins with an empty list."
            }
            Self::Newer => "Install the newer version, or use another data folder.",
            Self::Disk | Self::Other => {
                "Check that the disk has room and that the data folder belongs to you."
            }
        }
    }
}

/// By the primary result code, which the extended ones end with (sqlite.org/rescode.html).
fn of_code(code: &str) -> Trouble {
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Trouble::Busy,
        Ok(3 | 8) => Trouble::ReadOnly,
        Ok(10) => Trouble::Disk,
        Ok(11 | 26) => Trouble::Damaged,
        Ok(13) => Trouble::Full,
        _ => Trouble::Other,
    }
}

fn of_io(kind: ErrorKind) -> Trouble {
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Trouble::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Trouble::Full
        }
        ErrorKind::InvalidData => Trouble::Damaged,
        ErrorKind::WouldBlock => Trouble::Busy,
        _ => Trouble::Disk,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{Connection, Executor, SqliteConnection};

    use super::*;

    async fn fault(statements: &[&'static str]) -> Trouble {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawbridge.sqlite");
        let options =
            crate::store::open::options(&path, Duration::from_millis(1)).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        connection.execute("CREATE TABLE t (v BLOB)").await.unwrap();
        let mut last = Ok(());
        for statement in statements {
            last = connection.execute(*statement).await.map(drop);
        }
        Trouble::of(&last.unwrap_err())
    }

    #[tokio::test]
    async fn sqlite_itself_tells_the_kinds_apart() {
        let insert = "INSERT INTO t VALUES (zeroblob(100000))";
        assert_eq!(
            fault(&["PRAGMA max_page_count = 1", insert]).await,
            Trouble::Full
        );
        assert_eq!(
            fault(&["PRAGMA query_only = ON", insert]).await,
            Trouble::ReadOnly
        );
        assert_eq!(fault(&["SELECT nothing"]).await, Trouble::Other);
    }

    #[tokio::test]
    async fn a_lock_of_another_connection_is_waited_for_and_then_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawbridge.sqlite");
        let options =
            crate::store::open::options(&path, Duration::from_millis(1)).create_if_missing(true);
        let mut holder = SqliteConnection::connect_with(&options).await.unwrap();
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        holder.execute("CREATE TABLE t (v)").await.unwrap();
        holder.execute("BEGIN EXCLUSIVE").await.unwrap();
        let refused = other.execute("INSERT INTO t VALUES (1)").await.unwrap_err();
        assert_eq!(Trouble::of(&refused), Trouble::Busy);
        holder.execute("COMMIT").await.unwrap();
        other.execute("INSERT INTO t VALUES (1)").await.unwrap();
    }

    #[test]
    fn what_the_system_says_is_told_apart_too() {
        let io = |kind: ErrorKind| Trouble::of(&sqlx::Error::Io(kind.into()));
        assert_eq!(io(ErrorKind::StorageFull), Trouble::Full);
        assert_eq!(io(ErrorKind::PermissionDenied), Trouble::ReadOnly);
        assert_eq!(io(ErrorKind::BrokenPipe), Trouble::Disk);
    }

    #[test]
    fn a_newer_schema_is_no_damage() {
        let newer = MigrateError::VersionMissing(99);
        assert_eq!(
            Trouble::of(&sqlx::Error::Migrate(Box::new(newer))),
            Trouble::Newer
        );
    }
}
