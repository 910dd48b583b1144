//! What is known of new versions, as the page may see it.

use serde::Serialize;
use tauri_plugin_updater::Update;

use super::way::Way;
use crate::failure::Failure;

/// How much of the notes is shown, in characters: they are not signed.
const NOTES: usize = 20_000;

/// How it stands with new versions.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Grows with each change.
    pub(super) revision: u64,
    /// Of the program that runs.
    version: String,
    way: Way,
    pub(super) work: Work,
    /// The newer version that was found.
    pub(super) offer: Option<Offer>,
    /// Whether the person does not want to see it now.
    pub(super) put_off: bool,
    /// When it was last found out, in seconds since 1970.
    pub(super) checked_at: Option<i64>,
    /// Why the last thing that was done went wrong.
    pub(super) error: Option<Failure>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Nothing.
    Idle,
    /// The place of announcements is asked.
    Checking,
    /// A package comes in.
    Downloading {
        /// How much of it is here, where its size is known.
        percent: Option<u8>,
    },
    /// It goes on as soon as no sign-in is under way.
    Waiting,
    /// The program is being replaced, and begins anew after that.
    Installing,
}

/// A newer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    version: String,
    /// What is new in it, as Markdown.
    notes: Option<String>,
}

impl Offer {
    pub(super) fn of(update: &Update) -> Offer {
        let notes = update.body.as_deref().map(str::trim);
        Offer {
            version: update.version.clone(),
            notes: notes
                .filter(|notes| !notes.is_empty())
                .map(|notes| notes.chars().take(NOTES).collect()),
        }
    }
}

impl Standing {
    /// Nothing is known yet.
    pub(super) fn at_first(version: String, way: Way) -> Standing {
        Standing {
            revision: 0,
            version,
            way,
            work: Work::Idle,
            offer: None,
            put_off: false,
            checked_at: None,
            error: None,
        }
    }
}
