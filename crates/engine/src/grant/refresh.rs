//! Renewing a grant, one refresh at a time.

use std::sync::Arc;

use drawbridge_oauth::{
    AccessToken, Http, RefreshToken, Resource, Scopes, ServerMetadata, TokenError, Tokens,
    client_credentials, discover_server,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::ending::end;
use super::life::{Age, age, is_just_issued};
use super::patience::RefreshState;
use super::revocation::Revocation;
use super::unusable::{busy, readable, sealed, stopping, unavailable, unlocked, unread, usable};
use super::verdict::refused;
use super::{Client, access_token, refresh_token, renewal, seal};
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::kill_point::kill_point;
use crate::neighbours::acknowledge_renewal;
use crate::session::AuthFailure;
use crate::sign_in::leniency;
use crate::store::{GrantLock, GrantRow, ServerRow};
use crate::view::{Deed, ErrorView, Millis, ReauthReason};

/// What a refresh brought.
pub(super) struct Renewed {
    /// Of the grant that was refreshed.
    revision: i64,
    /// What that opened.
    scopes: Scopes,
    /// When they were asked for: the life of a token begins before its answer is here, and the answer
    /// may come over a sleep.
    asked_at: Millis,
    /// Of the MCP server.
    url: Url,
    metadata: ServerMetadata,
    client: Client,
    tokens: Tokens,
}

/// Why a refresh is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    /// The token ends, or has ended, by its own date.
    Age,
    /// The server refused it.
    Refused,
}

/// A token that will not do.
pub(super) struct Failed {
    pub(super) token: AccessToken,
    /// Of the grant that it was read from, if that is known: some authorization servers give the same
    /// token a new life, and then its text does not say which of the two was refused.
    pub(super) revision: Option<i64>,
}

/// Gets a token that is newer than `failed`, by refreshing or by finding that somebody has.
///
/// The work goes on when the caller goes away (rule G4), and no caller waits for ever.
pub(super) async fn refresh(
    core: &Arc<Core>,
    server: &ServerId,
    failed: Failed,
    why: Why,
) -> Result<AccessToken, AuthFailure> {
    let task = core.tasks.spawn({
        let core = core.clone();
        let server = server.clone();
        async move {
            let outcome = in_turn(&core, &server, &failed, why).await;
            // Whether calls can be made may have changed, and the keeper of the session shows it.
            if let Some(live) = core.live_if_any(&server) {
                live.nudge.notify_one();
            }
            outcome
        }
    });
    match task.await {
        Ok(outcome) => outcome,
        Err(_) => Err(stopping(core)),
    }
}

/// Alone among all callers, and among all processes.
async fn in_turn(
    core: &Arc<Core>,
    server: &ServerId,
    failed: &Failed,
    why: Why,
) -> Result<AccessToken, AuthFailure> {
    let queue = core.live(server).state().refresh.clone().lock_owned();
    let queue = tokio::time::timeout(core.limits.refresh_wait, queue);
    let Some(queued) = core.stop.run_until_cancelled(queue).await else {
        return Err(stopping(core));
    };
    let Ok(mut state) = queued else {
        return Err(unavailable(core, busy()));
    };
    let lock = match state.lock.take() {
        Some(lock) => lock,
        None => match core.stop.run_until_cancelled(only_one(core, server)).await {
            None => return Err(stopping(core)),
            Some(Ok(lock)) => lock,
            // Somebody may have renewed it all the same.
            Some(Err(error)) => {
                return match look(core, server, failed, why, &mut state).await? {
                    Found::Newer(token) => Ok(token),
                    Found::Due(_) => Err(state.put_off_at_home(core, why, error)),
                };
            }
        },
    };
    let outcome = match renew(core, server, failed, why, &mut state).await {
        // The answer took longer than its token lives.
        Ok(token) if is_over(core, server).await => {
            let revision = None;
            let over = Failed { token, revision };
            renew(core, server, &over, Why::Age, &mut state).await
        }
        Err(AuthFailure::Unavailable { .. }) if next_try(core, &state).await => {
            renew(core, server, failed, why, &mut state).await
        }
        outcome => outcome,
    };
    // Nobody else may spend the old token meanwhile.
    state.lock = state.unstored.is_some().then_some(lock);
    outcome
}

/// Waits for the next try, if that comes soon: a token endpoint that is not ready for a moment fails
/// no call (rule G5).
async fn next_try(core: &Core, state: &RefreshState) -> bool {
    let Some(at) = state.blocked_until(core.clock.now()) else {
        return false;
    };
    let wait = core.clock.until(at);
    if wait > core.limits.refresh_patience {
        return false;
    }
    let mut roused = core.roused();
    tokio::select! {
        () = tokio::time::sleep(wait) => true,
        Ok(()) = roused.changed() => true,
        () = core.stop.cancelled() => false,
    }
}

/// Whether the token that was stored last has ended by its own date, and another can be had.
async fn is_over(core: &Core, server: &ServerId) -> bool {
    let row = core.store.grant(server).await.ok().flatten();
    row.is_some_and(|row| {
        let age = age(row.issued_at, row.expires_at, core.clock.now());
        row.refresh_token.is_some() && age == Age::Ended
    })
}

/// The right to refresh this grant, over all processes; why it cannot be had.
async fn only_one(core: &Core, server: &ServerId) -> Result<GrantLock, ErrorView> {
    let others = core.store.lock_grant(server, core.limits.refresh_wait);
    match others.await {
        Ok(Some(lock)) => Ok(lock),
        Ok(None) => Err(busy()),
        Err(error) => Err(unlocked(server, error)),
    }
}

/// What a look at the grant finds.
enum Found {
    /// Somebody has renewed it.
    Newer(AccessToken),
    /// A refresh is due.
    Due(Box<GrantRow>),
}

/// Looks at the grant as it is now: inside the lock, whoever waited finds what the one before has
/// stored (rule G1).
async fn look(
    core: &Arc<Core>,
    server: &ServerId,
    failed: &Failed,
    why: Why,
    state: &mut RefreshState,
) -> Result<Found, AuthFailure> {
    let row = present(core, server, state).await?;
    let token = readable(core, &row, access_token(core, &row)).await?;
    // An old token may have got a new life.
    let is_renewed = |token: &AccessToken| {
        let age = age(row.issued_at, row.expires_at, core.clock.now());
        token.expose() != failed.token.expose()
            || failed.revision.is_some_and(|seen| seen != row.revision)
            || (why == Why::Age && age == Age::Good)
    };
    if let Some(token) = token.filter(is_renewed) {
        state.succeeded();
        return Ok(Found::Newer(token));
    }
    match state.blocks(core.clock.now()) {
        Some(failure) => Err(failure),
        None => Ok(Found::Due(Box::new(row))),
    }
}

async fn present(
    core: &Arc<Core>,
    server: &ServerId,
    state: &mut RefreshState,
) -> Result<GrantRow, AuthFailure> {
    let row = usable(core, server).await;
    match &row {
        Ok(row) => state.catch_up(core, row),
        Err(AuthFailure::Unavailable { .. }) => {}
        Err(_) => state.give_back(core, server),
    }
    row
}

async fn renew(
    core: &Arc<Core>,
    server: &ServerId,
    failed: &Failed,
    why: Why,
    state: &mut RefreshState,
) -> Result<AccessToken, AuthFailure> {
    let mut row = match look(core, server, failed, why, state).await? {
        Found::Newer(token) => return Ok(token),
        Found::Due(row) => row,
    };
    if let Some(renewed) = state.unstored.take() {
        return keep(core, server, renewed, why, state).await;
    }
    let entry = match core.server(server).await {
        Ok(entry) => entry,
        Err(Error::Store(error)) => return Err(unread(core, server, &error)),
        Err(_) => return Err(AuthFailure::SignInNeeded),
    };
    // The person may have switched it off since the sign-in (rule T4).
    row.resource.take_if(|_| entry.sign_in.omit_resource);
    let refresh_token = readable(core, &row, refresh_token(core, &row)).await?;
    // A client of its own asks anew, which needs no refresh token (RFC 6749 §4.4.3).
    if refresh_token.is_none() && !entry.signs_in_by_itself() {
        let reason = match age(row.issued_at, row.expires_at, core.clock.now()) {
            Age::Ended => ReauthReason::Expired,
            _ => ReauthReason::RejectedByServer,
        };
        return Err(end(core, &row, reason).await);
    }
    // A server that refuses what was just issued would be asked for ever (rule G6). A token that is
    // over by its own date is refused with good reason.
    let now = core.clock.now();
    let age = age(row.issued_at, row.expires_at, now);
    let surprising = why == Why::Refused && matches!(age, Age::Good | Age::Ending);
    let untested =
        row.untested && core.live(server).state().untested == Some(digest(&failed.token));
    let fresh =
        why == Why::Refused && age != Age::Ended && untested && is_just_issued(row.issued_at, now);
    if fresh || (surprising && state.is_worn_out(now)) {
        return Err(end(core, &row, ReauthReason::RejectedByServer).await);
    }
    let client = match Client::of(core, &entry, &row).await {
        Ok(client) => client,
        Err(Error::Vault(error)) => return Err(sealed(core, &row, &error).await),
        Err(Error::Store(error)) => return Err(unread(core, server, &error)),
        Err(_) => return Err(end(core, &row, ReauthReason::ClientRejected).await),
    };
    let stored = (serde_json::from_str(&row.metadata), Url::parse(&entry.url));
    let (Ok(mut metadata), Ok(url)) = stored else {
        return Err(end(core, &row, ReauthReason::Unreadable).await);
    };
    let http = core.http_for(&url).await;
    match core.store.begin_renewal(server, row.revision, now).await {
        Ok(true) => {}
        Ok(false) => return newest(core, server).await,
        Err(error) => {
            tracing::error!(%server, %error, "the grant of {server} is not renewed: it could not be stored");
            return Err(state.put_off_at_home(core, why, ErrorView::of_store(&error)));
        }
    }
    kill_point("renewal_noted");
    let step = core.journal.deed(server, Deed::Refresh);
    let (http, token) = (step.http(&http), refresh_token.as_ref());
    let mut answer = ask(core, &http, &metadata, &client, token, &row).await;
    let is_off = state.has_failed() && tokens_are_elsewhere(&metadata);
    let may_have_moved = |error: &TokenError| error.is_gone() || (is_off && error.is_unsent());
    if answer.as_ref().is_err_and(may_have_moved) {
        core.metadata.forget(&metadata);
        if let Some(moved) = moved(&http, &entry, &metadata).await {
            answer = ask(core, &http, &moved, &client, token, &row).await;
            metadata = moved;
        }
    }
    let mut story = renewal::begun(why, &answer);
    let outcome = match answer {
        Ok(tokens) => {
            kill_point("refresh_answered");
            let renewed = Renewed {
                revision: row.revision,
                scopes: Scopes::parse(&row.scopes),
                asked_at: now,
                url,
                metadata,
                client,
                tokens,
            };
            if surprising {
                state.note_surprise(now);
            }
            keep(core, server, renewed, why, state).await
        }
        Err(error) => {
            core.metadata.forget(&metadata);
            Err(refused(core, &row, (why, now), &error, state).await)
        }
    };
    renewal::over(&mut story, server, &outcome);
    step.tell(story);
    outcome
}

/// Whether the issuer may answer while nobody is there who gives tokens.
fn tokens_are_elsewhere(known: &ServerMetadata) -> bool {
    known.token_endpoint.origin() != known.asked().url().origin()
}

/// What the same issuer says now, if that is another token endpoint (rule A6).
async fn moved(http: &Http, entry: &ServerRow, known: &ServerMetadata) -> Option<ServerMetadata> {
    let leniency = leniency(&entry.sign_in);
    let found = discover_server(http, known.asked(), &leniency).await.ok()?;
    let now = found.metadata;
    let is_the_same = (&now.issuer, &now.asked) == (&known.issuer, &known.asked);
    (is_the_same && now.token_endpoint != known.token_endpoint).then_some(now)
}

/// One request at the token endpoint, for the resource that the grant is for (rule T4).
async fn ask(
    core: &Core,
    http: &Http,
    metadata: &ServerMetadata,
    client: &Client,
    refresh_token: Option<&RefreshToken>,
    row: &GrantRow,
) -> Result<Tokens, TokenError> {
    let proof = client.proof(metadata, &core.clock)?;
    let resource = row.resource.as_deref().map(Resource::new);
    let resource = resource.as_ref();
    if let Some(token) = refresh_token {
        return drawbridge_oauth::refresh(http, metadata, proof.auth(), token, resource).await;
    }
    let scopes = Scopes::parse(&row.scopes);
    client_credentials(http, metadata, proof.auth(), &scopes, resource).await
}

/// Stores the new tokens before anybody may use them (rule G4).
async fn keep(
    core: &Arc<Core>,
    server: &ServerId,
    renewed: Renewed,
    why: Why,
    state: &mut RefreshState,
) -> Result<AccessToken, AuthFailure> {
    let tokens = &renewed.tokens;
    match renewed.store(core, server).await {
        Ok(true) => {
            kill_point("refresh_stored");
            acknowledge_renewal(core, server, renewed.revision + 1);
            if renewed.opens_something_else() {
                core.live(server).access.notify_one();
            }
            state.succeeded();
            core.live(server).state().untested = Some(digest(&tokens.access_token));
            tracing::info!(%server, "the grant of {server} was renewed");
            core.publish(server).await;
            Ok(renewed.tokens.access_token)
        }
        // Signed out, removed or signed in anew meanwhile: what came back is nobody's.
        Ok(false) => {
            renewed.give_back(core, server);
            newest(core, server).await
        }
        Err(error) => {
            tracing::error!(%server, %error, "the renewed grant of {server} was not stored");
            state.unstored = Some(renewed);
            Err(state.put_off_at_home(core, why, error.view()))
        }
    }
}

/// The token of a grant that is not the one it was.
async fn newest(core: &Arc<Core>, server: &ServerId) -> Result<AccessToken, AuthFailure> {
    let row = usable(core, server).await?;
    access_token(core, &row)
        .ok()
        .flatten()
        .ok_or(AuthFailure::SignInNeeded)
}

impl Renewed {
    fn opens_something_else(&self) -> bool {
        let now = self.tokens.scopes.as_ref();
        now.is_some_and(|now| !now.open_the_same_as(&self.scopes))
    }

    /// Nobody wants it any more.
    pub(super) fn give_back(self, core: &Arc<Core>, server: &ServerId) {
        Revocation {
            url: self.url,
            metadata: self.metadata,
            client: self.client,
            access_token: Some(self.tokens.access_token),
            refresh_token: self.tokens.refresh_token,
        }
        .spawn(core, server);
    }

    /// Stores it, if the grant is still the one that was refreshed.
    pub(super) async fn store(&self, core: &Arc<Core>, server: &ServerId) -> Result<bool, Error> {
        // The clock may have been set back since.
        let issued_at = self.asked_at.min(core.clock.now());
        let sealed = seal(core, server, &self.tokens, issued_at).await?;
        let metadata = serde_json::to_string(&self.metadata).map_err(|_| Error::Corrupt)?;
        Ok(core
            .store
            .renew_grant(server, self.revision, &sealed, &metadata)
            .await?)
    }
}

pub(super) fn digest(token: &AccessToken) -> [u8; 32] {
    Sha256::digest(token.expose()).into()
}
