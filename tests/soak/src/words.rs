//! What the soak and its processes say to each other: one JSON object a line, and never a secret.

use std::{
    io::{Write as _, stdout},
    path::PathBuf,
};

use drawbridge_engine::view::Millis;
use serde::{Deserialize, Serialize};

/// The one line that a process is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Orders {
    /// The data folder, of which the other process has the same.
    pub(crate) data: PathBuf,
    /// Addresses; a server is called by its place in this list.
    pub(crate) servers: Vec<String>,
    /// For the pauses between calls.
    pub(crate) seed: u64,
    /// Adds the servers and signs in to them first.
    pub(crate) signs_in: bool,
}

/// What a process tells.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "tells", rename_all = "snake_case")]
pub(crate) enum Line {
    /// It has signed in, if it was to, and begins to call.
    Ready,
    /// A sign-in page was to be shown.
    Page,
    /// A call has ended.
    Called(Called),
    /// All calls have ended; the servers that it is not connected to.
    Ended { away: Vec<usize> },
}

/// One call that has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Called {
    pub(crate) server: usize,
    pub(crate) tool: Tool,
    pub(crate) begin: Millis,
    pub(crate) end: Millis,
    /// Why it failed, if it did.
    pub(crate) code: Option<String>,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tool {
    /// Answers at once.
    Greet,
    /// Takes half a second, so that there is always something under way.
    Slow,
}

impl Line {
    /// Writes it to standard output.
    pub(crate) fn tell(&self) {
        let line = serde_json::to_string(self).unwrap_or_default();
        // Without anybody who listens, the end of this process is near.
        let _ = writeln!(stdout().lock(), "{line}");
    }
}
