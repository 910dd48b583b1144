//! Why a grant that is there cannot be used just now, or not any more.

use std::sync::Arc;

use super::ending::end;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::neighbours::fetch_new_key;
use crate::session::AuthFailure;
use crate::store::GrantRow;
use crate::vault::VaultError;
use crate::view::{ErrorView, ReauthReason};

/// The grant, if there is one that can be used.
pub(super) async fn usable(core: &Core, server: &ServerId) -> Result<GrantRow, AuthFailure> {
    let row = core.store.grant(server).await;
    let row = row.map_err(|error| unread(core, server, &error))?;
    let row = row.ok_or(AuthFailure::SignInNeeded)?;
    let Some((reason, at)) = row.reauth_reason.zip(row.reauth_at) else {
        return Ok(row);
    };
    let entry = core.store.server(server).await;
    let entry = entry.map_err(|error| unread(core, server, &error))?;
    Err(match entry {
        Some(entry) if entry.signs_in_by_itself() => AuthFailure::CredentialsRefused(reason),
        _ => AuthFailure::ReauthRequired { reason, at },
    })
}

/// A value that cannot be opened ends this grant alone; a closed vault ends nothing.
pub(super) async fn readable<T>(
    core: &Arc<Core>,
    row: &GrantRow,
    value: Result<T, VaultError>,
) -> Result<T, AuthFailure> {
    match value {
        Ok(value) => Ok(value),
        Err(error) => Err(sealed(core, row, &error).await),
    }
}

pub(super) async fn sealed(core: &Arc<Core>, row: &GrantRow, error: &VaultError) -> AuthFailure {
    match error {
        VaultError::Unreadable { .. } => match core.keys.is_current(&core.store).await {
            Ok(true) => end(core, row, ReauthReason::Unreadable).await,
            Ok(false) => superseded(core).await,
            Err(Error::Store(error)) => unread(core, &row.server, &error),
            Err(_) => closed(core, error),
        },
        closed_vault => closed(core, closed_vault),
    }
}

/// Another process has begun with a new key: it is fetched, and nothing ends over the old one.
async fn superseded(core: &Arc<Core>) -> AuthFailure {
    fetch_new_key(core).await;
    let message = "Another process has begun with a new key.";
    unavailable(core, said("vault_superseded", message))
}

fn closed(core: &Core, error: &VaultError) -> AuthFailure {
    let error = Error::from(error.clone()).view();
    AuthFailure::Unavailable {
        error,
        retry_at: core.clock.after(core.limits.last_retry),
    }
}

pub(super) fn unread(core: &Core, server: &ServerId, error: &sqlx::Error) -> AuthFailure {
    tracing::error!(%server, %error, "the grant of {server} cannot be read");
    unavailable(core, ErrorView::of_store(error))
}

pub(super) fn busy() -> ErrorView {
    said("refresh_busy", "Another refresh does not end.")
}

pub(super) fn unlocked(server: &ServerId, source: std::io::Error) -> ErrorView {
    tracing::error!(%server, error = %source, "the lock of {server} cannot be taken");
    // Where it lies has the name of the person in it, and stands in reports.
    let path = "…/locks".to_owned();
    Error::DataFolder { path, source }.view()
}

pub(super) fn stopping(core: &Core) -> AuthFailure {
    unavailable(core, said("stopping", "Drawbridge is closing."))
}

pub(super) fn unavailable(core: &Core, error: ErrorView) -> AuthFailure {
    AuthFailure::Unavailable {
        error,
        retry_at: core.clock.after(core.limits.first_retry),
    }
}

fn said(code: &str, message: &str) -> ErrorView {
    ErrorView {
        code: code.into(),
        message: message.into(),
        remedy: None,
    }
}
