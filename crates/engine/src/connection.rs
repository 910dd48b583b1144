//! Keeps one MCP session a server: opens it, holds it, brings it back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::core::Core;
use crate::error::Error;
use crate::grant::{self, Broker};
use crate::ids::ServerId;
use crate::question::respondent;
use crate::server::{KEY_REFUSED, LiveState, configured_headers, signs_in};
use crate::session::{AuthFailure, Era, Session, SessionError, SessionNotice, SessionOptions};
use crate::sign_in::{self, Registering};
use crate::view::{AuthKind, Connection, ErrorView, Event, Millis};

/// From one renewal to the next at the least: a token without a life would be renewed for ever.
const RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// The extension for servers without a person (MCP, `ext-auth`).
const CLIENT_CREDENTIALS: &str = "io.modelcontextprotocol/oauth-client-credentials";

/// Opens a session in the place of the one that may be there.
pub(crate) async fn open(core: &Arc<Core>, server: &ServerId) {
    let keeper = core.stop.child_token();
    {
        let live = core.live(server);
        let mut state = live.state();
        release(&mut state);
        state.keeper = Some(keeper.clone());
        state.connection = Connection::Connecting;
    }
    let task = Keeper {
        core: core.clone(),
        server: server.clone(),
        cancelled: keeper,
    };
    core.publish(server).await;
    core.tasks.spawn(task.run());
}

/// Opens a session if there is none, as far as that needs nothing of the person.
pub(crate) async fn open_if_closed(core: &Arc<Core>, server: &ServerId) -> Result<(), Error> {
    if core.live(server).state().session.is_some() {
        return Ok(());
    }
    open_if_possible(core, server).await
}

/// Opens a session if the server is on and nothing is asked of the person first.
pub(crate) async fn open_if_possible(core: &Arc<Core>, server: &ServerId) -> Result<(), Error> {
    let row = core.server(server).await?;
    if !row.enabled {
        return Ok(());
    }
    let grant = if signs_in(core, &row).await? {
        match core.store.grant(server).await? {
            Some(grant) => Some(grant),
            None => return Ok(()),
        }
    } else {
        None
    };
    let is_dead = grant.is_some_and(|grant| grant.reauth_reason.is_some());
    if !is_dead {
        open(core, server).await;
    } else if row.signs_in_by_itself() {
        // Nobody is asked, so it may as well be tried again.
        sign_in::begin(core, row, Registering::default());
    }
    Ok(())
}

/// Ends the session and tells it.
pub(crate) async fn close(core: &Core, server: &ServerId) {
    drop_session(core, server);
    core.publish(server).await;
}

/// Ends the session; the caller tells it.
pub(crate) fn drop_session(core: &Core, server: &ServerId) {
    if let Some(live) = core.live_if_any(server) {
        let mut state = live.state();
        release(&mut state);
        state.after_sign_in = false;
    }
}

fn release(state: &mut LiveState) {
    if let Some(keeper) = state.keeper.take() {
        keeper.cancel();
    }
    state.session = None;
    state.connection = Connection::Idle;
}

/// The task behind one connection. It writes only while it is the one that is wanted.
struct Keeper {
    core: Arc<Core>,
    server: ServerId,
    cancelled: CancellationToken,
}

impl Keeper {
    async fn run(self) {
        let mut wait = self.core.limits.first_retry;
        loop {
            let opened = tokio::select! {
                biased;
                () = self.cancelled.cancelled() => return,
                opened = self.establish() => opened,
            };
            let failure = match opened {
                Ok((session, mut notices)) => {
                    let since = Instant::now();
                    let held = self.hold(&session, &mut notices);
                    let failure = self.cancelled.run_until_cancelled(held).await;
                    // One that breaks as soon as it is open is no reason to hurry.
                    if since.elapsed() > self.core.limits.last_retry {
                        wait = self.core.limits.first_retry;
                    }
                    // The server may be gone; nobody waits until that is certain.
                    self.core.tasks.spawn(async move { session.close().await });
                    failure
                }
                Err(error) => Some(error),
            };
            let Some(error) = failure else { return };
            let Some(at) = self.settle(&error, wait).await else {
                return;
            };
            tokio::select! {
                biased;
                () = self.cancelled.cancelled() => return,
                () = tokio::time::sleep(self.core.clock.until(at)) => {}
            }
            wait = (wait * 2).min(self.core.limits.last_retry);
            self.show(|state| state.connection = Connection::Connecting)
                .await;
        }
    }

    async fn establish(
        &self,
    ) -> Result<(Arc<Session>, mpsc::UnboundedReceiver<SessionNotice>), Error> {
        let core = &self.core;
        let row = core.server(&self.server).await?;
        let (notify, notices) = mpsc::unbounded_channel();
        let url = Url::parse(&row.url).map_err(|_| Error::Corrupt)?;
        let session = Session::open(SessionOptions {
            http: core.http_for(&url).await,
            url,
            headers: configured_headers(core, &self.server).await?,
            tokens: Arc::new(Broker::new(core.clone(), self.server.clone())),
            timeout: Duration::from_secs(row.timeout_seconds.into()),
            extensions: if row.signs_in_by_itself() {
                &[CLIENT_CREDENTIALS]
            } else {
                &[]
            },
            era: row.era.as_deref().and_then(Era::parse),
            respondent: respondent(core, &self.server, &row.name),
            notify,
        })
        .await?;
        let session = Arc::new(session);
        let era = session.era().as_str();
        if row.era.as_deref() != Some(era) {
            core.store.set_era(&self.server, era).await?;
        }
        if let Err(error) = self.list(&session).await {
            session.close().await;
            return Err(error);
        }
        Ok((session, notices))
    }

    /// Reads the tools and shows them; the last good list stays over a failure.
    async fn list(&self, session: &Arc<Session>) -> Result<(), Error> {
        let tools = session.list_tools().await?;
        let count = tools.len();
        // A change of the server ends this task in its turn: tools of the old address come too late.
        let live = self.core.live(&self.server);
        let _settling = live.settling.lock().await;
        if self.cancelled.is_cancelled() {
            return Err(SessionError::Cancelled.into());
        }
        self.core.store.replace_tools(&self.server, &tools).await?;
        self.show(|state| {
            state.connection = Connection::Connected { tools: count };
            state.session = Some(session.clone());
            state.trouble = None;
            state.after_sign_in = false;
        })
        .await;
        self.core.events.send(Event::ToolsChanged {
            id: self.server.to_string(),
        });
        Ok(())
    }

    /// Stays with an open session until it is lost.
    async fn hold(
        &self,
        session: &Arc<Session>,
        notices: &mut mpsc::UnboundedReceiver<SessionNotice>,
    ) -> Error {
        let mut pause = Duration::ZERO;
        loop {
            tokio::select! {
                biased;
                notice = notices.recv() => {
                    let mut notice = notice;
                    // However often it was said meanwhile, the list is read once.
                    while let (Some(SessionNotice::ToolsChanged), Ok(next)) =
                        (&notice, notices.try_recv())
                    {
                        notice = Some(next);
                    }
                    match notice {
                        Some(SessionNotice::ToolsChanged) => self.list_again(session).await,
                        Some(SessionNotice::Lost(error)) => return error.into(),
                        None => return SessionError::Lost.into(),
                    }
                }
                () = self.renew(pause) => pause = RENEWAL_PAUSE,
            }
        }
    }

    async fn list_again(&self, session: &Arc<Session>) {
        if let Err(error) = self.list(session).await {
            tracing::warn!(
                server = %self.server, code = error.code(),
                "the tools of {} were not read again", self.server,
            );
        }
    }

    /// Renews the grant when that is due, if it ever is.
    async fn renew(&self, pause: Duration) {
        let Some(due) = grant::renewal_due(&self.core, &self.server).await else {
            return std::future::pending().await;
        };
        tokio::time::sleep(due.max(pause)).await;
        if let Err(failure) = grant::renew(&self.core, &self.server).await {
            tracing::info!(
                server = %self.server, code = failure.code(),
                "the grant of {} was not renewed ahead of time", self.server,
            );
        }
    }

    /// Shows why there is no session; says when to try again, if that can help.
    async fn settle(&self, error: &Error, wait: Duration) -> Option<Millis> {
        // While the key cannot be had there is nothing to try: the person mends that first.
        let closed = match error {
            Error::Session(SessionError::Auth(AuthFailure::Unavailable { .. })) => {
                self.core.keys.vault().err().map(Error::Vault)
            }
            _ => None,
        };
        let error = closed.as_ref().unwrap_or(error);
        let retry_at = retry_at(error, self.core.clock.after(jittered(wait)));
        let connection = match (retry_at, error) {
            (Some(at), _) => Connection::Retrying {
                error: error.view(),
                at,
            },
            // What the person has to do is told by the other state machine (rule G8).
            (
                None,
                Error::Session(SessionError::Auth(
                    AuthFailure::SignInNeeded
                    | AuthFailure::ReauthRequired(_)
                    | AuthFailure::CredentialsRefused(_),
                )),
            ) => Connection::Idle,
            (None, _) => Connection::Failed {
                error: self.explained(error).await,
            },
        };
        tracing::info!(
            server = %self.server, code = error.code(),
            "server {} is not connected: {}", self.server, error.code(),
        );
        self.show(|state| {
            state.connection = connection;
            state.session = None;
            state.after_sign_in = false;
        })
        .await;
        retry_at
    }

    /// A refusal of the person's own headers is told as what it is.
    async fn explained(&self, error: &Error) -> ErrorView {
        let refused = matches!(
            error,
            Error::Session(SessionError::Auth(AuthFailure::Refused { .. }))
        );
        let kind = self.core.server(&self.server).await.map(|row| row.auth);
        match kind {
            Ok(AuthKind::Headers) if refused => ErrorView {
                code: KEY_REFUSED.to_owned(),
                message: "The server refused the key in the headers.".to_owned(),
                remedy: Some("Put a new key into the headers, in the settings.".to_owned()),
            },
            _ => error.view(),
        }
    }

    async fn show(&self, change: impl FnOnce(&mut LiveState)) {
        {
            let Some(live) = self.core.live_if_any(&self.server) else {
                return;
            };
            let mut state = live.state();
            if self.cancelled.is_cancelled() {
                return;
            }
            change(&mut state);
        }
        self.core.publish(&self.server).await;
    }
}

fn retry_at(error: &Error, next: Millis) -> Option<Millis> {
    match error {
        Error::Session(SessionError::Auth(AuthFailure::Unavailable { retry_at, .. })) => {
            Some(next.max(*retry_at))
        }
        Error::Session(error) if error.is_transient() => Some(next),
        _ => None,
    }
}

fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(0.9..=1.1))
}
