//! Registrations, keyed by server, issuer and redirect URI (rule R2).

use sqlx::FromRow;

use super::Store;
use crate::ids::{RegistrationId, ServerId};
use crate::view::Millis;

/// One row of `registration`; the secret is sealed.
#[derive(Clone, FromRow)]
pub(crate) struct RegistrationRow {
    pub(crate) id: RegistrationId,
    pub(crate) server: ServerId,
    pub(crate) issuer: String,
    pub(crate) redirect_uri: String,
    pub(crate) client_id: String,
    pub(crate) auth_method: String,
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) secret_expires_at: Option<Millis>,
}

impl Store {
    pub(crate) async fn registration(
        &self,
        id: &RegistrationId,
    ) -> Result<Option<RegistrationRow>, sqlx::Error> {
        sqlx::query_as("SELECT * FROM registration WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The registration for exactly this use whose secret is good at `now`.
    pub(crate) async fn registration_for(
        &self,
        server: &ServerId,
        issuer: &str,
        redirect_uri: &str,
        now: Millis,
    ) -> Result<Option<RegistrationRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT * FROM registration
             WHERE server = ? AND issuer = ? AND redirect_uri = ?
               AND (secret_expires_at IS NULL OR secret_expires_at > ?)",
        )
        .bind(server)
        .bind(issuer)
        .bind(redirect_uri)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
    }

    /// Takes the place of an earlier registration for the same use.
    pub(crate) async fn insert_registration(
        &self,
        row: &RegistrationRow,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT OR REPLACE INTO registration
                 (id, server, issuer, redirect_uri, client_id, auth_method, secret,
                  secret_expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&row.id)
        .bind(&row.server)
        .bind(&row.issuer)
        .bind(&row.redirect_uri)
        .bind(&row.client_id)
        .bind(&row.auth_method)
        .bind(&row.secret)
        .bind(row.secret_expires_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn delete_registration(&self, id: &RegistrationId) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM registration WHERE id = ?")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
