//! The last good list of tools of each server.

use std::collections::HashMap;

use sqlx::Connection as _;
use sqlx::types::Json;

use super::Store;
use crate::ids::ServerId;
use crate::view::ToolView;

impl Store {
    pub(crate) async fn tools(&self, server: &ServerId) -> Result<Vec<ToolView>, sqlx::Error> {
        // In one row: each of them would go through a thread of its own.
        let Json(tools) = sqlx::query_scalar(
            "SELECT '[' || coalesce(group_concat(tool, ',' ORDER BY position), '') || ']'
             FROM tool WHERE server = ?",
        )
        .bind(server)
        .fetch_one(&mut *self.reads.turn().await?)
        .await?;
        Ok(tools)
    }

    /// How many tools each server has; those that have any.
    pub(crate) async fn tool_counts(&self) -> Result<HashMap<ServerId, usize>, sqlx::Error> {
        let counts: Vec<(ServerId, u32)> =
            sqlx::query_as("SELECT server, COUNT(*) FROM tool GROUP BY server")
                .fetch_all(&mut *self.reads.turn().await?)
                .await?;
        let counts = counts.into_iter().map(|(id, count)| (id, count as usize));
        Ok(counts.collect())
    }

    /// Writes the whole list in one transaction: a reader sees the old one or the new one.
    pub(crate) async fn replace_tools(
        &self,
        server: &ServerId,
        tools: &[ToolView],
    ) -> Result<(), sqlx::Error> {
        let mut turn = self.quick.turn().await?;
        let mut transaction = turn.begin().await?;
        sqlx::query("DELETE FROM tool WHERE server = ?")
            .bind(server)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO tool (server, position, tool)
             SELECT ?, key, value FROM json_each(?)",
        )
        .bind(server)
        .bind(Json(tools))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }
}
