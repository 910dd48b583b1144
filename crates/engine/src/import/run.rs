//! A text and the list of servers: what would be added, and adding it.

use std::sync::Arc;

use futures::StreamExt;

use super::{Entry, Ready, Reason, Warning, read};
use crate::core::Core;
use crate::error::Error;
use crate::server;
use crate::view::{AuthKind, ImportEntry, ImportOutcome, ImportPreview, ImportResult};

/// How many servers are looked at side by side.
const SIDE_BY_SIDE: usize = 8;

/// What a text lists, without asking any server.
pub(crate) async fn preview(core: &Core, text: &str) -> Result<ImportPreview, Error> {
    let mut entries = Vec::new();
    for entry in read(text)?.entries {
        entries.push(match entry {
            Entry::Ready(ready) => {
                let existing = existing(core, &ready).await?;
                shown(*ready, existing)
            }
            Entry::Skipped { name, reason } => ImportEntry::Skipped {
                name,
                reason: reason.view(),
            },
        });
    }
    Ok(ImportPreview { entries })
}

fn shown(ready: Ready, existing: Option<String>) -> ImportEntry {
    let known = ready.server.headers.into_iter().map(|header| header.name);
    ImportEntry::Ready {
        name: ready.name,
        url: ready.server.url,
        auth: ready.auth,
        enabled: ready.enabled,
        header_names: known.chain(ready.needs_value.iter().cloned()).collect(),
        needs_value: ready.needs_value,
        existing,
        warnings: ready.warnings.iter().map(Warning::view).collect(),
    }
}

/// Adds what the text lists: all of it that the list does not have, or what is chosen by name, even
/// beside a server with the same address. An entry that cannot be added does not stop the others.
pub(crate) async fn run(
    core: &Arc<Core>,
    text: &str,
    choose: Option<&[String]>,
) -> Result<ImportOutcome, Error> {
    let mut entries = Vec::new();
    for entry in read(text)?.entries {
        entries.push(chosen(core, entry, choose).await?);
    }
    let names: Vec<String> = entries
        .iter()
        .map(|entry| entry.name().to_owned())
        .collect();
    let results = futures::stream::iter(entries)
        .map(|entry| known_kind(core, entry))
        .buffered(SIDE_BY_SIDE)
        .then(|entry| added(core, entry));
    let mut results: Vec<ImportResult> = results.collect().await;
    let unknown = choose.unwrap_or_default().iter();
    results.extend(
        unknown
            .filter(|name| !names.contains(name))
            .map(|name| skipped(name.clone(), &Reason::NotInText)),
    );
    Ok(ImportOutcome { entries: results })
}

/// Turns what is not to be added into a skipped entry.
async fn chosen(core: &Core, entry: Entry, choose: Option<&[String]>) -> Result<Entry, Error> {
    let Entry::Ready(mut ready) = entry else {
        return Ok(entry);
    };
    let reason = match choose {
        Some(names) if names.contains(&ready.name) => {
            ready.server.same_url = true;
            return Ok(Entry::Ready(ready));
        }
        Some(_) => Some(Reason::NotChosen),
        None => existing(core, &ready)
            .await?
            .map(|name| Reason::AlreadyThere { name }),
    };
    Ok(match reason {
        Some(reason) => Entry::Skipped {
            name: ready.name,
            reason,
        },
        None => Entry::Ready(ready),
    })
}

/// Asks the server how it wants to know who calls, where the text does not say.
async fn known_kind(core: &Core, mut entry: Entry) -> Entry {
    if let Entry::Ready(ready) = &mut entry
        && ready.auth.is_none()
    {
        let found = server::detect(core, &ready.server.url).await;
        let found = found.ok().and_then(|detection| detection.auth);
        ready.server.auth = found.unwrap_or(AuthKind::OAuth);
    }
    entry
}

async fn added(core: &Arc<Core>, entry: Entry) -> ImportResult {
    let ready = match entry {
        Entry::Ready(ready) => *ready,
        Entry::Skipped { name, reason } => return skipped(name, &reason),
    };
    match server::add_switched(core, ready.server, ready.enabled).await {
        Ok(server) => ImportResult::Added {
            name: server.name,
            server: server.id,
            needs_value: ready.needs_value,
            warnings: ready.warnings.iter().map(Warning::view).collect(),
        },
        Err(error) => ImportResult::Refused {
            name: ready.name,
            error: error.view(),
        },
    }
}

fn skipped(name: String, reason: &Reason) -> ImportResult {
    ImportResult::Skipped {
        name,
        reason: reason.view(),
    }
}

/// The name of the server in the list that has this address.
async fn existing(core: &Core, ready: &Ready) -> Result<Option<String>, Error> {
    let found = core.store.server_with_url(&ready.server.url).await?;
    Ok(found.map(|server| server.name))
}
