//! Adding, changing and removing: what a person decides, in one transaction each (rule G10).

use std::sync::Arc;

use super::address::{
    checked_description, checked_name, checked_timeout, server_url, suggested_name,
};
use super::credentials::{CLIENT_KEY, CLIENT_SECRET, sealed_credential};
use super::headers::sealed_headers;
use super::options::checked_options;
use crate::activity::Story;
use crate::connection;
use crate::core::Core;
use crate::error::Error;
use crate::grant::{self, Revocation};
use crate::ids::ServerId;
use crate::neighbours::{acknowledge, follow_key};
use crate::sign_in;
use crate::store::{Ending, ServerRow};
use crate::view::{Deed, Event, FactName, NewServer, SecretChange, ServerChange, ServerView};

const DEFAULT_TIMEOUT_SECONDS: u32 = 30;

/// Adds a server at the end of the list.
pub(crate) async fn add(core: &Arc<Core>, new: NewServer) -> Result<ServerView, Error> {
    add_switched(core, new, true).await
}

/// Adds a server that is on or off from the beginning.
pub(crate) async fn add_switched(
    core: &Arc<Core>,
    new: NewServer,
    enabled: bool,
) -> Result<ServerView, Error> {
    let url = server_url(&new.url)?;
    let name = match new
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        Some(name) => checked_name(name)?,
        None => suggested_name(&url),
    };
    follow_key(core).await?;
    let id = ServerId::random();
    let row = ServerRow {
        client_secret: sealed_credential(core, &id, CLIENT_SECRET, &new.client_secret, None)?,
        client_key: sealed_credential(core, &id, CLIENT_KEY, &new.client_key, None)?,
        id,
        name,
        url: url.into(),
        description: checked_description(new.description.as_deref().unwrap_or_default())?,
        enabled,
        auth: new.auth,
        timeout_seconds: checked_timeout(new.timeout_seconds.unwrap_or(DEFAULT_TIMEOUT_SECONDS))?,
        era: None,
        sign_in: checked_options(new.sign_in)?,
    };
    let headers = sealed_headers(core, &row.id, &new.headers, &[])?;
    let live = core.live(&row.id);
    let _settling = live.settling.lock().await;
    let twin = core.store.insert_server(&row, &headers, new.same_url);
    if let Some(twin) = twin.await? {
        core.forget_live(&row.id);
        return Err(duplicate(twin));
    }
    acknowledge(core, &row.id).await;
    tracing::info!(server = %row.id, host = %url_host(&row.url), "server {} was added", row.id);
    (core.journal).happened(&row.id, Deed::Added, Story::default());
    if row.enabled && !core.callable(&row.id).await?.signs_in() {
        connection::open(core, &row.id).await;
    }
    core.publish_and_present(&row.id).await
}

/// Changes a server. A new URL, kind, client or redirect ends the grant (rule G10); everything else keeps it.
pub(crate) async fn change(
    core: &Arc<Core>,
    id: &ServerId,
    change: ServerChange,
) -> Result<ServerView, Error> {
    core.server(id).await?;
    let live = core.live(id);
    let _settling = live.settling.lock().await;
    let old = core.server(id).await?;
    follow_key(core).await?;
    let new = changed(core, &old, &change)?;
    let headers = match &change.headers {
        Some(typed) => Some(sealed_headers(
            core,
            id,
            typed,
            &core.store.headers(id).await?,
        )?),
        None => None,
    };
    let ending = Ending::of(&old, &new);
    let ends_grant = ending != Ending::Nothing;
    let updated = core
        .store
        .update_server(&new, headers.as_deref(), ending, change.same_url)
        .await?;
    let gone = match updated {
        Ok(gone) => gone,
        Err(twin) => {
            // Removed by another process meanwhile, it has no twin.
            core.server(id).await?;
            return Err(duplicate(twin));
        }
    };
    let revocation = Revocation::of(core, &old, gone);
    acknowledge(core, id).await;

    if ends_grant || !new.enabled {
        sign_in::cancel_quietly(core, id).await;
    }
    core.journal.happened(id, Deed::Changed, told(&change));
    if let Some(revocation) = revocation {
        revocation.spawn(core, id);
    }
    if ends_grant {
        grant::forget_renewals(core, id);
        core.events.send(Event::ToolsChanged { id: id.to_string() });
    }
    let reconnects = ends_grant
        || headers.is_some()
        || new.enabled != old.enabled
        || new.timeout_seconds != old.timeout_seconds;
    if reconnects {
        if ends_grant {
            connection::close(core, id).await;
        }
        connection::reopen(core, id).await?;
    } else if new.sign_in != old.sign_in {
        // What was refused may have been mended.
        connection::look_at_grant_again(core, id);
    }
    core.publish_and_present(id).await
}

/// The names of what was changed, and no value.
fn told(change: &ServerChange) -> Story {
    let credential = |change: &SecretChange| !matches!(change, SecretChange::Keep);
    let changed = [
        ("name", change.name.is_some()),
        ("address", change.url.is_some()),
        ("note", change.description.is_some()),
        ("enabled", change.enabled.is_some()),
        ("auth", change.auth.is_some()),
        ("headers", change.headers.is_some()),
        ("timeout", change.timeout_seconds.is_some()),
        ("sign_in", change.sign_in.is_some()),
        ("client_secret", credential(&change.client_secret)),
        ("client_key", credential(&change.client_key)),
    ];
    let names = changed.iter().filter(|(_, is)| *is).map(|(name, _)| *name);
    let names: Vec<_> = names.collect();
    Story::default().with(FactName::Changed, &names.join(" "))
}

fn changed(core: &Core, old: &ServerRow, change: &ServerChange) -> Result<ServerRow, Error> {
    let mut new = old.clone();
    if let Some(name) = &change.name {
        new.name = checked_name(name)?;
    }
    if let Some(url) = &change.url {
        new.url = server_url(url)?.into();
    }
    if let Some(description) = &change.description {
        new.description = checked_description(description)?;
    }
    if let Some(seconds) = change.timeout_seconds {
        new.timeout_seconds = checked_timeout(seconds)?;
    }
    new.enabled = change.enabled.unwrap_or(old.enabled);
    new.auth = change.auth.unwrap_or(old.auth);
    if let Some(options) = &change.sign_in {
        new.sign_in = checked_options(options.clone())?;
    }
    new.client_secret = sealed_credential(
        core,
        &old.id,
        CLIENT_SECRET,
        &change.client_secret,
        old.client_secret.clone(),
    )?;
    new.client_key = sealed_credential(
        core,
        &old.id,
        CLIENT_KEY,
        &change.client_key,
        old.client_key.clone(),
    )?;
    if new.url != old.url {
        new.era = None;
    }
    Ok(new)
}

/// Removes a server and everything that was known of it (rule G11).
pub(crate) async fn remove(core: &Arc<Core>, id: &ServerId) -> Result<(), Error> {
    core.server(id).await?;
    let live = core.live(id);
    let _settling = live.settling.lock().await;
    let old = core.server(id).await?;
    let gone = core.store.delete_server(id).await?;
    let revocation = Revocation::of(core, &old, gone);
    forget(core, id).await;
    if let Some(revocation) = revocation {
        revocation.spawn(core, id);
    }
    // Another account at the same address goes on with it.
    if core.store.server_with_url(&old.url).await?.is_none() {
        core.forget_address(&old.url);
    }
    Ok(())
}

/// Ends what runs for a server that is gone, and tells it. The caller holds `settling`.
pub(crate) async fn forget(core: &Arc<Core>, id: &ServerId) {
    sign_in::cancel_quietly(core, id).await;
    connection::drop_session(core, id);
    grant::forget_renewals(core, id);
    core.forget_live(id);
    core.journal.forget(id);
    acknowledge(core, id).await;
    core.publish_removal(id).await;
}

fn duplicate(other: ServerRow) -> Error {
    Error::DuplicateUrl {
        id: other.id,
        name: other.name,
    }
}

fn url_host(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}
