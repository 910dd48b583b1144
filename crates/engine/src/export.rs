//! The whole list and the preferences as one text, without a secret: to keep, to move to another
//! computer, to look at. [`import`](crate::import) reads the list back; the preferences are for people: no file sets a
//! proxy or a certificate.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::core::Core;
use crate::error::Error;
use crate::store::ShownRow;
use crate::view::{AuthKind, Preferences, SignInOptions};

/// Says that a text is one of these.
pub(crate) const FORMAT: &str = "drawbridge-export";
const VERSION: u32 = 1;

/// The text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    pub(crate) format: String,
    pub(crate) version: u32,
    exported_at: String,
    /// In the order of the list.
    pub(crate) servers: Vec<ExportedServer>,
    preferences: Preferences,
}

/// What the person has said of one server.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportedServer {
    pub(crate) name: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    pub(crate) auth: AuthKind,
    pub(crate) timeout_seconds: Option<u32>,
    /// Their names alone: the values are secrets.
    #[serde(default)]
    pub(crate) headers: Vec<ExportedHeader>,
    #[serde(default)]
    pub(crate) sign_in: SignInOptions,
}

/// A header whose value stayed behind.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExportedHeader {
    pub(crate) name: String,
}

fn yes() -> bool {
    true
}

/// The text of this data folder.
pub(crate) async fn export(core: &Core) -> Result<String, Error> {
    let mut servers = Vec::new();
    for row in core.store.all_shown().await? {
        servers.push(exported(row));
    }
    let now = OffsetDateTime::from_unix_timestamp(core.clock.now() / 1000);
    let export = Export {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at: now
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .format(&Rfc3339)
            .unwrap_or_default(),
        servers,
        preferences: core.preferences(),
    };
    serde_json::to_string_pretty(&export).map_err(|_| Error::Corrupt)
}

fn exported(row: ShownRow) -> ExportedServer {
    let names = row.header_names.into_iter();
    ExportedServer {
        name: row.server.name,
        url: row.server.url,
        description: row.server.description,
        enabled: row.server.enabled,
        auth: row.server.auth,
        timeout_seconds: Some(row.server.timeout_seconds),
        headers: names.map(|name| ExportedHeader { name }).collect(),
        sign_in: row.server.sign_in,
    }
}
