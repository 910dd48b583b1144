//! Where secrets are kept, and what became of a damaged database.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorView, Millis};

/// A damaged database: kept, and out of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetAside {
    /// Where the file is now.
    pub path: String,
    /// When it was found to be damaged.
    #[ts(type = "number")]
    pub at: Millis,
}

/// Where the key that seals secrets is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum VaultView {
    /// In the keychain of the operating system.
    Keychain,
    /// In a file that only this user may read, because the person chose so.
    File {
        /// Its path.
        path: String,
    },
    /// Nowhere: nothing secret can be stored or read until that is mended.
    Unavailable {
        /// Why, and what to do.
        error: ErrorView,
    },
}
