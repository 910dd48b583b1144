//! Attempts: written by sign-in alone, taken once.

use sqlx::{Connection as _, FromRow};

use super::{Beginning, Store};
use crate::ids::{AttemptId, RegistrationId, ServerId};
use crate::view::Millis;

/// One row of `attempt`; the verifier is sealed, of the state there is only the digest.
#[derive(Clone, FromRow)]
pub(crate) struct AttemptRow {
    pub(crate) id: AttemptId,
    pub(crate) server: ServerId,
    /// Of the server, for as long as there is a row: whoever moves the server ends its attempts.
    pub(crate) url: String,
    /// Of the server, too: whoever withdraws sign-ins takes their rows.
    pub(crate) withdrawals: i64,
    pub(crate) registration: RegistrationId,
    /// Its registration was made for it, and may be made anew once.
    pub(crate) newly_registered: bool,
    pub(crate) state_hash: Vec<u8>,
    pub(crate) verifier: Vec<u8>,
    pub(crate) metadata: String,
    pub(crate) resource: Option<String>,
    pub(crate) scopes: String,
    pub(crate) expires_at: Millis,
}

impl AttemptRow {
    /// Whether its client was registered before it began. Ids grow with time.
    pub(crate) fn has_an_older_client(&self) -> bool {
        self.registration.as_str() < self.id.as_str()
    }
}

impl Store {
    /// Writes the attempt, unless what it `began` with holds no longer; says whether it did. An earlier one
    /// on the same server is superseded.
    pub(crate) async fn begin_attempt(
        &self,
        row: &AttemptRow,
        began: &Beginning,
    ) -> Result<bool, sqlx::Error> {
        let mut turn = self.quick.turn().await?;
        // Nobody writes between the look and the row.
        let mut transaction = turn.begin_with("BEGIN IMMEDIATE").await?;
        if !began.holds_at(&row.id, &mut transaction).await? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM attempt WHERE server = ? AND id <> ?")
            .bind(&row.server)
            .bind(&row.id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO attempt
                 (id, server, registration, newly_registered, state_hash, verifier, metadata, resource, scopes,
                  expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&row.id)
        .bind(&row.server)
        .bind(&row.registration)
        .bind(row.newly_registered)
        .bind(&row.state_hash)
        .bind(&row.verifier)
        .bind(&row.metadata)
        .bind(&row.resource)
        .bind(&row.scopes)
        .bind(row.expires_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Finds and consumes the attempt in one statement: a second caller finds nothing (rule T2). One that
    /// another process has begun since this one was `born` is left to it: it is none of these.
    pub(crate) async fn take_attempt(
        &self,
        state_hash: &[u8],
        now: Millis,
        born: &AttemptId,
        running: &[AttemptId],
    ) -> Result<Option<AttemptRow>, sqlx::Error> {
        let running: Vec<&str> = running.iter().map(AttemptId::as_str).collect();
        sqlx::query_as(
            "DELETE FROM attempt WHERE state_hash = ? AND expires_at > ?
                 AND (id <= ? OR id IN (SELECT value FROM json_each(?)))
             RETURNING *, (SELECT url FROM server WHERE id = attempt.server) AS url,
                       (SELECT withdrawals FROM server WHERE id = attempt.server) AS withdrawals",
        )
        .bind(state_hash)
        .bind(now)
        .bind(born)
        .bind(sqlx::types::Json(running))
        .fetch_optional(&mut *self.quick.turn().await?)
        .await
    }

    /// Whether there is still a row of this attempt.
    pub(crate) async fn has_attempt(&self, id: &AttemptId) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM attempt WHERE id = ?)")
            .bind(id)
            .fetch_one(&mut *self.reads.turn().await?)
            .await
    }

    /// Forgets an attempt and those that it superseded; a later one stays.
    pub(crate) async fn delete_attempts_up_to(
        &self,
        server: &ServerId,
        attempt: &AttemptId,
    ) -> Result<(), sqlx::Error> {
        // Ids grow with time.
        sqlx::query("DELETE FROM attempt WHERE server = ? AND id <= ?")
            .bind(server)
            .bind(attempt)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }

    /// Most starts find none, and then nothing is opened for writing.
    pub(crate) async fn delete_expired_attempts(&self, now: Millis) -> Result<(), sqlx::Error> {
        let any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM attempt WHERE expires_at <= ?)")
                .bind(now)
                .fetch_one(&mut *self.reads.turn().await?)
                .await?;
        if !any {
            return Ok(());
        }
        sqlx::query("DELETE FROM attempt WHERE expires_at <= ?")
            .bind(now)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }
}
