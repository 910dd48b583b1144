//! Hears that something was committed to the database, by whomever.

use std::time::Duration;

use tokio::sync::watch;

use super::Store;
use super::callable::Callables;
use super::line::Line;

/// From one look to the next at the least, however much is written.
const PAUSE: Duration = Duration::from_millis(300);
/// Where the system does not tell of files that change, one looks this often.
const POLL: Duration = Duration::from_secs(5);

/// Asks SQLite only after the system has said that a file was written: an idle program asks nothing.
pub(crate) struct Watch {
    reads: Line,
    /// Nothing before the first look.
    version: Option<i64>,
    callables: Callables,
    /// Nothing where the system cannot tell.
    written: Option<watch::Receiver<()>>,
}

impl Store {
    /// Begins to listen.
    pub(crate) async fn watch(&self) -> Watch {
        Watch {
            reads: self.reads.clone(),
            version: None,
            callables: self.callables.clone(),
            written: self.written.heard().await,
        }
    }
}

impl Watch {
    /// Returns once something was committed since the last time, or when nothing was for as long as
    /// `limit`. This program's own commits count too, and so does the first write of all.
    pub(crate) async fn changed(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        loop {
            let is_over = self.is_silent(limit).await;
            let version = Some(data_version(&self.reads).await?);
            if version != self.version {
                self.version = version;
                self.callables.forget();
                return Ok(());
            }
            if is_over {
                return Ok(());
            }
        }
    }

    /// Waits for the next write; says whether there was none for as long as `limit`.
    async fn is_silent(&mut self, limit: Option<Duration>) -> bool {
        let Some(written) = &mut self.written else {
            tokio::time::sleep(POLL).await;
            return limit.is_some();
        };
        let limit = limit.unwrap_or(Duration::MAX);
        let heard = tokio::time::timeout(limit, written.changed()).await;
        if heard.is_err() {
            return true;
        }
        // What is written in one go is looked at once.
        tokio::time::sleep(PAUSE).await;
        written.mark_unchanged();
        false
    }
}

/// Changes with each commit of another connection (`sqlite.org/pragma.html`), and this one commits nothing.
async fn data_version(reads: &Line) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version")
        .fetch_one(&mut *reads.turn().await?)
        .await
}
