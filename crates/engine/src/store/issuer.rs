//! What is known of an authorization server, whoever is signed in to with it.

use super::Store;
use crate::sign_in::Rung;

impl Store {
    /// The kind of redirect URI that an authorization server took after refusing another (rule R5).
    pub(crate) async fn redirect_of(&self, issuer: &str) -> Result<Option<Rung>, sqlx::Error> {
        let stored: Option<String> =
            sqlx::query_scalar("SELECT redirect FROM issuer WHERE issuer = ?")
                .bind(issuer)
                .fetch_optional(&mut *self.reads.turn().await?)
                .await?;
        Ok(stored.and_then(|name| Rung::parse(&name)))
    }

    pub(crate) async fn remember_redirect(
        &self,
        issuer: &str,
        redirect: Rung,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO issuer (issuer, redirect) VALUES (?, ?)
             ON CONFLICT (issuer) DO UPDATE SET redirect = excluded.redirect",
        )
        .bind(issuer)
        .bind(redirect.as_str())
        .execute(&mut *self.quick.turn().await?)
        .await?;
        Ok(())
    }
}
