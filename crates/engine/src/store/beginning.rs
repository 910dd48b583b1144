//! What a sign-in begins with, and whether that still holds: until it has a row of its own, nobody who
//! withdraws it finds one to take.

use sqlx::{FromRow, SqliteConnection};

use super::Store;
use super::server::{COLUMNS, Ending, ServerRow};
use crate::ids::AttemptId;
use crate::view::AuthKind;

/// How a server stood when a sign-in began to find out about it.
#[derive(FromRow)]
pub(crate) struct Beginning {
    #[sqlx(flatten)]
    server: ServerRow,
    /// How often a sign-in was withdrawn by then.
    pub(crate) withdrawals: i64,
    /// The last attempt that came to its page, in whichever process.
    newest: Option<AttemptId>,
}

impl Beginning {
    /// Whether the server stands so that this sign-in may go on: nobody has changed what it is for, switched
    /// it off, signed out or begun anew since.
    fn holds(&self, now: &Self, own: &AttemptId) -> bool {
        let switched_off = self.server.enabled && !now.server.enabled;
        // One that was there is superseded, even by a clock that was set back.
        let begun_anew = now.newest > self.newest && now.newest.as_ref() > Some(own);
        now.server.auth == AuthKind::OAuth
            && Ending::of(&self.server, &now.server) == Ending::Nothing
            && !switched_off
            && now.withdrawals == self.withdrawals
            && !begun_anew
    }

    /// Asked of the connection that is about to write: what it has locked nobody changes meanwhile.
    pub(super) async fn holds_at(
        &self,
        own: &AttemptId,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let now = read(&self.server, connection).await?;
        Ok(now.is_some_and(|now| self.holds(&now, own)))
    }
}

impl Store {
    /// What a sign-in to this server, as it was read, begins with.
    pub(crate) async fn beginning(
        &self,
        server: &ServerRow,
    ) -> Result<Option<Beginning>, sqlx::Error> {
        let now = read(server, &mut *self.reads.turn().await?).await?;
        Ok(now.map(|now| Beginning {
            server: server.clone(),
            ..now
        }))
    }

    /// Whether the attempt may go on with what it began with.
    pub(crate) async fn holds(
        &self,
        beginning: &Beginning,
        own: &AttemptId,
    ) -> Result<bool, sqlx::Error> {
        let mut turn = self.reads.turn().await?;
        beginning.holds_at(own, &mut turn).await
    }
}

async fn read(
    server: &ServerRow,
    connection: &mut SqliteConnection,
) -> Result<Option<Beginning>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS}, withdrawals,
                (SELECT MAX(id) FROM attempt WHERE server = ?1) AS newest
         FROM server WHERE id = ?1"
    )))
    .bind(&server.id)
    .fetch_optional(connection)
    .await
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use rstest::rstest;

    use super::*;
    use crate::ids::RegistrationId;
    use crate::store::{AttemptRow, Opening, RegistrationKind, RegistrationRow};

    /// A new database with one server, to which a person signs in.
    async fn store_of_one(folder: &Path) -> (Store, ServerRow) {
        let opening = Opening {
            wait: Duration::from_secs(5),
            now: 0,
            small: true,
        };
        let store = Store::open(&folder.join("test.sqlite"), opening).await;
        let store = store.unwrap();
        let server = ServerRow {
            auth: AuthKind::OAuth,
            ..ServerRow::of_a_test()
        };
        store.insert_server(&server, &[], false).await.unwrap();
        (store, server)
    }

    fn client_of(server: &ServerRow) -> RegistrationRow {
        RegistrationRow {
            id: RegistrationId::random(),
            server: server.id.clone(),
            issuer: "https://auth.example".to_owned(),
            asked: None,
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            client_id: "a client".to_owned(),
            auth_method: "none".to_owned(),
            kind: RegistrationKind::PreRegistered,
            secret: None,
            secret_expires_at: None,
        }
    }

    fn attempt_with(client: &RegistrationRow, id: AttemptId) -> AttemptRow {
        AttemptRow {
            state_hash: id.as_str().into(),
            id,
            server: client.server.clone(),
            url: String::new(),
            withdrawals: 0,
            registration: client.id.clone(),
            newly_registered: false,
            verifier: Vec::new(),
            metadata: String::new(),
            resource: None,
            scopes: String::new(),
            expires_at: 1,
        }
    }

    // rule: G10
    #[rstest]
    #[case::it_was_moved(|server: &mut ServerRow| server.url.push_str("/elsewhere"), false, false)]
    #[case::it_has_another_secret(|server: &mut ServerRow| server.client_secret = Some(vec![1]), false, false)]
    #[case::it_has_another_key(|server: &mut ServerRow| server.client_key = Some(vec![1]), false, false)]
    #[case::it_is_of_another_kind(|server: &mut ServerRow| server.auth = AuthKind::Headers, false, false)]
    #[case::it_was_switched_off(|server: &mut ServerRow| server.enabled = false, true, false)]
    #[case::it_has_another_name(|server: &mut ServerRow| server.name.push('!'), true, true)]
    #[tokio::test]
    async fn what_was_found_out_is_stored_of_the_server_that_it_was_found_out_about(
        #[case] change: fn(&mut ServerRow),
        #[case] keeps_the_client: bool,
        #[case] begins: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (store, server) = store_of_one(folder.path()).await;
        let known = client_of(&server);
        assert!(store.insert_registration(&known, &server).await.unwrap());
        let began = store.beginning(&server).await.unwrap().unwrap();
        let mut changed = server.clone();
        change(&mut changed);
        let updated = store.update_server(&changed, None, Ending::Nothing, false);
        assert!(updated.await.unwrap().is_ok());

        let attempt = attempt_with(&known, AttemptId::random());
        assert_eq!(
            Store::begin_attempt(&store, &attempt, &began)
                .await
                .unwrap(),
            begins
        );
        assert_eq!(store.has_attempt(&attempt.id).await.unwrap(), begins);
        let other = RegistrationRow {
            client_id: "another".to_owned(),
            ..client_of(&server)
        };
        let kept = store.insert_registration(&other, &server).await.unwrap();
        assert_eq!(kept, keeps_the_client);
        let stored = store.registration(&other.id).await.unwrap();
        assert_eq!(stored.is_some(), keeps_the_client);
    }

    // rule: T1
    #[tokio::test]
    async fn a_sign_in_gives_way_to_one_that_was_begun_later_and_to_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (store, server) = store_of_one(folder.path()).await;
        let client = client_of(&server);
        assert!(store.insert_registration(&client, &server).await.unwrap());
        let began = async || store.beginning(&server).await.unwrap().unwrap();
        let [first, second, third] = [(); 3].map(|()| AttemptId::random());
        let (began_first, began_second) = (began().await, began().await);
        let begins = async |id: &AttemptId, began: &Beginning| {
            let row = attempt_with(&client, id.clone());
            Store::begin_attempt(&store, &row, began).await.unwrap()
        };
        assert!(begins(&second, &began_second).await);
        assert!(!begins(&first, &began_first).await);
        assert!(store.has_attempt(&second).await.unwrap());
        // The clock was set back: what is there already does not stand in the way.
        assert!(begins(&third, &began().await).await);
        let back = AttemptId::from("0");
        assert!(begins(&back, &began().await).await);
        assert!(!store.has_attempt(&third).await.unwrap());
    }

    // rule: G11
    #[tokio::test]
    async fn of_a_server_that_is_gone_nothing_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let (store, server) = store_of_one(folder.path()).await;
        let began = store.beginning(&server).await.unwrap().unwrap();
        store.delete_server(&server.id).await.unwrap();
        let client = client_of(&server);
        assert!(!store.insert_registration(&client, &server).await.unwrap());
        let attempt = attempt_with(&client, AttemptId::random());
        assert!(
            !Store::begin_attempt(&store, &attempt, &began)
                .await
                .unwrap()
        );
    }
}
