//! The official MCP registry, searched: `GET /v0.1/servers` of its API.
//!
//! What it answers was written by whoever published a server, and is taken for nothing more: text is
//! cut and cleaned, and an address is only an offer, which is looked at like one that a person types.

mod ask;
mod entry;
mod error;

use url::Url;

use crate::core::Core;
use crate::error::Error;
use crate::view::{RegistryPage, RegistryServer};

pub use error::RegistryError;

/// Where the official registry is.
pub const OFFICIAL: &str = "https://registry.modelcontextprotocol.io/";

/// Most pages that one search reads: many servers of the registry are programs, which are left out.
const MOST_PAGES: usize = 3;
/// With so many servers a search has enough to show.
const ENOUGH: usize = 8;
/// Longest query and longest cursor, in bytes.
const QUERY_LIMIT: usize = 200;
const CURSOR_LIMIT: usize = 2048;

/// The servers with an address whose names have `query` in them; from `cursor` on, which is what the
/// last page named as the next.
pub(crate) async fn search(
    core: &Core,
    registry: &Url,
    query: &str,
    cursor: Option<String>,
) -> Result<RegistryPage, Error> {
    let query = query.trim();
    if query.len() > QUERY_LIMIT {
        return Err(RegistryError::QueryTooLong.into());
    }
    let mut servers: Vec<RegistryServer> = Vec::new();
    let mut cursor = cursor;
    for _ in 0..MOST_PAGES {
        let listing = ask::page(core, registry, query, cursor.as_deref()).await?;
        for server in listing.servers {
            if !servers.iter().any(|known| known.id == server.id) {
                servers.push(server);
            }
        }
        let next = listing.next.filter(|next| next.len() <= CURSOR_LIMIT);
        // One that leads to itself leads nowhere.
        cursor = next.filter(|next| cursor.as_ref() != Some(next));
        if cursor.is_none() || servers.len() >= ENOUGH {
            break;
        }
    }
    Ok(RegistryPage {
        servers,
        next: cursor,
    })
}

/// Reads one answer of the registry; open to the fuzz target alone.
#[cfg(fuzzing)]
pub(crate) fn read_page(body: &[u8]) -> Option<Vec<RegistryServer>> {
    entry::listing(body).map(|listing| listing.servers)
}

#[cfg(test)]
mod tests;
