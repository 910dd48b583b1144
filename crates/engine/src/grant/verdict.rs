//! What a refresh that failed says about the grant.

use std::sync::Arc;

use drawbridge_oauth::{TokenError, TokenFailure};

use super::ending::end;
use super::patience::{FIRST_WAIT, LAST_WAIT, RefreshState};
use super::refresh::Why;
use super::wait::Firmness;
use crate::core::Core;
use crate::error::Error;
use crate::session::AuthFailure;
use crate::store::GrantRow;
use crate::view::{Millis, ReauthReason};

/// What a failed refresh means for the grant (rules G5, G5a, R7); begun for this reason, and then.
pub(super) async fn refused(
    core: &Arc<Core>,
    row: &GrantRow,
    begun: (Why, Millis),
    error: &TokenError,
    state: &mut RefreshState,
) -> AuthFailure {
    let server = &row.server;
    tracing::warn!(%server, code = error.code(), "the refresh of {server} failed: {}", error.code());
    if !error.may_have_been_done()
        && let Err(error) = core.store.take_back_renewal(row).await
    {
        tracing::warn!(%server, %error, "the end of a renewal was not noted");
    }
    let wait = match error.class() {
        TokenFailure::InvalidGrant => {
            let reason = match row.renewal_began {
                // The token may be one that an earlier renewal has spent.
                Some(_) => ReauthReason::Interrupted,
                None => ReauthReason::InvalidGrant,
            };
            return end(core, row, reason).await;
        }
        TokenFailure::InvalidClient => {
            if let Some(registration) = &row.registration
                && let Err(error) = core.store.put_registration_aside(registration).await
            {
                tracing::error!(%server, %error, "a dead registration was not put aside");
            }
            return end(core, row, ReauthReason::ClientRejected).await;
        }
        TokenFailure::WithoutReason => match state.unexplained(core.clock.now()) {
            None => return end(core, row, ReauthReason::RefusedWithoutReason).await,
            Some(least) => (least, Firmness::Firm),
        },
        TokenFailure::Configuration => (LAST_WAIT, Firmness::Loose),
        TokenFailure::Transient { retry_after } => match retry_after {
            Some(asked) => (asked, Firmness::Firm),
            None => (FIRST_WAIT, Firmness::Loose),
        },
    };
    let told = Error::from(error.clone()).view();
    let failure = state.put_off(core, begun, told, wait);
    state.leave(core, row).await;
    failure
}
