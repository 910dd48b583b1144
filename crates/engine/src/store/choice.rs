//! What was chosen, or accepted, among the authorization servers of one server, and where a client
//! there comes back to.

use drawbridge_oauth::RedirectUri;

use super::Store;
use crate::ids::ServerId;

impl Store {
    /// The issuer that worked the last time (rule D8).
    pub(crate) async fn chosen_issuer(&self, id: &ServerId) -> Result<Option<String>, sqlx::Error> {
        let chosen = sqlx::query_scalar("SELECT chosen_issuer FROM server WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await?;
        Ok(chosen.flatten())
    }

    pub(crate) async fn choose_issuer(
        &self,
        id: &ServerId,
        issuer: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE server SET chosen_issuer = ? WHERE id = ?")
            .bind(issuer)
            .bind(id)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }

    /// Where a client that is registered by hand came back to, or is to be registered for (rule R6).
    pub(crate) async fn redirect_by_hand(
        &self,
        id: &ServerId,
    ) -> Result<Option<String>, sqlx::Error> {
        let kept = sqlx::query_scalar("SELECT redirect_by_hand FROM server WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await?;
        Ok(kept.flatten())
    }

    pub(crate) async fn keep_redirect_by_hand(
        &self,
        id: &ServerId,
        redirect: &RedirectUri,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE server SET redirect_by_hand = ? WHERE id = ?")
            .bind(redirect.as_str())
            .bind(id)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }

    /// Turns "accept the next" into this pair, in one step; says whether the person still wants
    /// that (rule A2).
    pub(crate) async fn accept_issuer(
        &self,
        id: &ServerId,
        expected: &str,
        stated: &str,
    ) -> Result<bool, sqlx::Error> {
        let result = sqlx::query(
            "UPDATE server
             SET sign_in = json_set(sign_in, '$.issuer',
                 json_object('kind', 'accepted', 'expected', ?, 'stated', ?))
             WHERE id = ? AND json_extract(sign_in, '$.issuer.kind') = 'accept_next'",
        )
        .bind(expected)
        .bind(stated)
        .bind(id)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(result.rows_affected() == 1)
    }
}
