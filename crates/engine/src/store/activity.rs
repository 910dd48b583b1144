//! What happened to each server, as much of it as is kept.

use std::collections::HashMap;

use sqlx::Connection as _;
use sqlx::types::Json;

use super::Store;
use crate::ids::ServerId;
use crate::view::Activity;

/// How many steps of sign-ins are kept for a server: many calls do not push out how it was signed in.
const STEPS_OF_SIGN_INS: u32 = 60;
/// How many of all else.
const ALL_ELSE: u32 = 140;

impl Store {
    /// Writes all in one transaction, and drops what is too old to be kept. What is of a server that
    /// is gone is left out.
    pub(crate) async fn add_activity(&self, entries: &[Activity]) -> Result<(), sqlx::Error> {
        let (entries, servers) = newest(entries);
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
        for (server, sign_in) in servers {
            sqlx::query(
                "DELETE FROM activity WHERE server = ?1 AND sign_in = ?2 AND id <=
                     (SELECT id FROM activity WHERE server = ?1 AND sign_in = ?2
                      ORDER BY id DESC LIMIT 1 OFFSET ?3)",
            )
            .bind(server)
            .bind(sign_in)
            .bind(most(sign_in))
            .execute(&mut *transaction)
            .await?;
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

fn most(sign_in: bool) -> u32 {
    if sign_in { STEPS_OF_SIGN_INS } else { ALL_ELSE }
}

/// Those that are kept even if nothing else is, the oldest first; and what they are of.
fn newest(entries: &[Activity]) -> (Vec<&Activity>, Vec<(&str, bool)>) {
    let mut newest: Vec<_> = entries.iter().collect();
    newest.sort_unstable_by(|a, b| b.id.cmp(&a.id));
    let mut counts = HashMap::new();
    newest.retain(|entry| {
        let count = counts
            .entry((entry.server.as_str(), entry.sign_in))
            .or_insert(0);
        *count += 1;
        *count <= most(entry.sign_in)
    });
    newest.reverse();
    (newest, counts.into_keys().collect())
}

fn readable(rows: &[String]) -> Vec<Activity> {
    let readable = rows.iter().filter_map(|row| serde_json::from_str(row).ok());
    readable.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_kept_is_written_and_the_oldest_comes_first() {
        let call = |number| Activity::of_a_test(number, "one", false);
        let mut entries = vec![
            Activity::of_a_test(0, "one", true),
            Activity::of_a_test(1, "other", false),
        ];
        entries.extend((2..1_000).rev().map(call));
        let (newest, mut of) = newest(&entries);
        of.sort_unstable();
        assert_eq!(of, [("one", false), ("one", true), ("other", false)]);
        let ids: Vec<u32> = newest.iter().map(|it| it.id.parse().unwrap()).collect();
        let expected: Vec<u32> = [0, 1].into_iter().chain(860..1_000).collect();
        assert_eq!(ids, expected);
    }
}
