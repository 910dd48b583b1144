//! Grants: what a person gave, and the tokens that show it.

use sqlx::{Connection as _, FromRow};

use super::Store;
use super::registration::{RegistrationRow, clear_out};
use crate::ids::{RegistrationId, ServerId};
use crate::view::{AuthKind, Millis, ReauthReason};

/// One row of `grant`; the tokens are sealed.
#[derive(Clone, FromRow)]
pub(crate) struct GrantRow {
    pub(crate) server: ServerId,
    pub(crate) registration: Option<RegistrationId>,
    /// Begins anywhere and grows with every change, so that a late writer finds out, even about a
    /// grant that came after none.
    pub(crate) revision: i64,
    pub(crate) metadata: String,
    pub(crate) resource: Option<String>,
    pub(crate) scopes: String,
    pub(crate) access_token: Option<Vec<u8>>,
    pub(crate) refresh_token: Option<Vec<u8>>,
    pub(crate) issued_at: Millis,
    pub(crate) expires_at: Option<Millis>,
    pub(crate) reauth_reason: Option<ReauthReason>,
    pub(crate) reauth_at: Option<Millis>,
    /// When a refresh was begun whose answer never came to be stored.
    pub(crate) renewal_began: Option<Millis>,
    /// Asked for by the server beyond `scopes` (rule G7).
    pub(crate) needed_scopes: Option<String>,
    /// A refresh brought the access token, and no server has taken it yet (rule G6).
    pub(crate) untested: bool,
    /// When the person signed in.
    pub(crate) signed_in_at: Option<Millis>,
    /// What the sign-in asked for.
    pub(crate) asked_scopes: Option<String>,
    /// Who signed in, as the authorization server names them.
    pub(crate) account: Option<String>,
    /// That the next renewal is put off, and why: what one process leaves for the others (rule G5).
    pub(crate) put_off: Option<String>,
    /// How often sign-ins asked for more access that they were not given (rule G7).
    pub(crate) step_ups: Option<String>,
}

/// What a refresh changes.
pub(crate) struct GrantTokens {
    pub(crate) access_token: Vec<u8>,
    /// `None` keeps the one that is there.
    pub(crate) refresh_token: Option<Vec<u8>>,
    /// `None` keeps what is there.
    pub(crate) scopes: Option<String>,
    pub(crate) issued_at: Millis,
    pub(crate) expires_at: Option<Millis>,
    /// `None` keeps the one that is there (OpenID Connect Core 1.0 §12.2).
    pub(crate) account: Option<String>,
}

impl Store {
    pub(crate) async fn grant(&self, server: &ServerId) -> Result<Option<GrantRow>, sqlx::Error> {
        sqlx::query_as("SELECT * FROM grant WHERE server = ?")
            .bind(server)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await
    }

    /// Takes the place of an earlier grant, whose revision it continues, unless the server is somewhere
    /// else than at `url` by now, or needs no sign-in, or sign-ins were withdrawn since there were so many
    /// `withdrawals`, or nobody wants it any more when the database is free; says whether it did.
    pub(crate) async fn replace_grant(
        &self,
        row: &GrantRow,
        url: &str,
        withdrawals: i64,
        is_wanted: impl Fn() -> bool,
    ) -> Result<bool, sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        let replaced = sqlx::query(
            "INSERT OR REPLACE INTO grant
                 (server, registration, revision, metadata, resource, scopes, access_token,
                  refresh_token, issued_at, expires_at, needed_scopes, signed_in_at, asked_scopes,
                  account, step_ups)
             SELECT
                 id, ?2,
                 COALESCE((SELECT revision FROM grant WHERE server = ?1) + 1, abs(random() / 2)),
                 ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14
             FROM server WHERE id = ?1 AND url = ?15 AND auth = ?16 AND withdrawals = ?17",
        )
        .bind(&row.server)
        .bind(&row.registration)
        .bind(&row.metadata)
        .bind(&row.resource)
        .bind(&row.scopes)
        .bind(&row.access_token)
        .bind(&row.refresh_token)
        .bind(row.issued_at)
        .bind(row.expires_at)
        .bind(&row.needed_scopes)
        .bind(row.signed_in_at)
        .bind(&row.asked_scopes)
        .bind(&row.account)
        .bind(&row.step_ups)
        .bind(url)
        .bind(AuthKind::OAuth)
        .bind(withdrawals)
        .execute(&mut *transaction)
        .await?;
        clear_out(&mut transaction, &row.server).await?;
        if replaced.rows_affected() == 0 || !is_wanted() {
            transaction.rollback().await?;
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes what the server asks for beyond the grant, unless either has changed since; says
    /// whether it had not. The tokens stay as they are, and so does the revision.
    pub(crate) async fn need_scopes(
        &self,
        row: &GrantRow,
        needed: &str,
    ) -> Result<bool, sqlx::Error> {
        let result = sqlx::query(
            "UPDATE grant SET needed_scopes = ?
             WHERE server = ? AND revision = ? AND needed_scopes IS ?",
        )
        .bind(needed)
        .bind(&row.server)
        .bind(row.revision)
        .bind(&row.needed_scopes)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Notes that a refresh begins, unless the grant has changed since; says whether it had not. What
    /// the disk does not take now it would not take afterwards, when the old token is spent (rule G4).
    pub(crate) async fn begin_renewal(
        &self,
        server: &ServerId,
        revision: i64,
        now: Millis,
    ) -> Result<bool, sqlx::Error> {
        let result =
            sqlx::query("UPDATE grant SET renewal_began = ? WHERE server = ? AND revision = ?")
                .bind(now)
                .bind(server)
                .bind(revision)
                .execute(&mut *self.writes.turn().await?)
                .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Notes that the refresh that was begun last has done nothing; of an earlier one that is as open
    /// as it was.
    pub(crate) async fn take_back_renewal(&self, before: &GrantRow) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE grant SET renewal_began = ? WHERE server = ? AND revision = ?")
            .bind(before.renewal_began)
            .bind(&before.server)
            .bind(before.revision)
            .execute(&mut *self.writes.turn().await?)
            .await?;
        Ok(())
    }

    /// Leaves it to whoever wants to renew this grant next. What is lost in a power cut is asked again.
    pub(crate) async fn put_off(&self, row: &GrantRow, left: &str) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE grant SET put_off = ? WHERE server = ? AND revision = ?")
            .bind(left)
            .bind(&row.server)
            .bind(row.revision)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }

    /// Stores refreshed tokens and who gave them, unless the grant is no longer the one that was
    /// refreshed; says whether it was.
    pub(crate) async fn renew_grant(
        &self,
        server: &ServerId,
        revision: i64,
        tokens: &GrantTokens,
        metadata: &str,
    ) -> Result<bool, sqlx::Error> {
        let result = sqlx::query(
            "UPDATE grant
             SET revision = revision + 1, access_token = ?1,
                 refresh_token = COALESCE(?2, refresh_token), scopes = COALESCE(?3, scopes),
                 metadata = ?4, issued_at = ?5, renewed_at = ?5, expires_at = ?6,
                 account = COALESCE(?7, account), renewal_began = NULL, untested = 1,
                 put_off = NULL
             WHERE server = ?8 AND revision = ?9",
        )
        .bind(&tokens.access_token)
        .bind(&tokens.refresh_token)
        .bind(&tokens.scopes)
        .bind(metadata)
        .bind(tokens.issued_at)
        .bind(tokens.expires_at)
        .bind(&tokens.account)
        .bind(server)
        .bind(revision)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Notes that the server has taken the access token of this revision.
    pub(crate) async fn note_accepted(
        &self,
        server: &ServerId,
        revision: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE grant SET untested = 0 WHERE server = ? AND revision = ?")
            .bind(server)
            .bind(revision)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        Ok(())
    }

    /// Erases the tokens and keeps the row, unless the grant has changed since; says whether it
    /// had not.
    pub(crate) async fn end_grant(
        &self,
        server: &ServerId,
        revision: i64,
        reason: ReauthReason,
        at: Millis,
    ) -> Result<bool, sqlx::Error> {
        let result = sqlx::query(
            "UPDATE grant
             SET revision = revision + 1, access_token = NULL, refresh_token = NULL,
                 expires_at = NULL, reauth_reason = ?, reauth_at = ?, put_off = NULL
             WHERE server = ? AND revision = ? AND reauth_reason IS NULL",
        )
        .bind(reason)
        .bind(at)
        .bind(server)
        .bind(revision)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// What the server asked for beyond the grant is not wanted.
    pub(crate) async fn clear_needed_scopes(&self, server: &ServerId) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE grant SET needed_scopes = NULL WHERE server = ?")
            .bind(server)
            .execute(&mut *self.writes.turn().await?)
            .await?;
        Ok(())
    }

    /// As [`Store::clear_needed_scopes`], after a try that is counted, unless another was counted since; says
    /// whether none was.
    pub(crate) async fn give_up_scopes(
        &self,
        row: &GrantRow,
        step_ups: Option<&str>,
    ) -> Result<bool, sqlx::Error> {
        let result = sqlx::query(
            "UPDATE grant SET needed_scopes = NULL, step_ups = ?
             WHERE server = ? AND needed_scopes IS ? AND step_ups IS ?",
        )
        .bind(step_ups)
        .bind(&row.server)
        .bind(&row.needed_scopes)
        .bind(&row.step_ups)
        .execute(&mut *self.writes.turn().await?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Forgets the grant and every attempt, and withdraws sign-ins that have no row; says what the grant was.
    pub(crate) async fn delete_grant(
        &self,
        server: &ServerId,
    ) -> Result<Option<GoneGrant>, sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        let gone = take_grant(&mut transaction, server).await?;
        for statement in [
            "DELETE FROM attempt WHERE server = ?",
            "UPDATE server SET withdrawals = withdrawals + 1 WHERE id = ?",
        ] {
            sqlx::query(statement)
                .bind(server)
                .execute(&mut *transaction)
                .await?;
        }
        clear_out(&mut transaction, server).await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

/// A grant that is not in the database any more.
pub(crate) struct GoneGrant {
    pub(crate) row: GrantRow,
    /// The client that it was made with, if there is one.
    pub(crate) registration: Option<RegistrationRow>,
}

/// Takes the grant away. What it was is read in the same transaction: until then, a refresh may have
/// stored other tokens.
pub(super) async fn take_grant(
    transaction: &mut sqlx::SqliteTransaction<'_>,
    server: &ServerId,
) -> Result<Option<GoneGrant>, sqlx::Error> {
    let row: Option<GrantRow> = sqlx::query_as("DELETE FROM grant WHERE server = ? RETURNING *")
        .bind(server)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let registration = sqlx::query_as("SELECT * FROM registration WHERE id = ?")
        .bind(&row.registration)
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(Some(GoneGrant { row, registration }))
}
