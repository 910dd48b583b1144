//! The schema: a new database has it whole, an older one is taken to it step by step.

use std::path::Path;
use std::time::Duration;

use sqlx::Executor as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqlitePool;

use super::lock::SchemaLock;

static STEPS: Migrator = sqlx::migrate!();
/// What all steps leave in a new database, and that they are done.
const WHOLE: &str = include_str!("../../schema.sql");

pub(super) async fn bring_up(
    pool: &SqlitePool,
    path: &Path,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    if is_up_to_date(pool).await {
        return Ok(());
    }
    let _lock = SchemaLock::take(path, wait).await?;
    if is_up_to_date(pool).await {
        return Ok(());
    }
    // What is made here can be made again: the disk need not have each step of it.
    pool.execute("PRAGMA synchronous = NORMAL").await?;
    if is_empty(pool).await? {
        let mut all = pool.begin().await?;
        all.execute(WHOLE).await?;
        all.commit().await?;
    } else {
        STEPS.run(pool).await?;
    }
    pool.execute("PRAGMA synchronous = FULL").await?;
    Ok(())
}

async fn is_empty(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)")
        .fetch_one(pool)
        .await
}

/// What `sqlx` asks in many questions, asked in one: most starts change nothing.
async fn is_up_to_date(pool: &SqlitePool) -> bool {
    let ours = STEPS.iter().map(|step| {
        let checksum = step.checksum.iter().map(|byte| format!("{byte:02X}"));
        format!("{} {}", step.version, checksum.collect::<String>())
    });
    let found: Result<Option<String>, _> = sqlx::query_scalar(
        "SELECT group_concat(version || ' ' || hex(checksum), ',' ORDER BY version)
         FROM _sqlx_migrations WHERE success",
    )
    .fetch_one(pool)
    .await;
    found.is_ok_and(|found| found == Some(ours.collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");
    const BEGINNING: &str = "\
-- Made by the tests of this crate from the steps in migrations/; a change here is lost.
";
    const WAIT: Duration = Duration::from_secs(5);

    async fn empty() -> SqlitePool {
        let in_memory = SqliteConnectOptions::new().in_memory(true);
        let pool = SqlitePoolOptions::new().max_connections(1);
        pool.connect_with(in_memory).await.unwrap()
    }

    /// The schema in the words of SQLite, and that all steps are done.
    async fn written(pool: &SqlitePool) -> String {
        let made: Vec<String> = sqlx::query_scalar(
            "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let done: Vec<String> = sqlx::query_scalar(
            "SELECT format(
                'INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (%d, %Q, TRUE, x''%s'', 0);',
                version, description, hex(checksum))
             FROM _sqlx_migrations ORDER BY version",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let parts = made.into_iter().chain(done);
        parts.fold(BEGINNING.to_owned(), |text, part| {
            text + "\n" + &part + "\n"
        })
    }

    #[tokio::test]
    async fn a_new_database_is_as_all_steps_leave_it() {
        let pool = empty().await;
        STEPS.run(&pool).await.unwrap();
        let stepped = written(&pool).await;
        if stepped != WHOLE {
            fs::write(FILE, &stepped).unwrap();
            panic!("{FILE} was out of date, and is written anew: run this once more");
        }
        let pool = empty().await;
        bring_up(&pool, tempfile::tempdir().unwrap().path(), WAIT)
            .await
            .unwrap();
        assert_eq!(written(&pool).await, stepped);
    }

    #[tokio::test]
    async fn a_schema_counts_as_ours_only_with_every_step_as_it_is_here() {
        let pool = empty().await;
        assert!(!is_up_to_date(&pool).await);
        STEPS.run(&pool).await.unwrap();
        assert!(is_up_to_date(&pool).await);
        let other = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1";
        pool.execute(other).await.unwrap();
        assert!(!is_up_to_date(&pool).await);
    }
}
