//! The task behind one connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::outcome::{NextTry, passes};
use super::rereading::Rereading;
use super::returning::Returning;
use crate::activity::{Exchanges, Step, Story};
use crate::core::{Core, Roused};
use crate::error::Error;
use crate::grant::{self, Broker};
use crate::ids::ServerId;
use crate::question::respondent;
use crate::server::{LiveState, Occasion, configured_headers};
use crate::session::{AuthFailure, Era, Session, SessionError, SessionNotice, SessionOptions};
use crate::view::{Connection, Decision, Deed, Event, FactName, ToolView};

/// From one renewal to the next at the least: a token without a life would be renewed for ever.
const RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// When all servers are roused, they begin within this time.
const SPREAD: Duration = Duration::from_secs(1);

/// The extension for servers without a person (MCP, `ext-auth`).
const CLIENT_CREDENTIALS: &str = "io.modelcontextprotocol/oauth-client-credentials";

/// Why another session is tried.
enum Moment {
    Due,
    Roused,
}

/// What a server lists, and whether the database has the same.
struct Listed {
    tools: Vec<ToolView>,
    are_stored: bool,
}

/// The task behind one connection. It writes only while it is the one that is wanted.
pub(super) struct Keeper {
    pub(super) core: Arc<Core>,
    pub(super) server: ServerId,
    pub(super) cancelled: CancellationToken,
}

impl Keeper {
    pub(super) async fn run(self) {
        let limits = &self.core.limits;
        let mut wait = limits.first_retry;
        let mut returning = Returning::new(limits.first_retry, limits.last_retry);
        let mut roused = self.core.roused();
        let live = self.core.live(&self.server);
        loop {
            let opened = tokio::select! {
                biased;
                () = self.cancelled.cancelled() => return,
                opened = self.establish() => opened,
            };
            let failure = match opened {
                Ok((session, mut notices)) => {
                    let since = Instant::now();
                    let held = self.hold(&session, &mut notices, &mut roused);
                    let failure = self.cancelled.run_until_cancelled(held).await;
                    // One that breaks as soon as it is open is no reason to hurry.
                    if since.elapsed() > self.core.limits.last_retry {
                        wait = self.core.limits.first_retry;
                    }
                    if failure.is_some() {
                        self.spare(&session);
                    }
                    // The server may be gone; nobody waits until that is certain.
                    self.core.tasks.spawn(async move { session.finish().await });
                    let comes_back = failure.as_ref().filter(|error| may_come_back(error));
                    let comes_back = comes_back.is_some_and(|error| {
                        let is_forgotten = matches!(error, Error::Session(SessionError::Lost));
                        returning.may(since, Instant::now(), is_forgotten)
                    });
                    if let Some(error) = &failure {
                        self.tell_loss(error, comes_back);
                    }
                    if comes_back {
                        self.show(|state| {
                            state.connection = Connection::Connecting;
                            state.occasion = Occasion::Lost;
                            state.session = None;
                        })
                        .await;
                        continue;
                    }
                    failure
                }
                Err(error) => Some(error),
            };
            let Some(error) = failure else { return };
            let Some(next) = self.settle(&error, wait).await else {
                return;
            };
            tokio::select! {
                biased;
                () = self.cancelled.cancelled() => return,
                // Meant for the session, which was lost at the same moment.
                () = live.retry.notified() => wait = self.core.limits.first_retry,
                moment = self.moment(&next, &mut roused) => wait = match moment {
                    Moment::Roused => self.core.limits.first_retry,
                    Moment::Due => (wait * 2).min(self.core.limits.last_retry),
                },
            }
            self.core.journal.connects(&self.server);
            self.show(|state| {
                state.connection = Connection::Connecting;
                state.occasion = Occasion::Retry;
            })
            .await;
        }
    }

    /// Lets the calls of the session come to their end, unless it was taken back meanwhile.
    fn spare(&self, session: &Arc<Session>) {
        if let Some(live) = self.core.live_if_any(&self.server) {
            let mut state = live.state();
            if !self.cancelled.is_cancelled() {
                state.spare(session);
            }
        }
    }

    fn tell_loss(&self, error: &Error, comes_back: bool) {
        let journal = &self.core.journal;
        let mut story = Story::default();
        story.failed(error.view());
        if comes_back {
            story.decide(Decision::ReopenedAtOnce);
        }
        journal.happened(&self.server, Deed::SessionLost, story);
        if comes_back {
            journal.connects(&self.server);
        }
    }

    async fn establish(
        &self,
    ) -> Result<(Arc<Session>, mpsc::UnboundedReceiver<SessionNotice>), Error> {
        let core = &self.core;
        let callable = core.callable(&self.server).await?;
        let row = &callable.server;
        let (notify, notices) = mpsc::unbounded_channel();
        let url = Url::parse(&row.url).map_err(|_| Error::Corrupt)?;
        let exchanges = Exchanges::default();
        let step = (core.journal).step_of(&self.server, Deed::Session, &exchanges);
        let session = Session::open(SessionOptions {
            http: step.http(&core.http_for(&url).await),
            url,
            headers: configured_headers(core, &callable).await?,
            tokens: Arc::new(Broker::new(
                core.clone(),
                self.server.clone(),
                row.url.clone(),
            )),
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
        .await;
        let session = step.end(session.map_err(Error::from), |session, story| {
            story.fact(FactName::Era, session.era().as_str());
        })?;
        let session = Arc::new(session);
        let remembered = async {
            let era = session.era().as_str();
            if row.era.as_deref() != Some(era) {
                self.stored(core.store.set_era(&self.server, era).await);
            }
        };
        let step = (core.journal).step_of(&self.server, Deed::Tools, &exchanges);
        let (listed, ()) = tokio::join!(self.list(&session, step), remembered);
        exchanges.close();
        if let Err(error) = listed {
            session.close().await;
            return Err(error);
        }
        Ok((session, notices))
    }

    /// Reads the tools and shows them; the last good list stays over a failure.
    async fn list(&self, session: &Arc<Session>, step: Step) -> Result<(), Error> {
        let listed = self.listed(session).await;
        let listed = step.end(listed, |listed, story| {
            tell_count(listed.tools.len(), story);
        })?;
        self.keep(session, listed).await
    }

    /// Asks the server, and meanwhile what is stored.
    async fn listed(&self, session: &Arc<Session>) -> Result<Listed, Error> {
        let stored = self.core.store.tools(&self.server);
        let (tools, stored) = tokio::join!(session.list_tools(), stored);
        let tools = tools?;
        let are_stored = stored.is_ok_and(|stored| stored == tools);
        Ok(Listed { tools, are_stored })
    }

    async fn keep(&self, session: &Arc<Session>, listed: Listed) -> Result<(), Error> {
        // A change of the server ends this task in its turn: tools of the old address come too late.
        let live = self.core.live(&self.server);
        let _settling = live.settling.lock().await;
        if self.cancelled.is_cancelled() {
            return Err(SessionError::Cancelled.into());
        }
        let Listed { tools, are_stored } = listed;
        // Most servers list what they listed the last time.
        if !are_stored {
            self.stored(self.core.store.replace_tools(&self.server, &tools).await);
        }
        self.show(|state| {
            state.connection = Connection::Connected { tools: tools.len() };
            state.session = Some(session.clone());
            state.trouble = None;
            state.occasion = Occasion::default();
        })
        .await;
        self.core.events.send(Event::ToolsChanged {
            id: self.server.to_string(),
        });
        Ok(())
    }

    /// What can be had again holds up no session when the disk does not take it.
    fn stored(&self, outcome: Result<(), sqlx::Error>) {
        if let Err(error) = outcome {
            tracing::warn!(server = %self.server, %error, "not all of {} was stored", self.server);
        }
    }

    /// Stays with an open session until it is lost.
    async fn hold(
        &self,
        session: &Arc<Session>,
        notices: &mut mpsc::UnboundedReceiver<SessionNotice>,
        roused: &mut watch::Receiver<Roused>,
    ) -> Error {
        let live = self.core.live(&self.server);
        let limits = &self.core.limits;
        let mut rereading = Rereading::new(limits.first_retry, limits.last_retry);
        let mut earliest = Instant::now();
        let mut is_told = false;
        loop {
            tokio::select! {
                biased;
                notice = notices.recv() => {
                    match notice {
                        Some(SessionNotice::ToolsChanged) => {
                            is_told = true;
                            rereading.wanted(Instant::now());
                        }
                        Some(SessionNotice::ListenedAgain) => rereading.wanted(Instant::now()),
                        Some(SessionNotice::Lost(error)) => return error.into(),
                        None => return SessionError::Lost.into(),
                    }
                }
                () = rereading.is_due() => match self.list_again(session, is_told).await {
                    Err(error) if may_come_back(&error) => return error,
                    read => {
                        let once_more = read.is_err_and(|error| may_be_read_later(&error));
                        is_told &= once_more;
                        rereading.done(Instant::now(), once_more);
                    }
                },
                () = live.nudge.notified() => {
                    // It cuts off a renewal that fails, and with it when the next may be.
                    earliest = earliest.max(Instant::now() + limits.first_retry);
                    self.show_standstill().await;
                }
                () = live.access.notified() => rereading.wanted(Instant::now()),
                Ok(()) = roused.changed() => earliest = Instant::now() + self.spread(),
                () = live.retry.notified() => {
                    earliest = Instant::now();
                    self.show_trying().await;
                }
                next = self.renew(earliest) => earliest = next,
            }
        }
    }

    async fn list_again(&self, session: &Arc<Session>, is_told: bool) -> Result<(), Error> {
        let read = if is_told {
            self.list(session, self.tools_changed()).await
        } else {
            self.look_again(session).await
        };
        if let Err(error) = &read {
            tracing::warn!(
                server = %self.server, code = error.code(),
                "the tools of {} were not read again", self.server,
            );
        }
        read
    }

    /// Reads the tools, and tells of it only where they are others.
    async fn look_again(&self, session: &Arc<Session>) -> Result<(), Error> {
        let listed = self.listed(session).await?;
        if listed.are_stored {
            return Ok(());
        }
        let mut story = Story::default();
        tell_count(listed.tools.len(), &mut story);
        self.tools_changed().tell(story);
        self.keep(session, listed).await
    }

    fn tools_changed(&self) -> Step {
        self.core.journal.deed(&self.server, Deed::ToolsChanged)
    }

    /// Renews the grant when that is due, if it ever is; says when it may be done again.
    async fn renew(&self, earliest: Instant) -> Instant {
        let due = match grant::renewal_due(&self.core, &self.server).await {
            Ok(Some(due)) => due,
            Ok(None) => return std::future::pending().await,
            Err(error) => {
                let server = &self.server;
                tracing::warn!(%server, %error, "when to renew the grant of {server} is not known");
                tokio::time::sleep(self.core.limits.last_retry).await;
                return earliest;
            }
        };
        let pause = earliest.saturating_duration_since(Instant::now());
        tokio::time::sleep(due.max(pause)).await;
        let pause = match grant::renew(&self.core, &self.server).await {
            // What it waits for is part of when the next one is due, unless it did not come so far.
            Err(AuthFailure::Unavailable { retry_at, .. }) => {
                let wait = self.core.clock.until(retry_at);
                wait.min(self.core.limits.first_retry)
            }
            Ok(()) => RENEWAL_PAUSE,
            Err(failure) => {
                tracing::info!(
                    server = %self.server, code = failure.code(),
                    "the grant of {} was not renewed ahead of time", self.server,
                );
                RENEWAL_PAUSE
            }
        };
        Instant::now() + pause
    }

    /// Ends when the next try is due by the wall clock, which goes on while the computer sleeps, and may
    /// be set; or when everything that waits is roused, unless the server still wants to be left alone.
    async fn moment(&self, next: &NextTry, roused: &mut watch::Receiver<Roused>) -> Moment {
        let clock = &self.core.clock;
        let latest = Instant::now() + clock.until(next.at);
        loop {
            let rest = latest.saturating_duration_since(Instant::now());
            tokio::select! {
                () = tokio::time::sleep(rest.min(clock.until(next.at))) => return Moment::Due,
                Ok(()) = roused.changed() => {}
            }
            if next.asked.is_none_or(|at| clock.until(at).is_zero()) {
                // Not all servers at the same moment.
                tokio::time::sleep(self.spread()).await;
                return Moment::Roused;
            }
        }
    }

    fn spread(&self) -> Duration {
        let longest = self.core.limits.first_retry.min(SPREAD);
        longest.mul_f64(rand::random_range(0.0..=1.0))
    }

    /// Shows whether calls can be made: a session is open, and its token may be of no use (rule G5).
    async fn show_standstill(&self) {
        let Some(standstill) = grant::standstill(&self.core, &self.server).await else {
            return;
        };
        let shown = self.core.live(&self.server).state().connection.clone();
        let next = match (standstill, &shown) {
            (Some((error, at)), _) => Connection::Retrying { error, at },
            (None, Connection::Retrying { .. }) => {
                let tools = self.core.store.tools(&self.server).await;
                let tools = tools.map_or(0, |tools| tools.len());
                Connection::Connected { tools }
            }
            (None, _) => return,
        };
        if next != shown {
            self.show(|state| state.connection = next).await;
        }
    }

    async fn show_trying(&self) {
        let now = self.core.clock.now();
        self.show(|state| {
            if let Connection::Retrying { at, .. } = &mut state.connection {
                *at = now;
            }
        })
        .await;
    }

    pub(super) async fn show(&self, change: impl FnOnce(&mut LiveState)) {
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

fn tell_count(tools: usize, story: &mut Story) {
    story.fact(FactName::Tools, &tools.to_string());
}

/// Whether another session may be had at once where this one was lost.
fn may_come_back(error: &Error) -> bool {
    matches!(
        error,
        Error::Session(SessionError::Lost | SessionError::Unreachable(_))
    )
}

/// Whether a list that was not read is asked for again over the same session, from time to time.
fn may_be_read_later(error: &Error) -> bool {
    passes(error) || !matches!(error, Error::Session(SessionError::Auth(_)))
}
