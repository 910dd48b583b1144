//! A text and the list of servers: what would be added, and adding it.

use std::sync::Arc;

use futures::StreamExt;

use super::{Entry, Import, Ready, Reason, Warning, read};
use crate::core::Core;
use crate::error::Error;
use crate::server;
use crate::view::{AuthKind, ImportEntry, ImportOutcome, ImportPick, ImportPreview, ImportResult};

/// How many servers are looked at side by side.
const SIDE_BY_SIDE: usize = 8;

/// What a text lists, without asking any server.
pub(crate) async fn preview(core: &Core, text: &str) -> Result<ImportPreview, Error> {
    let entries = shown(core, read(text)?).await?;
    Ok(ImportPreview { entries })
}

/// A list as a person sees it.
pub(super) async fn shown(core: &Core, import: Import) -> Result<Vec<ImportEntry>, Error> {
    let mut entries = Vec::new();
    for entry in import.entries {
        entries.push(match entry {
            Entry::Ready(ready) => {
                let existing = existing(core, &ready).await?;
                ready_view(*ready, existing)
            }
            Entry::Skipped { name, reason } => ImportEntry::Skipped {
                name,
                reason: reason.view(),
            },
        });
    }
    Ok(entries)
}

fn ready_view(ready: Ready, existing: Option<String>) -> ImportEntry {
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

/// Which entries of a list are to be added. Whoever names one has it added even beside a server with
/// the same address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice<'a> {
    /// Those whose address is new.
    New,
    /// Those that are called so.
    Named(&'a [String]),
    /// Those that a person has seen at this place under this name; nothing is said of the others.
    Picked(&'a [ImportPick]),
}

/// Adds what is chosen. An entry that cannot be added does not stop the others.
pub(crate) async fn run(
    core: &Arc<Core>,
    import: Import,
    choice: Choice<'_>,
) -> Result<ImportOutcome, Error> {
    if let Choice::Picked(picks) = choice {
        return picked(core, import, picks).await;
    }
    let mut entries = Vec::new();
    for entry in import.entries {
        entries.push(chosen(core, entry, choice).await?);
    }
    let names: Vec<String> = entries
        .iter()
        .map(|entry| entry.name().to_owned())
        .collect();
    let mut results = added_all(core, entries).await;
    if let Choice::Named(chosen) = choice {
        let unknown = chosen.iter().filter(|name| !names.contains(name));
        results.extend(unknown.map(|name| skipped(name.clone(), &Reason::NotInText)));
    }
    Ok(ImportOutcome { entries: results })
}

/// One result for each pick, in their order.
async fn picked(
    core: &Arc<Core>,
    import: Import,
    picks: &[ImportPick],
) -> Result<ImportOutcome, Error> {
    let mut places: Vec<Option<Entry>> = import.entries.into_iter().map(Some).collect();
    let mut entries = Vec::new();
    for pick in picks {
        let place = usize::try_from(pick.at).unwrap_or(usize::MAX);
        let entry = places
            .get_mut(place)
            .and_then(|place| place.take_if(|entry| entry.name() == pick.name));
        entries.push(match entry {
            Some(Entry::Ready(mut ready)) => {
                ready.server.same_url = true;
                Entry::Ready(ready)
            }
            Some(skipped) => skipped,
            None => Entry::Skipped {
                name: pick.name.clone(),
                reason: Reason::NotInText,
            },
        });
    }
    let entries = added_all(core, entries).await;
    Ok(ImportOutcome { entries })
}

async fn added_all(core: &Arc<Core>, entries: Vec<Entry>) -> Vec<ImportResult> {
    futures::stream::iter(entries)
        .map(|entry| known_kind(core, entry))
        .buffered(SIDE_BY_SIDE)
        .then(|entry| added(core, entry))
        .collect()
        .await
}

/// Turns what is not to be added into a skipped entry.
async fn chosen(core: &Core, entry: Entry, choice: Choice<'_>) -> Result<Entry, Error> {
    let Entry::Ready(mut ready) = entry else {
        return Ok(entry);
    };
    let reason = match choice {
        Choice::Named(names) if names.contains(&ready.name) => {
            ready.server.same_url = true;
            return Ok(Entry::Ready(ready));
        }
        Choice::Named(_) | Choice::Picked(_) => Some(Reason::NotChosen),
        Choice::New => existing(core, &ready)
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
