//! Hears that something was committed to the database, by whomever.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Store;
use super::callable::Callables;
use super::line::Line;

/// From one look to the next at the least, however much is written.
const PAUSE: Duration = Duration::from_millis(300);
/// Where the system does not tell of files that change, or not in time, one looks this often.
const POLL: Duration = Duration::from_secs(5);
/// Elsewhere a system may keep what is written to itself until the file is closed, as macOS does: other
/// programs have the database open for as long as they run.
const TELLS_IN_TIME: bool = cfg!(target_os = "linux");

/// Asks SQLite only after the system has said that a file was written: where it does so in time, an idle
/// program asks nothing.
pub(crate) struct Watch {
    reads: Line,
    /// Nothing before the first look.
    version: Option<i64>,
    callables: Callables,
    /// Nothing where the system cannot tell.
    written: Option<watch::Receiver<()>>,
    /// How long to wait for the system before looking without its word.
    patience: Duration,
}

impl Store {
    /// Begins to listen.
    pub(crate) async fn watch(&self) -> Watch {
        let written = self.written.heard().await;
        let is_told = TELLS_IN_TIME && written.is_some();
        Watch {
            reads: self.reads.clone(),
            version: None,
            callables: self.callables.clone(),
            written,
            patience: if is_told { Duration::MAX } else { POLL },
        }
    }
}

impl Watch {
    /// Returns once something was committed since the last time, or when nothing was for as long as
    /// `limit`. This program's own commits count too, and so does the first look of all.
    pub(crate) async fn changed(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        let (begun, limit) = (Instant::now(), limit.unwrap_or(Duration::MAX));
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            self.wait(left.min(self.patience)).await;
            let version = Some(data_version(&self.reads).await?);
            if version != self.version {
                self.version = version;
                self.callables.forget();
                return Ok(());
            }
            if begun.elapsed() >= limit {
                return Ok(());
            }
        }
    }

    /// Waits for the next write, for so long.
    async fn wait(&mut self, long: Duration) {
        let Some(written) = &mut self.written else {
            return tokio::time::sleep(long).await;
        };
        if tokio::time::timeout(long, written.changed()).await.is_ok() {
            // What is written in one go is looked at once.
            tokio::time::sleep(PAUSE).await;
            written.mark_unchanged();
        }
    }
}

/// Changes with each commit of another connection (`sqlite.org/pragma.html`), and this one commits nothing.
async fn data_version(reads: &Line) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version")
        .fetch_one(&mut *reads.turn().await?)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ServerRow;

    /// Where the system says nothing for as long as the files are open.
    async fn watch_of_the_deaf(store: &Store) -> (watch::Sender<()>, Watch) {
        let (never_told, written) = watch::channel(());
        let watch = Watch {
            written: Some(written),
            patience: Duration::from_millis(1),
            ..store.watch().await
        };
        (never_told, watch)
    }

    #[tokio::test]
    async fn what_another_process_writes_is_seen_though_no_event_comes() {
        let folder = tempfile::tempdir().unwrap();
        let (here, elsewhere) = (
            Store::of_a_test(folder.path()).await,
            Store::of_a_test(folder.path()).await,
        );
        let (_never_told, mut watch) = watch_of_the_deaf(&here).await;
        watch.changed(None).await.unwrap();

        let mut changed = Box::pin(watch.changed(None));
        assert!(futures::poll!(&mut changed).is_pending());
        let row = ServerRow::of_a_test();
        elsewhere.insert_server(&row, &[], false).await.unwrap();
        changed.await.unwrap();
    }

    #[tokio::test]
    async fn the_looks_without_an_event_do_not_end_the_wait() {
        let folder = tempfile::tempdir().unwrap();
        let here = Store::of_a_test(folder.path()).await;
        let (_never_told, mut watch) = watch_of_the_deaf(&here).await;
        watch.changed(None).await.unwrap();

        let (begun, limit) = (Instant::now(), Duration::from_millis(50));
        watch.changed(Some(limit)).await.unwrap();
        assert!(begun.elapsed() >= limit);
    }

    #[tokio::test]
    async fn only_a_system_that_tells_in_time_is_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let watch = Store::of_a_test(folder.path()).await.watch().await;
        let endless = watch.patience == Duration::MAX;
        assert_eq!(
            endless,
            cfg!(target_os = "linux") && watch.written.is_some()
        );
    }
}
