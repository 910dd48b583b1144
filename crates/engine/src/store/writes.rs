//! The line of those who write what others act on.

use std::ops::{Deref, DerefMut};

use sqlx::SqliteConnection;

use super::line::{Line, Turn};
use super::stamp::Stamps;

/// A clone is the same line.
#[derive(Debug, Clone)]
pub(super) struct Writes {
    pub(super) line: Line,
    pub(super) stamps: Stamps,
}

/// The connection. When it is dropped, the change is marked: nobody goes on with what was read before.
pub(super) struct WritingTurn<'a> {
    turn: Turn<'a>,
    stamps: &'a Stamps,
}

impl Writes {
    pub(super) async fn turn(&self) -> Result<WritingTurn<'_>, sqlx::Error> {
        Ok(WritingTurn {
            turn: self.line.turn().await?,
            stamps: &self.stamps,
        })
    }
}

impl Deref for WritingTurn<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.turn
    }
}

impl DerefMut for WritingTurn<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.turn
    }
}

impl Drop for WritingTurn<'_> {
    fn drop(&mut self) {
        self.stamps.renew();
    }
}
