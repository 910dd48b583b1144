//! What a server asked for after it had answered the first look freely.

use super::Store;
use crate::ids::ServerId;

impl Store {
    /// What this server asked for, as JSON; else what another account at its address was asked for.
    pub(crate) async fn challenge(
        &self,
        id: &ServerId,
        url: &str,
    ) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT challenge FROM server WHERE url = ?1 AND challenge IS NOT NULL
             ORDER BY id = ?2 DESC, id LIMIT 1",
        )
        .bind(url)
        .bind(id)
        .fetch_optional(&mut *self.reads.turn().await?)
        .await
    }

    /// Adds what the server names, unless it is at another address by now. What it is silent about stays.
    pub(crate) async fn keep_challenge(
        &self,
        id: &ServerId,
        url: &str,
        named: &str,
    ) -> Result<(), sqlx::Error> {
        let is_known: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM server
                            WHERE id = ? AND url = ? AND json_valid(challenge)
                              AND challenge = json_patch(challenge, ?))",
        )
        .bind(id)
        .bind(url)
        .bind(named)
        .fetch_one(&mut *self.reads.turn().await?)
        .await?;
        if is_known {
            return Ok(());
        }
        sqlx::query(
            "UPDATE server
             SET challenge = json_patch(iif(json_valid(challenge), challenge, '{}'), ?)
             WHERE id = ? AND url = ?",
        )
        .bind(named)
        .bind(id)
        .bind(url)
        .execute(&mut *self.quick.turn().await?)
        .await?;
        Ok(())
    }

    /// That the server asks stays known, and where its metadata is.
    pub(crate) async fn forget_challenged_scope(&self, id: &ServerId) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE server SET challenge = json_remove(challenge, '$.scope')
             WHERE json_valid(challenge) AND url = (SELECT url FROM server WHERE id = ?)",
        )
        .bind(id)
        .execute(&mut *self.quick.turn().await?)
        .await?;
        Ok(())
    }
}
