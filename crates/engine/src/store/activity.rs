//! What happened to each server, as much of it as is kept.

use sqlx::Connection as _;
use sqlx::types::Json;

use super::Store;
use crate::ids::ServerId;
use crate::view::Activity;

/// How many steps of sign-ins are kept for a server: many calls do not push out how it was signed in.
const STEPS_OF_SIGN_INS: i64 = 60;
/// How many of all else.
const ALL_ELSE: i64 = 140;

impl Store {
    /// Writes all in one transaction, and drops what is too old to be kept. What is of a server that
    /// is gone is left out.
    pub(crate) async fn add_activity(&self, entries: &[Activity]) -> Result<(), sqlx::Error> {
        let mut turn = self.quick.turn().await?;
        let mut transaction = turn.begin().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO activity (id, server, sign_in, entry)
             SELECT value ->> 'id', value ->> 'server', value ->> 'signIn', value
             FROM json_each(?)
             WHERE EXISTS (SELECT 1 FROM server WHERE id = value ->> 'server')",
        )
        .bind(Json(entries))
        .execute(&mut *transaction)
        .await?;
        let mut servers: Vec<&str> = entries.iter().map(|entry| entry.server.as_str()).collect();
        servers.sort_unstable();
        servers.dedup();
        for server in servers {
            for (sign_in, most) in [(true, STEPS_OF_SIGN_INS), (false, ALL_ELSE)] {
                sqlx::query(
                    "DELETE FROM activity WHERE server = ?1 AND sign_in = ?2 AND id <=
                         (SELECT id FROM activity WHERE server = ?1 AND sign_in = ?2
                          ORDER BY id DESC LIMIT 1 OFFSET ?3)",
                )
                .bind(server)
                .bind(sign_in)
                .bind(most)
                .execute(&mut *transaction)
                .await?;
            }
        }
        transaction.commit().await
    }

    /// How far the writing has come; a mark for [`Self::activity_between`].
    pub(crate) async fn activity_mark(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT coalesce(max(rowid), 0) FROM activity")
            .fetch_one(&mut *self.reads.turn().await?)
            .await
    }

    /// What was written between two marks, by whomever, in the order of the writing.
    pub(crate) async fn activity_between(
        &self,
        from: i64,
        to: i64,
    ) -> Result<Vec<Activity>, sqlx::Error> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT entry FROM activity WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
        )
        .bind(from)
        .bind(to)
        .fetch_all(&mut *self.reads.turn().await?)
        .await?;
        Ok(readable(&rows))
    }

    /// The oldest first. What another version wrote and this one cannot read is left out.
    pub(crate) async fn activity(&self, server: &ServerId) -> Result<Vec<Activity>, sqlx::Error> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT entry FROM activity WHERE server = ? ORDER BY id")
                .bind(server)
                .fetch_all(&mut *self.reads.turn().await?)
                .await?;
        Ok(readable(&rows))
    }
}

fn readable(rows: &[String]) -> Vec<Activity> {
    let readable = rows.iter().filter_map(|row| serde_json::from_str(row).ok());
    readable.collect()
}
