//! One connection for whoever comes, one after the other.
//!
//! A pool looks at each connection that comes back before it hands it out again, opens another one
//! meanwhile, and each of them reads the schema and the pages anew. SQLite itself lets one write at a
//! time, so there is nothing to be won by more.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// How long to wait for those who came before.
const PATIENCE: Duration = Duration::from_secs(30);

/// A clone is the same line.
#[derive(Debug, Clone)]
pub(super) struct Line(Arc<Mutex<State>>);

#[derive(Debug)]
enum State {
    NotYet(Box<SqliteConnectOptions>),
    Open(SqliteConnection),
    Closed,
}

/// The connection, until it is dropped. Whoever holds it asks for no other turn at the same line.
pub(super) type Turn<'a> = MappedMutexGuard<'a, SqliteConnection>;

impl Line {
    pub(super) fn of(connection: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(State::Open(connection))))
    }

    /// Whoever comes first opens the connection.
    pub(super) fn opened_later(options: SqliteConnectOptions) -> Self {
        Self(Arc::new(Mutex::new(State::NotYet(Box::new(options)))))
    }

    pub(super) async fn turn(&self) -> Result<Turn<'_>, sqlx::Error> {
        let turn = tokio::time::timeout(PATIENCE, self.0.lock()).await;
        let mut turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        if let State::NotYet(options) = &*turn {
            *turn = State::Open(SqliteConnection::connect_with(options).await?);
        }
        MutexGuard::try_map(turn, |state| match state {
            State::Open(connection) => Some(connection),
            State::NotYet(_) | State::Closed => None,
        })
        .map_err(|_| sqlx::Error::PoolClosed)
    }

    /// Whoever comes later is told that it is closed.
    pub(super) async fn close(&self) {
        let state = std::mem::replace(&mut *self.0.lock().await, State::Closed);
        if let State::Open(connection) = state
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "a connection to the database was not closed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_after_the_other_and_nobody_after_the_end() {
        let in_memory = SqliteConnectOptions::new().in_memory(true);
        let line = Line::opened_later(in_memory);
        let first = line.turn().await.unwrap();
        let mut second = Box::pin(line.turn());
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        let mut second = second.await.unwrap();
        let one = sqlx::query_scalar("SELECT 1").fetch_one(&mut *second);
        assert_eq!(one.await.ok(), Some(1));
        drop(second);
        line.close().await;
        let late = line.turn().await.map(drop);
        assert!(matches!(late, Err(sqlx::Error::PoolClosed)), "{late:?}");
    }
}
