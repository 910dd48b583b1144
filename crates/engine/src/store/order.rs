//! The order of the list.

use sqlx::Connection as _;
use sqlx::types::Json;

use super::Store;
use crate::ids::ServerId;

impl Store {
    /// Every server, in the order of the list.
    pub(crate) async fn order(&self) -> Result<Vec<ServerId>, sqlx::Error> {
        sqlx::query_scalar("SELECT id FROM server ORDER BY position, id")
            .fetch_all(&mut *self.reads.turn().await?)
            .await
    }

    /// Puts a server where `to` others stand before it, or at the end; says whether there is such
    /// a server.
    pub(crate) async fn move_server(&self, id: &ServerId, to: usize) -> Result<bool, sqlx::Error> {
        // What is read here must be so until it is written.
        let mut turn = self.writes.turn().await?;
        let mut transaction = turn.begin_with("BEGIN IMMEDIATE").await?;
        let mut order: Vec<ServerId> =
            sqlx::query_scalar("SELECT id FROM server ORDER BY position, id")
                .fetch_all(&mut *transaction)
                .await?;
        let Some(from) = order.iter().position(|other| other == id) else {
            return Ok(false);
        };
        let moved = order.remove(from);
        order.insert(to.min(order.len()), moved);
        sqlx::query(
            "UPDATE server SET position = place.key + 1
             FROM json_each(?) AS place WHERE server.id = place.value",
        )
        .bind(Json(order.iter().map(ServerId::as_str).collect::<Vec<_>>()))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
