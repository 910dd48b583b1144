//! What a refresh that failed says about the grant.

use std::sync::Arc;

use drawbridge_oauth::{TokenError, TokenFailure};

use super::ending::end;
use super::patience::{FIRST_WAIT_UNEXPLAINED, LAST_WAIT, RefreshState, UNEXPLAINED};
use crate::core::Core;
use crate::error::Error;
use crate::session::AuthFailure;
use crate::store::GrantRow;
use crate::view::ReauthReason;

/// What a failed refresh means for the grant (rules G5, G5a, R7).
pub(super) async fn refused(
    core: &Arc<Core>,
    row: &GrantRow,
    error: &TokenError,
    state: &mut RefreshState,
) -> AuthFailure {
    let server = &row.server;
    let told = || Error::from(error.clone()).view();
    tracing::warn!(%server, code = error.code(), "the refresh of {server} failed: {}", error.code());
    match error.class() {
        TokenFailure::InvalidGrant => end(core, row, ReauthReason::InvalidGrant).await,
        TokenFailure::InvalidClient => {
            if let Some(registration) = &row.registration
                && let Err(error) = core.store.delete_registration(registration).await
            {
                tracing::error!(%server, %error, "a dead registration was not forgotten");
            }
            end(core, row, ReauthReason::ClientRejected).await
        }
        TokenFailure::WithoutReason => {
            state.unexplained += 1;
            if state.unexplained >= UNEXPLAINED {
                end(core, row, ReauthReason::RefusedWithoutReason).await
            } else {
                let least = FIRST_WAIT_UNEXPLAINED * (1 << (state.unexplained - 1));
                state.put_off(core, told(), least)
            }
        }
        TokenFailure::Configuration => state.put_off(core, told(), LAST_WAIT),
        TokenFailure::Transient { retry_after } => {
            state.put_off(core, told(), retry_after.unwrap_or_default())
        }
    }
}
