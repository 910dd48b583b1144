//! Lists of servers that were written for other programs: read offline, shown, then added.
//!
//! [`read`] is pure. It knows the shapes of Claude Desktop, Claude Code, Cursor, Windsurf, Cline,
//! Gemini CLI, opencode (`mcpServers`, `mcp`), VS Code (`servers`, `mcp.servers`), Zed
//! (`context_servers`), Codex (`mcp_servers`, in TOML) and Continue (in YAML), with comments and trailing commas, and also a
//! map of servers, an array or a single server without anything around it. Every entry of a list that it finds comes back, in the
//! order of the file: ready to be added, or skipped with the reason.
//!
//! The servers that [`Engine::export`] has written are read whole, but for the trust that a person gave one.
//!
//! How any other server wants to know who calls is read from its headers alone: one that holds a key makes
//! it [`AuthKind::Headers`]. Anything else is found out when the server is added, by the same look
//! as in [`Engine::detect`]; what stays unknown then is taken for OAuth.
//!
//! `clients` knows where these programs keep their lists. They are read, and never written.
//!
//! [`AuthKind::Headers`]: crate::view::AuthKind::Headers
//! [`Engine::detect`]: crate::Engine::detect
//! [`Engine::export`]: crate::Engine::export

mod client;
mod clients;
mod command_line;
mod document;
mod duplicate;
mod entry;
mod error;
mod found;
mod headers;
mod lists;
mod note;
mod own;
mod placeholder;
mod run;

use crate::view::{AuthKind, NewServer};

pub use clients::Homes;
pub use error::ImportError;
pub(crate) use found::{found, list};
pub use note::{Reason, Warning};
pub(crate) use run::{Choice, preview, run};

/// Longest text that is read, in bytes.
pub const TEXT_LIMIT: usize = 1024 * 1024;
/// Largest file of an installed program that is read, in bytes: some keep their history in it, too.
pub const FILE_LIMIT: usize = 16 * 1024 * 1024;
/// Most entries of one text.
pub const ENTRY_LIMIT: usize = 1000;

/// What a text lists, in its order.
#[derive(Debug)]
pub struct Import {
    /// One for each entry of the text.
    pub entries: Vec<Entry>,
}

/// One entry of a text.
#[derive(Debug)]
pub enum Entry {
    /// It can be added.
    Ready(Box<Ready>),
    /// It cannot.
    Skipped {
        /// Its name in the text, or where it stands there.
        name: String,
        /// Why not.
        reason: Reason,
    },
}

/// A server that can be added.
#[derive(Debug)]
pub struct Ready {
    /// Its name in the text; made from the host if it has none.
    pub name: String,
    /// The server, with every header whose value is known. The kind is OAuth where `auth` is
    /// unknown.
    pub server: NewServer,
    /// What its headers say about how it wants to know who calls.
    pub auth: Option<AuthKind>,
    /// Whether it is switched on there.
    pub enabled: bool,
    /// Headers that are left out until the person gives them a value.
    pub needs_value: Vec<String>,
    /// What the person should know before adding it.
    pub warnings: Vec<Warning>,
}

/// Reads a text.
///
/// # Errors
/// The text is no JSON, lists nothing, or is too long. What is wrong with one entry is no error.
pub fn read(text: &str) -> Result<Import, ImportError> {
    if text.len() > TEXT_LIMIT {
        return Err(ImportError::TooLong);
    }
    match own::entries(text) {
        Some(entries) if entries.len() <= ENTRY_LIMIT => Ok(Import { entries }),
        Some(entries) => Err(ImportError::TooMany {
            count: entries.len(),
        }),
        None => read_list(text),
    }
}

/// The same for a text whose length somebody else has looked at.
fn read_list(text: &str) -> Result<Import, ImportError> {
    let document = document::parse(text)?;
    let found = lists::servers(&document);
    if found.is_empty() {
        return Err(ImportError::NoServers);
    }
    if found.len() > ENTRY_LIMIT {
        return Err(ImportError::TooMany { count: found.len() });
    }
    let mut entries: Vec<Entry> = found.iter().map(entry::entry).collect();
    duplicate::tell(&mut entries);
    Ok(Import { entries })
}

impl Entry {
    /// What it is called in the preview, and chosen by.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Ready(ready) => &ready.name,
            Self::Skipped { name, .. } => name,
        }
    }
}

#[cfg(test)]
mod tests;
