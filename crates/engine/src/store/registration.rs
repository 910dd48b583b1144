//! Registrations, keyed by server, issuer and redirect URI (rule R2).

use drawbridge_oauth::{Issuer, ServerMetadata};
use sqlx::{Connection as _, FromRow, SqliteConnection};

use super::Store;
use super::server::{Ending, ServerRow, with_id};
use crate::ids::{RegistrationId, ServerId};
use crate::view::Millis;

/// How Drawbridge came to its client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub(crate) enum RegistrationKind {
    /// The authorization server gave it one (RFC 7591).
    Dynamic,
    /// The person registered it by hand.
    PreRegistered,
    /// It is the address of a document about it.
    MetadataDocument,
}

/// One row of `registration`; the secret is sealed.
#[derive(Clone, FromRow)]
pub(crate) struct RegistrationRow {
    pub(crate) id: RegistrationId,
    pub(crate) server: ServerId,
    pub(crate) issuer: String,
    /// Who was asked, where that one states another issuer (rule A2).
    pub(crate) asked: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) client_id: String,
    pub(crate) auth_method: String,
    pub(crate) kind: RegistrationKind,
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) secret_expires_at: Option<Millis>,
}

impl RegistrationRow {
    /// Whether it is one of this authorization server, and not of another that states the same issuer
    /// (rule R2).
    pub(crate) fn is_of(&self, server: &ServerMetadata) -> bool {
        self.issuer == server.issuer.as_str()
            && self.asked.as_deref() == server.asked.as_ref().map(Issuer::as_str)
    }

    /// Where it comes back to, also when it is put aside.
    pub(crate) fn redirect(&self) -> &str {
        let parts = self.redirect_uri.split_once('#');
        parts.map_or(&self.redirect_uri, |(redirect, _)| redirect)
    }

    /// Whom to ask about its authorization server.
    pub(crate) fn asked(&self) -> &str {
        self.asked.as_deref().unwrap_or(&self.issuer)
    }
}

/// By a grant that works.
macro_rules! in_use {
    () => {
        "IN (SELECT registration FROM grant WHERE registration IS NOT NULL AND reauth_reason IS NULL)"
    };
}

impl Store {
    pub(crate) async fn registration(
        &self,
        id: &RegistrationId,
    ) -> Result<Option<RegistrationRow>, sqlx::Error> {
        sqlx::query_as("SELECT * FROM registration WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await
    }

    /// The registrations of one kind for a server, at whatever issuer; the newest first.
    pub(crate) async fn registrations(
        &self,
        server: &ServerId,
        kind: RegistrationKind,
    ) -> Result<Vec<RegistrationRow>, sqlx::Error> {
        sqlx::query_as("SELECT * FROM registration WHERE server = ? AND kind = ? ORDER BY id DESC")
            .bind(server)
            .bind(kind)
            .fetch_all(&mut *self.reads.turn().await?)
            .await
    }

    /// The kind of client that the grant of a server was made with, as it is stored.
    pub(crate) async fn registration_kind(
        &self,
        server: &ServerId,
    ) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT r.kind FROM grant AS g JOIN registration AS r ON r.id = g.registration
             WHERE g.server = ?",
        )
        .bind(server)
        .fetch_optional(&mut *self.reads.turn().await?)
        .await
    }

    /// Gives a client another redirect URI, where the authorization server does not mind.
    pub(crate) async fn move_registration(&self, row: &RegistrationRow) -> Result<(), sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        make_room(&mut transaction, row).await?;
        sqlx::query("UPDATE OR REPLACE registration SET redirect_uri = ? WHERE id = ?")
            .bind(&row.redirect_uri)
            .bind(&row.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Takes the place of an earlier registration for the same use, unless the server is not what the client
    /// was made for any more: of another one, nothing is kept (rule G10). Says whether it did.
    pub(crate) async fn insert_registration(
        &self,
        row: &RegistrationRow,
        made_for: &ServerRow,
    ) -> Result<bool, sqlx::Error> {
        // Bound to its issuer before that one sees its secret: done again, it could be bound to another (rule R2).
        if row.kind == RegistrationKind::PreRegistered {
            insert(&mut *self.writes.turn().await?, row, made_for).await
        } else {
            insert(&mut *self.quick.turn().await?, row, made_for).await
        }
    }

    /// Puts a registration aside that is not accepted any more (rule R7): no sign-in begins with it, and
    /// one that has goes on (rule T1). One that the person typed in stays: it is bound to its issuer, and
    /// another must not get its secret (rule R2).
    pub(crate) async fn put_registration_aside(
        &self,
        id: &RegistrationId,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE registration SET redirect_uri = redirect_uri || '#' || id
             WHERE id = ? AND kind <> 'pre_registered' AND instr(redirect_uri, '#') = 0",
        )
        .bind(id)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(())
    }

    /// Drops such a registration with its sign-in, for sign-ins alone: a grant that works keeps its
    /// client until another takes its place (rule G10).
    pub(crate) async fn retire_registration(&self, id: &RegistrationId) -> Result<(), sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        for statement in [
            "DELETE FROM attempt WHERE registration IN
                 (SELECT id FROM registration WHERE id = ? AND kind <> 'pre_registered')",
            concat!(
                "UPDATE registration SET redirect_uri = redirect_uri || '#' || id
                 WHERE id = ? AND kind <> 'pre_registered' AND id ",
                in_use!()
            ),
            concat!(
                "DELETE FROM registration
                 WHERE id = ? AND kind <> 'pre_registered' AND id NOT ",
                in_use!()
            ),
        ] {
            sqlx::query(statement)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    row: &RegistrationRow,
    made_for: &ServerRow,
) -> Result<bool, sqlx::Error> {
    // Nobody writes between the look and the row.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let now = with_id(&row.server, &mut transaction).await?;
    let is_it = |now| Ending::of(made_for, &now) == Ending::Nothing;
    if !now.is_some_and(is_it) {
        return Ok(false);
    }
    make_room(&mut transaction, row).await?;
    sqlx::query(
        "INSERT OR REPLACE INTO registration
             (id, server, issuer, asked, redirect_uri, client_id, auth_method, kind, secret,
              secret_expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.id)
    .bind(&row.server)
    .bind(&row.issuer)
    .bind(&row.asked)
    .bind(&row.redirect_uri)
    .bind(&row.client_id)
    .bind(&row.auth_method)
    .bind(row.kind)
    .bind(&row.secret)
    .bind(row.secret_expires_at)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Whoever is registered for the same use is put aside, if a grant that works has it. No redirect URI
/// has a fragment (RFC 6749 §3.1.2): with one, it is nobody's way back.
async fn make_room(
    transaction: &mut sqlx::SqliteTransaction<'_>,
    row: &RegistrationRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(concat!(
        "UPDATE registration SET redirect_uri = redirect_uri || '#' || id
         WHERE server = ? AND issuer = ? AND redirect_uri = ? AND id <> ? AND id ",
        in_use!()
    ))
    .bind(&row.server)
    .bind(&row.issuer)
    .bind(&row.redirect_uri)
    .bind(&row.id)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Forgets who was put aside, if neither a grant nor a sign-in has it any more.
pub(super) async fn clear_out(
    transaction: &mut sqlx::SqliteTransaction<'_>,
    server: &ServerId,
) -> Result<(), sqlx::Error> {
    sqlx::query(concat!(
        "DELETE FROM registration WHERE server = ? AND instr(redirect_uri, '#') > 0
             AND id NOT IN (SELECT registration FROM attempt) AND id NOT ",
        in_use!()
    ))
    .bind(server)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
