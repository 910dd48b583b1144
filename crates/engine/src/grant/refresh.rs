//! Renewing a grant, one refresh at a time, and ending it when that is the truth.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use drawbridge_oauth::{
    AccessToken, Http, RefreshToken, Resource, Scopes, ServerMetadata, TokenError, TokenFailure,
    Tokens, client_credentials,
};
use sha2::{Digest, Sha256};
use url::Url;

use super::revocation::Revocation;
use super::{Client, access_token, refresh_token, seal};
use crate::clock::millis;
use crate::connection;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::session::AuthFailure;
use crate::store::{GrantRow, ServerRow};
use crate::vault::VaultError;
use crate::view::{ErrorView, Event, Millis, ReauthReason};

/// The first wait after a refresh that failed for now; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait, also where the server asks for a longer one.
const LAST_WAIT: Duration = Duration::from_mins(5);
/// The first wait after a refusal without a reason: four of them take a couple of minutes.
const FIRST_WAIT_UNEXPLAINED: Duration = Duration::from_secs(15);
/// So many refusals without a reason in a row are taken as a refusal.
const UNEXPLAINED: u32 = 4;
/// So many refreshes an hour after a surprising 401 are a server that refuses whatever it gets.
const SURPRISES_AN_HOUR: usize = 30;
const HOUR: Duration = Duration::from_hours(1);

/// What is known between two refreshes of one grant; whoever holds it refreshes.
#[derive(Default)]
pub(crate) struct RefreshState {
    wait: Option<Wait>,
    unexplained: u32,
    surprises: VecDeque<Millis>,
    /// What a refresh brought and the disk did not take: the old refresh token may be spent.
    unstored: Option<Renewed>,
}

/// What a refresh brought.
struct Renewed {
    /// Of the grant that was refreshed.
    revision: i64,
    http: Http,
    metadata: ServerMetadata,
    client: Client,
    tokens: Tokens,
}

struct Wait {
    until: Millis,
    length: Duration,
    error: ErrorView,
}

impl RefreshState {
    /// When the next refresh may begin, if the last one failed for now.
    pub(crate) fn blocked_until(&self) -> Option<Millis> {
        self.wait.as_ref().map(|wait| wait.until)
    }

    /// The person asked for it now.
    pub(crate) fn unblock(&mut self) {
        if let Some(wait) = &mut self.wait {
            wait.until = 0;
        }
    }

    fn blocks(&self, now: Millis) -> Option<AuthFailure> {
        let wait = self.wait.as_ref().filter(|wait| wait.until > now)?;
        Some(AuthFailure::Unavailable {
            error: wait.error.clone(),
            retry_at: wait.until,
        })
    }

    fn put_off(&mut self, core: &Core, error: ErrorView, least: Duration) -> AuthFailure {
        let length = self
            .wait
            .as_ref()
            .map_or(FIRST_WAIT, |wait| wait.length * 2)
            .min(LAST_WAIT);
        let wait = length.max(least).min(LAST_WAIT);
        // Never earlier than the server asks for.
        let until = core
            .clock
            .after(wait.mul_f64(rand::random_range(1.0..=1.1)));
        self.wait = Some(Wait {
            until,
            length,
            error: error.clone(),
        });
        AuthFailure::Unavailable {
            error,
            retry_at: until,
        }
    }

    /// Whether a 401 now is one too many.
    fn surprised(&mut self, now: Millis) -> bool {
        while self
            .surprises
            .front()
            .is_some_and(|at| now - at > millis(HOUR))
        {
            self.surprises.pop_front();
        }
        self.surprises.push_back(now);
        self.surprises.len() > SURPRISES_AN_HOUR
    }
}

/// Why a refresh is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The token ends, or has ended, by its own date.
    Age,
    /// The server refused it.
    Refused,
}

/// Gets a token that is newer than `failed`, by refreshing or by finding that somebody has.
///
/// The work goes on when the caller goes away (rule G4), and no caller waits for ever.
pub(crate) async fn refresh(
    core: &Arc<Core>,
    server: &ServerId,
    failed: AccessToken,
    why: Why,
) -> Result<AccessToken, AuthFailure> {
    let task = core.tasks.spawn({
        let core = core.clone();
        let server = server.clone();
        async move {
            let queue = core.live(&server).state().refresh.clone().lock_owned();
            let queue = tokio::time::timeout(core.limits.refresh_wait, queue);
            let Some(queued) = core.stop.run_until_cancelled(queue).await else {
                return Err(stopping(&core));
            };
            let Ok(mut state) = queued else {
                return Err(busy(&core));
            };
            let others = core.store.lock_grant(&server, core.limits.refresh_wait);
            let Some(locked) = core.stop.run_until_cancelled(others).await else {
                return Err(stopping(&core));
            };
            let _lock = match locked {
                Ok(Some(lock)) => lock,
                Ok(None) => return Err(busy(&core)),
                Err(error) => return Err(unlocked(&core, &server, &error)),
            };
            renew(&core, &server, &failed, why, &mut state).await
        }
    });
    match task.await {
        Ok(outcome) => outcome,
        Err(_) => Err(stopping(core)),
    }
}

async fn renew(
    core: &Arc<Core>,
    server: &ServerId,
    failed: &AccessToken,
    why: Why,
    state: &mut RefreshState,
) -> Result<AccessToken, AuthFailure> {
    // Read inside the lock: whoever waited finds what the one before has stored (rule G1).
    let row = usable(core, server).await?;
    let token = readable(core, &row, access_token(core, &row)).await?;
    if let Some(token) = token.filter(|token| token.expose() != failed.expose()) {
        return Ok(token);
    }
    if let Some(failure) = state.blocks(core.clock.now()) {
        return Err(failure);
    }
    if let Some(renewed) = state
        .unstored
        .take_if(|renewed| renewed.revision == row.revision)
    {
        return keep(core, server, renewed, state).await;
    }
    let entry = match core.server(server).await {
        Ok(entry) => entry,
        Err(Error::Store(error)) => return Err(unread(core, server, &error)),
        Err(_) => return Err(AuthFailure::SignInNeeded),
    };
    let refresh_token = readable(core, &row, refresh_token(core, &row)).await?;
    // A client of its own asks anew, which needs no refresh token (RFC 6749 §4.4.3).
    if refresh_token.is_none() && !entry.signs_in_by_itself() {
        let reason = match why {
            Why::Age => ReauthReason::Expired,
            Why::Refused => ReauthReason::RejectedByServer,
        };
        return Err(end(core, &row, reason).await);
    }
    // A server that refuses what was just issued would be asked for ever (rule G6).
    let untested = core.live(server).state().untested == Some(digest(failed));
    if why == Why::Refused && (untested || state.surprised(core.clock.now())) {
        return Err(end(core, &row, ReauthReason::RejectedByServer).await);
    }
    let client = match Client::of(core, &entry, &row).await {
        Ok(client) => client,
        Err(Error::Vault(error)) => return Err(sealed(core, &row, &error).await),
        Err(Error::Store(error)) => return Err(unread(core, server, &error)),
        Err(_) => return Err(end(core, &row, ReauthReason::ClientRejected).await),
    };
    let Ok(metadata) = serde_json::from_str::<ServerMetadata>(&row.metadata) else {
        return Err(end(core, &row, ReauthReason::Unreadable).await);
    };
    let Ok(url) = Url::parse(&entry.url) else {
        return Err(end(core, &row, ReauthReason::Unreadable).await);
    };
    let http = core.http_for(&url).await;
    let answer = ask(
        core,
        &http,
        &metadata,
        &client,
        refresh_token.as_ref(),
        &row,
    )
    .await;
    match answer {
        Ok(tokens) => {
            let renewed = Renewed {
                revision: row.revision,
                http,
                metadata,
                client,
                tokens,
            };
            keep(core, server, renewed, state).await
        }
        Err(error) => {
            core.metadata.forget(&metadata);
            Err(refused(core, &row, &error, state).await)
        }
    }
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
    state: &mut RefreshState,
) -> Result<AccessToken, AuthFailure> {
    let stored = match seal(core, server, &renewed.tokens) {
        Ok(sealed) => {
            let revision = renewed.revision;
            let stored = core.store.renew_grant(server, revision, &sealed).await;
            stored.map_err(Error::from)
        }
        Err(error) => Err(error.into()),
    };
    let tokens = &renewed.tokens;
    match stored {
        Ok(true) => {
            state.wait = None;
            state.unexplained = 0;
            core.live(server).state().untested = Some(digest(&tokens.access_token));
            tracing::info!(%server, "the grant of {server} was renewed");
            core.publish(server).await;
            Ok(renewed.tokens.access_token)
        }
        // Signed out, removed or signed in anew meanwhile: what came back is nobody's.
        Ok(false) => {
            Revocation {
                http: renewed.http,
                metadata: renewed.metadata,
                client: renewed.client,
                access_token: Some(renewed.tokens.access_token),
                refresh_token: renewed.tokens.refresh_token,
            }
            .spawn(core);
            let row = usable(core, server).await?;
            access_token(core, &row)
                .ok()
                .flatten()
                .ok_or(AuthFailure::SignInNeeded)
        }
        Err(error) => {
            tracing::error!(%server, %error, "the renewed grant of {server} was not stored");
            state.unstored = Some(renewed);
            Err(state.put_off(core, error.view(), FIRST_WAIT))
        }
    }
}

/// What a failed refresh means for the grant (rules G5, G5a, R7).
async fn refused(
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

/// Ends the grant and says so once; the row and its settings remain.
///
/// To its end, whoever goes away meanwhile: the session that asked is closed over it.
pub(crate) async fn end(core: &Arc<Core>, row: &GrantRow, reason: ReauthReason) -> AuthFailure {
    let stopped = core.clone();
    let (core, server, revision) = (core.clone(), row.server.clone(), row.revision);
    let task = core.tasks.clone().spawn(async move {
        end_now(&core, &server, revision, reason).await;
        // A grant that came in its place meanwhile is not the one that ended.
        usable(&core, &server).await.err()
    });
    match task.await {
        Ok(Some(failure)) => failure,
        Ok(None) => AuthFailure::Unavailable {
            error: Error::NotConnected.view(),
            retry_at: 0,
        },
        Err(_) => stopping(&stopped),
    }
}

async fn end_now(core: &Core, server: &ServerId, revision: i64, reason: ReauthReason) {
    let at = core.clock.now();
    match core.store.end_grant(server, revision, reason, at).await {
        Ok(true) => {
            connection::drop_session(core, server);
            core.publish(server).await;
            let entry = core.server(server).await;
            if entry.as_ref().is_ok_and(ServerRow::signs_in_by_itself) {
                tracing::warn!(%server, ?reason, "server {server} takes its client no longer");
                return;
            }
            core.events.send(Event::ReauthRequired {
                id: server.to_string(),
                name: entry.map(|entry| entry.name).unwrap_or_default(),
                reason,
                at,
            });
            tracing::warn!(%server, ?reason, "server {server} needs a new sign-in");
        }
        Ok(false) => {}
        Err(error) => tracing::error!(%server, %error, "the end of a grant was not stored"),
    }
}

/// The grant, if there is one that can be used.
pub(super) async fn usable(core: &Core, server: &ServerId) -> Result<GrantRow, AuthFailure> {
    let row = core.store.grant(server).await;
    let row = row.map_err(|error| unread(core, server, &error))?;
    let row = row.ok_or(AuthFailure::SignInNeeded)?;
    let Some(reason) = row.reauth_reason else {
        return Ok(row);
    };
    let entry = core.store.server(server).await;
    let entry = entry.map_err(|error| unread(core, server, &error))?;
    Err(match entry {
        Some(entry) if entry.signs_in_by_itself() => AuthFailure::CredentialsRefused(reason),
        _ => AuthFailure::ReauthRequired(reason),
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

async fn sealed(core: &Arc<Core>, row: &GrantRow, error: &VaultError) -> AuthFailure {
    match error {
        VaultError::Unreadable { .. } => end(core, row, ReauthReason::Unreadable).await,
        closed_vault => closed(core, closed_vault),
    }
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
    unavailable(core, "database", "The stored sign-in cannot be read now.")
}

fn busy(core: &Core) -> AuthFailure {
    unavailable(core, "refresh_busy", "Another refresh does not end.")
}

fn unlocked(core: &Core, server: &ServerId, error: &std::io::Error) -> AuthFailure {
    tracing::error!(%server, %error, "the lock of {server} cannot be taken");
    let message = "The data folder cannot be locked, so the sign-in is not renewed now.";
    unavailable(core, "data_folder", message)
}

fn stopping(core: &Core) -> AuthFailure {
    unavailable(core, "stopping", "Drawbridge is closing.")
}

fn unavailable(core: &Core, name: &str, message: &str) -> AuthFailure {
    AuthFailure::Unavailable {
        error: ErrorView {
            code: name.into(),
            message: message.into(),
            remedy: None,
        },
        retry_at: core.clock.after(core.limits.first_retry),
    }
}

pub(super) fn digest(token: &AccessToken) -> [u8; 32] {
    Sha256::digest(token.expose()).into()
}
