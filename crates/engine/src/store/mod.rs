//! The SQLite file: rows in, rows out. It seals nothing and decides nothing.

mod activity;
mod aside;
mod attempt;
mod beginning;
mod callable;
mod challenge;
mod choice;
mod erase;
mod grant;
mod issuer;
mod line;
mod lock;
mod open;
mod order;
mod presence;
mod private;
mod registration;
mod schema;
mod server;
mod setting;
mod shown;
mod stamp;
mod standing;
mod tool;
mod trouble;
mod watch;
mod writes;
mod written;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::core::lock;

pub(crate) use attempt::AttemptRow;
pub(crate) use beginning::Beginning;
pub(crate) use callable::CallableRow;
use callable::Callables;
pub(crate) use erase::{erase, erase_pages};
pub(crate) use grant::{GoneGrant, GrantRow, GrantTokens};
use line::Line;
pub(crate) use lock::GrantLock;
pub(crate) use open::Opening;
use presence::Presence;
pub(crate) use registration::{RegistrationKind, RegistrationRow};
pub(crate) use server::{Ending, HeaderRow, ServerRow};
pub(crate) use shown::{ShownGrant, ShownRow, ShownServer};
pub(crate) use standing::Standing;
pub(crate) use trouble::Trouble;
pub(crate) use watch::Watch;
use writes::Writes;
use written::Written;

/// The database of one data folder.
#[derive(Clone)]
pub(crate) struct Store {
    /// Writes nothing, and waits for nobody who does.
    reads: Line,
    /// What it commits is on the disk.
    writes: Writes,
    /// What it commits may be lost in a power cut, unless something was committed over `writes` since, and is
    /// then done again: attempts and the clients that were registered for them, which key it is, lists of tools,
    /// eras, what a server was seen to take and to ask for, what happened, and until when a renewal is put off.
    quick: Line,
    /// What calls have read already.
    callables: Callables,
    written: Written,
    /// Where the file is.
    path: PathBuf,
    /// Nobody moves the file away until this one is closed.
    presence: Arc<Mutex<Option<Presence>>>,
}

impl Store {
    pub(crate) async fn close(&self) {
        for line in [&self.reads, &self.quick, &self.writes.line] {
            line.close().await;
        }
        lock(&self.presence).take();
    }
}
