//! What an import would do, and what it did.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AuthKind, ErrorView};

/// What a text lists, before anything of it is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImportPreview {
    /// One for each entry, in the order of the text.
    pub entries: Vec<ImportEntry>,
}

/// One entry of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ImportEntry {
    /// It can be added.
    Ready {
        /// What it is called, and chosen by.
        name: String,
        /// Where it is.
        url: String,
        /// How it wants to know who calls; nothing here means that this is found out when it is added.
        auth: Option<AuthKind>,
        /// Whether it will be switched on.
        enabled: bool,
        /// Its headers; their values are never shown.
        header_names: Vec<String>,
        /// Those of them that the person has to give a value.
        needs_value: Vec<String>,
        /// The server of the list that has this address: it is added only if it is chosen by name.
        existing: Option<String>,
        /// What the person should know before.
        warnings: Vec<ErrorView>,
    },
    /// It cannot be added.
    Skipped {
        /// What it is called.
        name: String,
        /// Why not.
        reason: ErrorView,
    },
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImportOutcome {
    /// One for each entry, in the order of the text; then the chosen names that it does not have.
    pub entries: Vec<ImportResult>,
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ImportResult {
    /// It is in the list now.
    Added {
        /// What it is called.
        name: String,
        /// The id of the new server.
        server: String,
        /// Headers that are left out until the person gives them a value.
        needs_value: Vec<String>,
        /// What the person should know.
        warnings: Vec<ErrorView>,
    },
    /// It could not be added.
    Refused {
        /// What it is called.
        name: String,
        /// Why.
        error: ErrorView,
    },
    /// It was not to be added.
    Skipped {
        /// What it is called.
        name: String,
        /// Why.
        reason: ErrorView,
    },
}

/// A list of servers that an installed program keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundConfig {
    /// What it is chosen by.
    pub id: String,
    /// The program.
    pub client: String,
    /// Where it keeps the list, for display.
    pub path: String,
    /// What the list holds; empty if it cannot be read.
    pub entries: Vec<ImportEntry>,
    /// Why it cannot be read.
    pub problem: Option<ErrorView>,
}

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ImportSource {
    /// The person has brought it.
    Text {
        /// The list.
        text: String,
    },
    /// An installed program keeps it.
    Found {
        /// The id of a [`FoundConfig`].
        config: String,
    },
}

/// An entry of a preview that is to be added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImportPick {
    /// Where it stands in the preview, from 0.
    pub at: u32,
    /// What it is called there: the list may have changed since.
    pub name: String,
}
