//! Named values of the whole program.

use super::Store;

impl Store {
    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT value FROM setting WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.pool)
            .await
    }

    /// As [`Store::set_setting`], and writes nothing where that is so already: a disk that is full
    /// holds up no start.
    pub(crate) async fn pin_setting(&self, name: &str, value: &str) -> Result<(), sqlx::Error> {
        if self.setting(name).await?.as_deref() == Some(value) {
            return Ok(());
        }
        self.set_setting(name, value).await
    }

    pub(crate) async fn set_setting(&self, name: &str, value: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
