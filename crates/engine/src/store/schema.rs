//! The schema: a new database has it whole, an older one is taken to it step by step.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use sqlx::{Connection as _, Executor as _};

use super::lock::SchemaLock;

static STEPS: Migrator = sqlx::migrate!();
/// What all steps leave in a new database, and that they are done.
const WHOLE: &str = include_str!("../../schema.sql");

pub(super) async fn bring_up(
    writing: &mut SqliteConnection,
    options: &SqliteConnectOptions,
    path: &Path,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    if is_up_to_date(writing).await {
        return Ok(());
    }
    let _lock = SchemaLock::take(path, wait).await?;
    if is_up_to_date(writing).await {
        Ok(())
    } else if is_empty(writing).await? {
        make(writing).await
    } else {
        step_by_step(options).await
    }
}

/// What is made here can be made again: the disk need not have it.
async fn make(writing: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    writing.execute("PRAGMA synchronous = NORMAL").await?;
    let mut all = writing.begin().await?;
    all.execute(WHOLE).await?;
    all.commit().await?;
    writing.execute("PRAGMA synchronous = FULL").await?;
    Ok(())
}

/// Over a pool, as the steps want it where futures move between threads. Nobody looks for idle ones in it: sqlx
/// counts those in between of two steps, and may then go over them for ever (its issue 3645).
async fn step_by_step(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None);
    let pool = pool.connect_with(options.clone()).await?;
    let stepped = STEPS.run(&pool).await;
    pool.close().await;
    Ok(stepped?)
}

async fn is_empty(writing: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)")
        .fetch_one(writing)
        .await
}

/// What `sqlx` asks in many questions, asked in one: most starts change nothing.
async fn is_up_to_date(writing: &mut SqliteConnection) -> bool {
    let ours = STEPS.iter().map(|step| {
        let checksum = step.checksum.iter().map(|byte| format!("{byte:02X}"));
        format!("{} {}", step.version, checksum.collect::<String>())
    });
    let found: Result<Option<String>, _> = sqlx::query_scalar(
        "SELECT group_concat(version || ' ' || hex(checksum), ',' ORDER BY version)
         FROM _sqlx_migrations WHERE success",
    )
    .fetch_one(writing)
    .await;
    found.is_ok_and(|found| found == Some(ours.collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");
    const BEGINNING: &str = "\
-- Made by the tests of this crate from the steps in migrations/; a change here is lost.
";
    const WAIT: Duration = Duration::from_secs(5);

    fn in_memory() -> SqliteConnectOptions {
        SqliteConnectOptions::new().in_memory(true)
    }

    async fn empty() -> SqliteConnection {
        SqliteConnection::connect_with(&in_memory()).await.unwrap()
    }

    /// The schema in the words of SQLite, and that all steps are done.
    async fn written(database: &mut SqliteConnection) -> String {
        let made: Vec<String> = sqlx::query_scalar(
            "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
        )
        .fetch_all(&mut *database)
        .await
        .unwrap();
        let done: Vec<String> = sqlx::query_scalar(
            "SELECT format(
                'INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (%d, %Q, TRUE, x''%s'', 0);',
                version, description, hex(checksum))
             FROM _sqlx_migrations ORDER BY version",
        )
        .fetch_all(&mut *database)
        .await
        .unwrap();
        let parts = made.into_iter().chain(done);
        parts.fold(BEGINNING.to_owned(), |text, part| {
            text + "\n" + &part + "\n"
        })
    }

    #[tokio::test]
    async fn a_new_database_is_as_all_steps_leave_it() {
        let mut database = empty().await;
        STEPS.run(&mut database).await.unwrap();
        let stepped = written(&mut database).await;
        if stepped != WHOLE {
            fs::write(FILE, &stepped).unwrap();
            panic!("{FILE} was out of date, and is written anew: run this once more");
        }
        let mut database = empty().await;
        let folder = tempfile::tempdir().unwrap();
        bring_up(&mut database, &in_memory(), folder.path(), WAIT)
            .await
            .unwrap();
        assert_eq!(written(&mut database).await, stepped);
    }

    #[tokio::test]
    async fn a_schema_counts_as_ours_only_with_every_step_as_it_is_here() {
        let mut database = empty().await;
        assert!(!is_up_to_date(&mut database).await);
        STEPS.run(&mut database).await.unwrap();
        assert!(is_up_to_date(&mut database).await);
        let other = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1";
        database.execute(other).await.unwrap();
        assert!(!is_up_to_date(&mut database).await);
    }
}
