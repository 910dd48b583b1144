//! Servers and their static headers.

use sqlx::{Connection as _, FromRow, SqliteConnection};

use super::Store;
use super::grant::{GoneGrant, take_grant};
use crate::ids::ServerId;
use crate::view::{AuthKind, SignInFlow, SignInOptions};

/// One row of `server`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ServerRow {
    pub(crate) id: ServerId,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) description: String,
    pub(crate) enabled: bool,
    pub(crate) auth: AuthKind,
    pub(crate) timeout_seconds: u32,
    /// The protocol era that the last session spoke.
    pub(crate) era: Option<String>,
    #[sqlx(json)]
    pub(crate) sign_in: SignInOptions,
    /// Sealed.
    pub(crate) client_secret: Option<Vec<u8>>,
    /// Sealed.
    pub(crate) client_key: Option<Vec<u8>>,
}

impl ServerRow {
    /// Whether no person is needed (RFC 6749 §4.4).
    pub(crate) fn signs_in_by_itself(&self) -> bool {
        signs_in_by_itself(self.auth, &self.sign_in)
    }
}

pub(super) fn signs_in_by_itself(auth: AuthKind, options: &SignInOptions) -> bool {
    auth == AuthKind::OAuth && options.flow == SignInFlow::ClientCredentials
}

/// One row of `server_header`; the value is sealed.
#[derive(Clone, FromRow)]
pub(crate) struct HeaderRow {
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
}

pub(super) const COLUMNS: &str = "id, name, url, description, enabled, auth, timeout_seconds, era, sign_in, client_secret, \
     client_key";

/// Whether `?1` may have the address `?2`: several may (`?3`), it has it already, or nobody has. Asked in the
/// statement that writes: another process may be about to do the same.
macro_rules! may_have_url {
    () => {
        "(?3 OR ?1 IN (SELECT id FROM server WHERE url = ?2)
             OR NOT EXISTS (SELECT 1 FROM server WHERE url = ?2))"
    };
}

impl Store {
    pub(crate) async fn servers(&self) -> Result<Vec<ServerRow>, sqlx::Error> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM server ORDER BY position, id"
        )))
        .fetch_all(&mut *self.reads.turn().await?)
        .await
    }

    pub(crate) async fn server(&self, id: &ServerId) -> Result<Option<ServerRow>, sqlx::Error> {
        with_id(id, &mut *self.reads.turn().await?).await
    }

    pub(crate) async fn server_with_url(
        &self,
        url: &str,
    ) -> Result<Option<ServerRow>, sqlx::Error> {
        with_url(url, &mut *self.reads.turn().await?).await
    }

    pub(crate) async fn headers(&self, id: &ServerId) -> Result<Vec<HeaderRow>, sqlx::Error> {
        sqlx::query_as("SELECT name, value FROM server_header WHERE server = ? ORDER BY name")
            .bind(id)
            .fetch_all(&mut *self.reads.turn().await?)
            .await
    }

    /// Adds it at the end of the list, and answers nothing; or adds nothing, and answers with the server
    /// that has its address already, unless several may have it (`same_url`).
    pub(crate) async fn insert_server(
        &self,
        row: &ServerRow,
        headers: &[HeaderRow],
        same_url: bool,
    ) -> Result<Option<ServerRow>, sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        let inserted = sqlx::query(concat!(
            "INSERT INTO server
                 (id, position, name, url, description, enabled, auth, timeout_seconds, sign_in,
                  client_secret, client_key)
             SELECT ?1, (SELECT COALESCE(MAX(position), 0) + 1 FROM server),
                    ?4, ?2, ?5, ?6, ?7, ?8, ?9, ?10, ?11
             WHERE ",
            may_have_url!()
        ))
        .bind(&row.id)
        .bind(&row.url)
        .bind(same_url)
        .bind(&row.name)
        .bind(&row.description)
        .bind(row.enabled)
        .bind(row.auth)
        .bind(row.timeout_seconds)
        .bind(sqlx::types::Json(&row.sign_in))
        .bind(&row.client_secret)
        .bind(&row.client_key)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            return with_url(&row.url, &mut transaction).await;
        }
        write_headers(&mut transaction, &row.id, headers).await?;
        transaction.commit().await?;
        Ok(None)
    }

    /// Writes the whole row. Where a grant ends, everything that was learnt of the old server goes
    /// in the same transaction (rule G10); says what the grant was. Writes nothing, and answers with the server
    /// that has its address already, unless several may have it (`same_url`).
    pub(crate) async fn update_server(
        &self,
        row: &ServerRow,
        headers: Option<&[HeaderRow]>,
        ending: Ending,
        same_url: bool,
    ) -> Result<Result<Option<GoneGrant>, ServerRow>, sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        // What was refused may have been what is mended here.
        sqlx::query(
            "UPDATE grant SET put_off = NULL
             WHERE server = ?1 AND (SELECT sign_in FROM server WHERE id = ?1) IS NOT ?2",
        )
        .bind(&row.id)
        .bind(sqlx::types::Json(&row.sign_in))
        .execute(&mut *transaction)
        .await?;
        // Of an acceptance that was used up meanwhile, the wish to give one is nothing new.
        let updated = sqlx::query(concat!(
            "UPDATE server
             SET url = ?2, name = ?4, description = ?5, enabled = ?6, auth = ?7,
                 timeout_seconds = ?8,
                 era = ?9,
                 sign_in = CASE WHEN sign_in ->> '$.issuer.kind' = 'accepted'
                                 AND ?10 ->> '$.issuer.kind' = 'accept_next'
                     THEN json_set(?10, '$.issuer', sign_in -> '$.issuer') ELSE ?10 END,
                 client_secret = ?11, client_key = ?12,
                 withdrawals = withdrawals + (enabled AND NOT ?6),
                 redirect_by_hand = CASE WHEN url = ?2 THEN redirect_by_hand END,
                 challenge = CASE WHEN url = ?2 AND ?7 IN (auth, 'oauth') THEN challenge END
             WHERE id = ?1 AND ",
            may_have_url!()
        ))
        .bind(&row.id)
        .bind(&row.url)
        .bind(same_url)
        .bind(&row.name)
        .bind(&row.description)
        .bind(row.enabled)
        .bind(row.auth)
        .bind(row.timeout_seconds)
        .bind(&row.era)
        .bind(sqlx::types::Json(&row.sign_in))
        .bind(&row.client_secret)
        .bind(&row.client_key)
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            let twin = with_url(&row.url, &mut transaction).await?;
            // Or it is not there any more, and no grant of it.
            return Ok(twin.map_or(Ok(None), Err));
        }
        if let Some(headers) = headers {
            sqlx::query("DELETE FROM server_header WHERE server = ?")
                .bind(&row.id)
                .execute(&mut *transaction)
                .await?;
            write_headers(&mut transaction, &row.id, headers).await?;
        }
        let mut gone = None;
        if ending != Ending::Nothing {
            gone = take_grant(&mut transaction, &row.id).await?;
            let registrations = if ending == Ending::GrantAndClient {
                "DELETE FROM registration WHERE server = ?"
            } else {
                "DELETE FROM registration WHERE server = ? AND kind <> 'pre_registered'"
            };
            for statement in [
                "DELETE FROM attempt WHERE server = ?",
                registrations,
                "DELETE FROM tool WHERE server = ?",
                "UPDATE server SET chosen_issuer = NULL, withdrawals = withdrawals + 1 WHERE id = ?",
            ] {
                sqlx::query(statement)
                    .bind(&row.id)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(Ok(gone))
    }

    pub(crate) async fn set_era(&self, id: &ServerId, era: &str) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE server SET era = ? WHERE id = ?")
            .bind(era)
            .bind(id)
            .execute(&mut *self.quick.turn().await?)
            .await?;
        self.callables.forget();
        Ok(())
    }

    /// Notes that whoever is at this address asks for a sign-in, unless the person has chosen another
    /// kind or address meanwhile; says whether they had not.
    pub(crate) async fn note_sign_in(&self, id: &ServerId, url: &str) -> Result<bool, sqlx::Error> {
        let result =
            sqlx::query("UPDATE server SET auth = ? WHERE id = ? AND url = ? AND auth = ?")
                .bind(AuthKind::OAuth)
                .bind(id)
                .bind(url)
                .bind(AuthKind::None)
                .execute(&mut *self.writes.turn().await?)
                .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Everything else of the server goes with it, by its foreign keys, and what is known of authorization
    /// servers that no other one uses; says what the grant was.
    pub(crate) async fn delete_server(
        &self,
        id: &ServerId,
    ) -> Result<Option<GoneGrant>, sqlx::Error> {
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin().await?;
        let gone = take_grant(&mut transaction, id).await?;
        sqlx::query("DELETE FROM server WHERE id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM issuer WHERE issuer NOT IN (SELECT issuer FROM registration)")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

/// What ends with a change of a server (rule G10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Nothing,
    /// A client that the person typed in stays bound to its issuer: its secret is still there, and must not
    /// get to another (rule R2).
    Grant,
    GrantAndClient,
}

impl Ending {
    /// What ends where `old` becomes `new`.
    pub(crate) fn of(old: &ServerRow, new: &ServerRow) -> Self {
        let another_client = new.url != old.url
            || new.sign_in.client_id != old.sign_in.client_id
            || new.client_secret != old.client_secret
            || new.client_key != old.client_key;
        if another_client {
            Self::GrantAndClient
        } else if new.auth != old.auth || old.sign_in.grant_ends_with(&new.sign_in) {
            Self::Grant
        } else {
            Self::Nothing
        }
    }
}

pub(super) async fn with_id(
    id: &ServerId,
    connection: &mut SqliteConnection,
) -> Result<Option<ServerRow>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM server WHERE id = ?"
    )))
    .bind(id)
    .fetch_optional(connection)
    .await
}

async fn with_url(
    url: &str,
    connection: &mut SqliteConnection,
) -> Result<Option<ServerRow>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM server WHERE url = ? LIMIT 1"
    )))
    .bind(url)
    .fetch_optional(connection)
    .await
}

async fn write_headers(
    transaction: &mut sqlx::SqliteTransaction<'_>,
    id: &ServerId,
    headers: &[HeaderRow],
) -> Result<(), sqlx::Error> {
    for header in headers {
        sqlx::query("INSERT INTO server_header (server, name, value) VALUES (?, ?, ?)")
            .bind(id)
            .bind(&header.name)
            .bind(&header.value)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
impl ServerRow {
    pub(crate) fn of_a_test() -> Self {
        Self {
            id: ServerId::random(),
            name: "Notes".to_owned(),
            url: "https://notes.example/mcp".to_owned(),
            description: String::new(),
            enabled: true,
            auth: AuthKind::None,
            timeout_seconds: 30,
            era: None,
            sign_in: SignInOptions::default(),
            client_secret: None,
            client_key: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Opening;

    #[tokio::test]
    async fn of_two_processes_that_add_an_address_at_once_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let opening = Opening {
            small: true,
            ..Opening::of_a_test()
        };
        let file = folder.path().join("test.sqlite");
        let stores: Vec<Store> =
            futures::future::try_join_all((0..4).map(|_| Store::open(&file, opening)))
                .await
                .unwrap();
        let rows = [(); 4].map(|()| ServerRow::of_a_test());
        let added = stores.iter().zip(&rows);
        let added = added.map(|(store, row)| store.insert_server(row, &[], false));
        let added = futures::future::try_join_all(added).await.unwrap();
        let list = stores[0].servers().await.unwrap();
        let [one] = &list[..] else {
            panic!("{list:?}");
        };
        let twins: Vec<_> = added.iter().flatten().map(|twin| &twin.id).collect();
        assert_eq!(twins, [&one.id; 3]);
        // A second account, because the person wants one.
        let account = ServerRow::of_a_test();
        let wanted = stores[1].insert_server(&account, &[], true);
        assert!(wanted.await.unwrap().is_none());
        assert_eq!(stores[0].servers().await.unwrap().len(), 2);
    }

    // rule: D1
    #[tokio::test]
    async fn what_is_found_out_does_not_overwrite_what_the_person_has_chosen() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::of_a_test(folder.path()).await;
        let mut row = ServerRow::of_a_test();
        store.insert_server(&row, &[], false).await.unwrap();
        let elsewhere = "https://elsewhere.example/mcp";
        assert!(!store.note_sign_in(&row.id, elsewhere).await.unwrap());
        row.auth = AuthKind::Headers;
        let changed = store
            .update_server(&row, None, Ending::Nothing, false)
            .await;
        assert!(changed.unwrap().is_ok());
        assert!(!store.note_sign_in(&row.id, &row.url).await.unwrap());
        row.auth = AuthKind::None;
        let changed = store
            .update_server(&row, None, Ending::Nothing, false)
            .await;
        assert!(changed.unwrap().is_ok());
        assert!(store.note_sign_in(&row.id, &row.url).await.unwrap());
        let stored = store.server(&row.id).await.unwrap().unwrap();
        assert_eq!(stored.auth, AuthKind::OAuth);
    }
}
