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

    /// Several values in one go; those that there are.
    pub(crate) async fn settings(
        &self,
        names: &[&str],
    ) -> Result<HashMap<String, String>, sqlx::Error> {
        let Json(values) = sqlx::query_scalar(
            "SELECT json_group_object(name, value) FROM setting
             WHERE name IN (SELECT value FROM json_each(?))",
        )
        .bind(Json(names))
        .fetch_one(&mut *self.reads.turn().await?)
        .await?;
        Ok(values)
    }

    /// The same, and whether any row holds a sealed value, so that a missing key is a lost key.
    pub(crate) async fn settings_and_secrets(
        &self,
        names: &[&str],
    ) -> Result<(HashMap<String, String>, bool), sqlx::Error> {
        let (Json(values), holds_secrets) = sqlx::query_as(
            "SELECT json_group_object(name, value),
                 EXISTS (SELECT 1 FROM server_header)
                 OR EXISTS (SELECT 1 FROM server
                            WHERE client_secret IS NOT NULL OR client_key IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM attempt)
                 OR EXISTS (SELECT 1 FROM registration WHERE secret IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM grant
                            WHERE access_token IS NOT NULL OR refresh_token IS NOT NULL)
             FROM setting WHERE name IN (SELECT value FROM json_each(?))",
        )
        .bind(Json(names))
        .fetch_one(&mut *self.reads.turn().await?)
        .await?;
        Ok((values, holds_secrets))
    }

    /// On the disk with whatever is written over `writes` next.
    pub(crate) async fn set_settings(
        &self,
        values: &HashMap<String, String>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO setting (name, value) SELECT key, value FROM json_each(?) WHERE TRUE
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(Json(values))
        .execute(&mut *self.quick.turn().await?)
        .await?;
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
