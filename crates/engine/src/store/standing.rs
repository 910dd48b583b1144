//! What another process may change of a server, in a form that can be compared.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::Store;
use crate::ids::ServerId;

/// How a server stands in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// A digest of everything that a session is opened with.
    pub(crate) settings: [u8; 32],
    /// A digest of the words that go with it.
    words: [u8; 32],
    /// Of the grant, if there is one.
    pub(crate) revision: Option<i64>,
    /// Whether there is a grant that can be used.
    pub(crate) granted: bool,
    /// What the server asks for beyond it (rule G7).
    pub(crate) needs: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: ServerId,
    settings: String,
    words: String,
    revision: Option<i64>,
    granted: bool,
    needs: Option<String>,
}

impl Store {
    /// Every server, in one query.
    pub(crate) async fn standings(&self) -> Result<HashMap<ServerId, Standing>, sqlx::Error> {
        self.standings_of(None).await
    }

    /// One server; nothing if there is no such.
    pub(crate) async fn standing(&self, id: &ServerId) -> Result<Option<Standing>, sqlx::Error> {
        Ok(self.standings_of(Some(id)).await?.remove(id))
    }

    async fn standings_of(
        &self,
        id: Option<&ServerId>,
    ) -> Result<HashMap<ServerId, Standing>, sqlx::Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT s.id,
                    json_array(s.url, s.enabled, s.auth, s.timeout_seconds, s.sign_in,
                               hex(s.client_secret), hex(s.client_key),
                               (SELECT json_group_array(h.name || ' ' || hex(h.value))
                                FROM server_header AS h WHERE h.server = s.id)) AS settings,
                    json_array(s.name, s.description) AS words,
                    g.revision, g.needed_scopes AS needs,
                    g.server IS NOT NULL AND g.reauth_reason IS NULL AS granted
             FROM server AS s LEFT JOIN grant AS g ON g.server = s.id
             WHERE ?1 IS NULL OR s.id = ?1",
        )
        .bind(id)
        .fetch_all(&mut *self.reads.turn().await?)
        .await?;
        let digest = |text: &str| Sha256::digest(text).into();
        Ok(rows
            .into_iter()
            .map(|row| {
                let standing = Standing {
                    settings: digest(&row.settings),
                    words: digest(&row.words),
                    revision: row.revision,
                    granted: row.granted,
                    needs: row.needs,
                };
                (row.id, standing)
            })
            .collect())
    }
}
