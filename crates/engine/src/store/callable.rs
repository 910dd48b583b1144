//! What each call of a tool and each session has to know first, kept for as long as nobody writes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, FromRow};

use super::Store;
use super::server::{COLUMNS, ServerRow};
use super::stamp::Stamp;
use crate::core::lock;
use crate::ids::ServerId;
use crate::view::{AuthKind, Millis, ReauthReason};

/// A server with how its grant stands.
#[derive(FromRow)]
pub(crate) struct CallableRow {
    #[sqlx(flatten)]
    pub(crate) server: ServerRow,
    /// Of the grant, if there is one.
    pub(crate) revision: Option<i64>,
    pub(crate) reauth_reason: Option<ReauthReason>,
    pub(crate) reauth_at: Option<Millis>,
    /// What the server asked for, and the grant does not give.
    pub(crate) needed_scopes: Option<String>,
    /// There are static headers.
    pub(crate) has_headers: bool,
    /// The person has put an `Authorization` of their own into its headers (rule D2).
    pub(crate) own_authorization: bool,
}

impl CallableRow {
    /// Whether a grant is what counts: not where an `Authorization` of the person's own wins (rule D2).
    pub(crate) fn signs_in(&self) -> bool {
        self.server.auth == AuthKind::OAuth && !self.own_authorization
    }
}

/// A clone is the same.
#[derive(Clone, Default)]
pub(super) struct Callables(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    as_of: Option<Stamp>,
    rows: HashMap<ServerId, Arc<CallableRow>>,
}

impl Callables {
    /// As it was read at this stamp.
    fn get(&self, id: &ServerId, stamp: Stamp) -> Option<Arc<CallableRow>> {
        let kept = lock(&self.0);
        let row = kept.rows.get(id).filter(|_| kept.as_of == Some(stamp));
        row.cloned()
    }

    fn keep(&self, id: &ServerId, row: &Arc<CallableRow>, stamp: Stamp) {
        let mut kept = lock(&self.0);
        if kept.as_of != Some(stamp) {
            kept.rows.clear();
            kept.as_of = Some(stamp);
        }
        kept.rows.insert(id.clone(), row.clone());
    }

    /// Somebody has written who could not mark it: one that was killed or given up, or another program.
    pub(super) fn forget(&self) {
        lock(&self.0).rows.clear();
    }
}

impl Store {
    pub(crate) async fn callable(
        &self,
        id: &ServerId,
    ) -> Result<Option<Arc<CallableRow>>, sqlx::Error> {
        // Before it is read: what is written meanwhile has another one.
        let stamp = self.writes.stamps.now();
        if let Some(row) = stamp.and_then(|stamp| self.callables.get(id, stamp)) {
            return Ok(Some(row));
        }
        let row = self.read_callable(id).await?.map(Arc::new);
        if let (Some(row), Some(stamp)) = (&row, stamp) {
            self.callables.keep(id, row, stamp);
        }
        Ok(row)
    }

    async fn read_callable(&self, id: &ServerId) -> Result<Option<CallableRow>, sqlx::Error> {
        sqlx::query_as(rows("WHERE s.id = ?"))
            .bind(id)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await
    }

    /// All of them, in the order of the list. What each is asked for next is kept.
    pub(crate) async fn callables(&self) -> Result<Vec<Arc<CallableRow>>, sqlx::Error> {
        let stamp = self.writes.stamps.now();
        let read: Vec<CallableRow> = sqlx::query_as(rows("ORDER BY s.position, s.id"))
            .fetch_all(&mut *self.reads.turn().await?)
            .await?;
        let read: Vec<_> = read.into_iter().map(Arc::new).collect();
        if let Some(stamp) = stamp {
            for row in &read {
                self.callables.keep(&row.server.id, row, stamp);
            }
        }
        Ok(read)
    }
}

fn rows(which: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "SELECT {COLUMNS}, revision, reauth_reason, reauth_at, needed_scopes,
                EXISTS (SELECT 1 FROM server_header AS h WHERE h.server = s.id) AS has_headers,
                EXISTS (SELECT 1 FROM server_header AS h
                        WHERE h.server = s.id AND h.name = 'authorization') AS own_authorization
         FROM server AS s LEFT JOIN grant AS g ON g.server = s.id {which}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Ending;

    async fn add_server(store: &Store) -> ServerRow {
        let row = ServerRow::of_a_test();
        store.insert_server(&row, &[], false).await.unwrap();
        row
    }

    #[tokio::test]
    async fn nothing_is_read_twice_until_somebody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let (here, elsewhere) = (
            Store::of_a_test(folder.path()).await,
            Store::of_a_test(folder.path()).await,
        );
        let mut server = add_server(&here).await;
        here.callable(&server.id).await.unwrap().unwrap();

        let nobody_reads = here.reads.turn().await.unwrap();
        let kept = here.callable(&server.id).await.unwrap().unwrap();
        assert!(kept.server.enabled);
        drop(nobody_reads);

        server.enabled = false;
        let changed = elsewhere.update_server(&server, None, Ending::Nothing, false);
        assert!(changed.await.unwrap().is_ok());
        let anew = here.callable(&server.id).await.unwrap().unwrap();
        assert!(!anew.server.enabled);

        elsewhere.delete_server(&server.id).await.unwrap();
        assert!(here.callable(&server.id).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_was_read_with_all_others_is_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let here = Store::of_a_test(folder.path()).await;
        let server = add_server(&here).await;
        let all = here.callables().await.unwrap();
        assert_eq!(all.len(), 1);
        assert!(!all[0].has_headers);

        let nobody_reads = here.reads.turn().await.unwrap();
        let kept = here.callable(&server.id).await.unwrap().unwrap();
        assert!(Arc::ptr_eq(&kept, &all[0]));
        drop(nobody_reads);
    }

    #[tokio::test]
    async fn an_era_that_is_stored_is_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let here = Store::of_a_test(folder.path()).await;
        let server = add_server(&here).await;
        here.callable(&server.id).await.unwrap().unwrap();
        here.set_era(&server.id, "2025-11-25").await.unwrap();
        let anew = here.callable(&server.id).await.unwrap().unwrap();
        assert_eq!(anew.server.era.as_deref(), Some("2025-11-25"));
    }

    #[tokio::test]
    async fn what_is_written_without_a_mark_is_read_once_the_watch_has_heard_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (here, elsewhere) = (
            Store::of_a_test(folder.path()).await,
            Store::of_a_test(folder.path()).await,
        );
        let server = add_server(&here).await;
        here.callable(&server.id).await.unwrap().unwrap();
        let mut watch = here.watch().await;

        sqlx::query("UPDATE server SET enabled = 0")
            .execute(&mut *elsewhere.quick.turn().await.unwrap())
            .await
            .unwrap();
        watch.changed(None).await.unwrap();
        let anew = here.callable(&server.id).await.unwrap().unwrap();
        assert!(!anew.server.enabled);
    }
}
