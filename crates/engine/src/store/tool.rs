//! The last good list of tools of each server.

use sqlx::Connection as _;
use sqlx::types::Json;

use super::Store;
use crate::ids::ServerId;
use crate::view::ToolView;

impl Store {
    pub(crate) async fn tools(&self, server: &ServerId) -> Result<Vec<ToolView>, sqlx::Error> {
        let rows: Vec<Json<ToolView>> =
            sqlx::query_scalar("SELECT tool FROM tool WHERE server = ? ORDER BY position")
                .bind(server)
                .fetch_all(&mut *self.reads.turn().await?)
                .await?;
        Ok(rows.into_iter().map(|Json(tool)| tool).collect())
    }

    pub(crate) async fn count_tools(&self, server: &ServerId) -> Result<usize, sqlx::Error> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM tool WHERE server = ?")
            .bind(server)
            .fetch_one(&mut *self.reads.turn().await?)
            .await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Writes the whole list in one transaction: a reader sees the old one or the new one. Most
    /// servers list what they listed the last time; then nothing is written.
    pub(crate) async fn replace_tools(
        &self,
        server: &ServerId,
        tools: &[ToolView],
    ) -> Result<(), sqlx::Error> {
        if self.tools(server).await.is_ok_and(|stored| stored == tools) {
            return Ok(());
        }
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
