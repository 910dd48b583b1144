//! Named values of the whole program.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::types::Json;
use sqlx::{ConnectOptions as _, Connection as _};

use super::Store;

/// How long a look beside everybody else may wait for them.
const PEEK: Duration = Duration::from_millis(100);

impl Store {
    /// A value, read beside whoever has the database open; changes nothing. `None` where there is no
    /// database yet.
    pub(crate) async fn peek_setting(
        database: &Path,
        name: &str,
    ) -> Result<Option<String>, sqlx::Error> {
        // An empty file is left to `Store::open`: SQLite would throw away the log that belongs to it.
        if std::fs::metadata(database).map_or(0, |file| file.len()) == 0 {
            return Ok(None);
        }
        let options = SqliteConnectOptions::new()
            .filename(database)
            .read_only(true)
            .busy_timeout(PEEK);
        let mut connection: SqliteConnection = options.connect().await?;
        let value = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?")
            .bind(name)
            .fetch_optional(&mut connection)
            .await;
        connection.close().await?;
        value
    }

    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT value FROM setting WHERE name = ?")
            .bind(name)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await
    }

    /// Several values in one go. Writes nothing where all of that is so already: a disk that is full
    /// holds up no start.
    pub(crate) async fn pin_settings<const N: usize>(
        &self,
        wanted: [(&str, &str); N],
    ) -> Result<(), sqlx::Error> {
        let wanted = Json(HashMap::from(wanted));
        let differing: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM json_each(?) AS wanted
                            LEFT JOIN setting ON setting.name = wanted.key
                            WHERE setting.value IS NOT wanted.value)",
        )
        .bind(&wanted)
        .fetch_one(&mut *self.reads.turn().await?)
        .await?;
        if differing {
            sqlx::query(
                "INSERT INTO setting (name, value) SELECT key, value FROM json_each(?) WHERE TRUE
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(&wanted)
            .execute(&mut *self.writes.turn().await?)
            .await?;
        }
        Ok(())
    }

    pub(crate) async fn set_setting(&self, name: &str, value: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(())
    }
}
