//! Everything of a server that is shown, in one query.

use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row as _};

use super::{GrantRow, ServerRow, Store};
use crate::ids::ServerId;

/// The rows that a view of a server is made of.
pub(crate) struct ShownRow {
    pub(crate) server: ServerRow,
    pub(crate) grant: Option<GrantRow>,
    /// Of the static headers, in the order of the alphabet.
    pub(crate) header_names: Vec<String>,
    /// Where the sign-in that gave the grant came back to, unless its client is gone.
    pub(crate) granted_redirect: Option<String>,
}

impl FromRow<'_, SqliteRow> for ShownRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let is_granted = row.try_get::<Option<i64>, _>("revision")?.is_some();
        let Json(header_names) = row.try_get("header_names")?;
        Ok(Self {
            server: ServerRow::from_row(row)?,
            grant: is_granted.then(|| GrantRow::from_row(row)).transpose()?,
            header_names,
            granted_redirect: row.try_get("granted_redirect")?,
        })
    }
}

macro_rules! shown {
    ($which:literal) => {
        concat!(
            "SELECT s.*, g.*, r.redirect_uri AS granted_redirect,
                    (SELECT json_group_array(h.name ORDER BY h.name) FROM server_header AS h
                     WHERE h.server = s.id) AS header_names
             FROM server AS s LEFT JOIN grant AS g ON g.server = s.id
             LEFT JOIN registration AS r ON r.id = g.registration ",
            $which
        )
    };
}

impl Store {
    pub(crate) async fn shown(&self, id: &ServerId) -> Result<Option<ShownRow>, sqlx::Error> {
        sqlx::query_as(shown!("WHERE s.id = ?"))
            .bind(id)
            .fetch_optional(&mut *self.reads.turn().await?)
            .await
    }

    /// In the order of the list. One row that cannot be read does not keep the others back.
    pub(crate) async fn all_shown(&self) -> Result<Vec<ShownRow>, sqlx::Error> {
        let rows = sqlx::query(shown!("ORDER BY s.position, s.id"))
            .fetch_all(&mut *self.reads.turn().await?)
            .await?;
        let readable = rows.iter().filter_map(|row| {
            let shown = ShownRow::from_row(row);
            shown
                .inspect_err(|error| tracing::error!(%error, "a server cannot be shown"))
                .ok()
        });
        Ok(readable.collect())
    }
}
