//! A grant's life: stored, used, renewed, ended.

mod broker;
mod client;
mod ending;
mod life;
mod patience;
mod refresh;
mod renewal;
mod revocation;
mod step_up;
mod unusable;
mod verdict;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use drawbridge_oauth::{AccessToken, RefreshToken, Scopes, ServerMetadata, Tokens};
use url::Url;

pub(crate) use broker::Broker;
pub(crate) use client::Client;
pub(crate) use ending::tell_end_elsewhere;
pub(crate) use patience::RefreshState;
use refresh::{Failed, Why, refresh};
pub(crate) use revocation::Revocation;
pub(crate) use step_up::{needed, not_known, tell_need_elsewhere, widened};
pub use wait::Waiting;

use crate::clock::millis;
use crate::core::Core;
use crate::error::Error;
use crate::ids::{RegistrationId, ServerId};
use crate::neighbours::follow_key;
use crate::session::AuthFailure;
use crate::store::{GrantRow, GrantTokens};
use crate::vault::{Place, VaultError};
use crate::view::{ErrorView, Millis};

/// What a sign-in earned.
pub(crate) struct Grant {
    /// Of the MCP server.
    pub(crate) url: Url,
    /// How often sign-ins to it had been withdrawn when this one was still wanted.
    pub(crate) withdrawals: i64,
    /// Nothing for a client of its own.
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) client: Client,
    pub(crate) metadata: ServerMetadata,
    pub(crate) resource: Option<String>,
    /// What the sign-in asked for.
    pub(crate) asked: Scopes,
    /// What it was given.
    pub(crate) scopes: Scopes,
    pub(crate) tokens: Tokens,
}

/// Stores a new grant in the place of the old one, as long as it is wanted. One that is for another
/// address than the server has by now counts as cancelled, too.
pub(crate) async fn store(
    core: &Arc<Core>,
    server: &ServerId,
    grant: &Grant,
    is_wanted: impl Fn() -> bool,
) -> Result<(), Error> {
    let sealed = seal(core, server, &grant.tokens, core.clock.now()).await?;
    let outcome = step_up::outcome(core, server, &grant.scopes).await?;
    let row = GrantRow {
        server: server.clone(),
        registration: grant.registration.clone(),
        revision: 0,
        metadata: serde_json::to_string(&grant.metadata).map_err(|_| Error::Corrupt)?,
        resource: grant.resource.clone(),
        scopes: grant.scopes.to_string(),
        access_token: Some(sealed.access_token),
        refresh_token: sealed.refresh_token,
        issued_at: sealed.issued_at,
        expires_at: sealed.expires_at,
        reauth_reason: None,
        reauth_at: None,
        renewal_began: None,
        needed_scopes: outcome.needed,
        untested: false,
        signed_in_at: Some(sealed.issued_at),
        asked_scopes: Some(grant.asked.to_string()),
        account: sealed.account,
        put_off: None,
        step_ups: outcome.step_ups,
    };
    let (url, withdrawals) = (grant.url.as_str(), grant.withdrawals);
    let replaced = (core.store).replace_grant(&row, url, withdrawals, is_wanted);
    if !replaced.await? {
        return Err(Error::SignInCancelled);
    }
    forget_renewals(core, server);
    let live = core.live(server);
    let mut state = live.state();
    state.untested = None;
    state.not_given = outcome.not_given;
    Ok(())
}

/// How long until the grant should be renewed, if that can be known and done.
pub(crate) async fn renewal_due(
    core: &Arc<Core>,
    server: &ServerId,
) -> Result<Option<Duration>, sqlx::Error> {
    let refresh = core.live(server).state().refresh.clone();
    let mut state = refresh.lock().await;
    let Some(row) = core.store.grant(server).await? else {
        return Ok(None);
    };
    let renewable = row.refresh_token.is_some() || {
        let entry = core.store.server(server).await?;
        entry.is_some_and(|entry| entry.signs_in_by_itself())
    };
    state.catch_up(core, &row);
    Ok(due(core, &row, renewable, &state))
}

fn due(core: &Core, row: &GrantRow, renewable: bool, state: &RefreshState) -> Option<Duration> {
    let now = core.clock.now();
    let blocked = state.blocked_until(now).map(|at| core.clock.until(at));
    // One that is over is of no more use than one that was refused, however short its life was.
    let is_over = life::age(row.issued_at, row.expires_at, now) == life::Age::Ended;
    if state.is_refused() || (blocked.is_some() && renewable && is_over) {
        return blocked;
    }
    let due =
        life::refresh_due(row.issued_at, row.expires_at, &core.clock).filter(|_| renewable)?;
    let end = core.clock.until(row.expires_at?);
    // From its end on calls wait, and somebody has to say so.
    Some(due.max(blocked.unwrap_or_default()).min(end))
}

/// Why calls have to wait although the session is open, and until when: the token is of no use, and
/// a new one cannot be had yet. The outer nothing is *not known now*: a refresh is under way.
pub(crate) async fn standstill(
    core: &Arc<Core>,
    server: &ServerId,
) -> Option<Option<(ErrorView, Millis)>> {
    let refresh = core.live(server).state().refresh.clone();
    let mut state = refresh.try_lock().ok()?;
    let Some(row) = core.store.grant(server).await.ok()? else {
        return Some(None);
    };
    state.catch_up(core, &row);
    let now = core.clock.now();
    let age = life::age(row.issued_at, row.expires_at, now);
    Some(state.standstill(age == life::Age::Ended, now))
}

/// Renews the grant ahead of its end, unless another caller or process has done so meanwhile.
pub(crate) async fn renew(core: &Arc<Core>, server: &ServerId) -> Result<(), AuthFailure> {
    let refresh_state = core.live(server).state().refresh.clone();
    let (row, is_refused) = {
        let mut state = refresh_state.lock().await;
        let row = unusable::usable(core, server).await?;
        state.catch_up(core, &row);
        (row, state.is_refused())
    };
    let why = if is_refused { Why::Refused } else { Why::Age };
    let age = life::age(row.issued_at, row.expires_at, core.clock.now());
    if why == Why::Age && age == life::Age::Good {
        return Ok(());
    }
    let token = unusable::readable(core, &row, access_token(core, &row)).await?;
    let token = token.ok_or(AuthFailure::SignInNeeded)?;
    let revision = Some(row.revision);
    let failed = Failed { token, revision };
    refresh(core, server, failed, why).await.map(drop)
}

/// Forgets how the renewals of a grant went that is gone; what was not stored is given back.
pub(crate) fn forget_renewals(core: &Arc<Core>, server: &ServerId) {
    let Some(live) = core.live_if_any(server) else {
        return;
    };
    let earlier = std::mem::take(&mut live.state().refresh);
    let (core, server) = (core.clone(), server.clone());
    core.tasks.clone().spawn(async move {
        earlier.lock().await.give_back(&core, &server);
    });
}

/// Tries once more to store what the disk did not take, before the program ends.
pub(crate) async fn store_leftovers(core: &Arc<Core>) {
    for (server, live) in core.all_live() {
        let refresh = live.state().refresh.clone();
        let mut refresh = refresh.lock().await;
        let Some(renewed) = refresh.unstored.take() else {
            continue;
        };
        match renewed.store(core, &server).await {
            Ok(true) => tracing::info!(%server, "the renewed grant of {server} was stored at last"),
            Ok(false) => renewed.give_back(core, &server),
            Err(error) => {
                tracing::error!(%server, %error, "the renewed grant of {server} is lost");
            }
        }
    }
    core.tasks_over().await;
}

/// Gives back a grant that came too late to be wanted.
pub(crate) fn revoke(core: &Arc<Core>, server: &ServerId, grant: Grant) {
    Revocation {
        url: grant.url,
        metadata: grant.metadata,
        client: grant.client,
        access_token: Some(grant.tokens.access_token),
        refresh_token: grant.tokens.refresh_token,
    }
    .spawn(core, server);
}

async fn seal(
    core: &Arc<Core>,
    server: &ServerId,
    tokens: &Tokens,
    issued_at: Millis,
) -> Result<GrantTokens, Error> {
    follow_key(core).await?;
    let seal = |column, text: &str| core.keys.seal(place(server, column), text);
    Ok(GrantTokens {
        access_token: seal(ACCESS, tokens.access_token.expose())?,
        refresh_token: tokens
            .refresh_token
            .as_ref()
            .map(|token| seal(REFRESH, token.expose()))
            .transpose()?,
        scopes: tokens.scopes.as_ref().map(ToString::to_string),
        issued_at,
        expires_at: tokens
            .expires_in
            // A life of nothing is no life that anybody could mean: as if it were not stated.
            .filter(|life| !life.is_zero())
            .map(|life| issued_at.saturating_add(millis(life))),
        account: tokens
            .account
            .as_ref()
            .map(|account| account.as_str().to_owned()),
    })
}

fn access_token(core: &Core, row: &GrantRow) -> Result<Option<AccessToken>, VaultError> {
    let sealed = row.access_token.as_ref();
    let token = sealed.map(|sealed| core.keys.unseal(place(&row.server, ACCESS), sealed));
    Ok(token
        .transpose()?
        .map(|token| AccessToken::new(token.as_str())))
}

fn refresh_token(core: &Core, row: &GrantRow) -> Result<Option<RefreshToken>, VaultError> {
    let sealed = row.refresh_token.as_ref();
    let token = sealed.map(|sealed| core.keys.unseal(place(&row.server, REFRESH), sealed));
    Ok(token
        .transpose()?
        .map(|token| RefreshToken::new(token.as_str())))
}

const ACCESS: &str = "access_token";
const REFRESH: &str = "refresh_token";

fn place<'a>(server: &'a ServerId, column: &'a str) -> Place<'a> {
    Place {
        table: "grant",
        column,
        row: server.as_str(),
    }
}
