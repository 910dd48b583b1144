//! What is known of a server only while the program runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use drawbridge_oauth::Scopes;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::activity::Step;
use crate::error::Error;
use crate::grant::RefreshState;
use crate::ids::{AttemptId, RegistrationId};
use crate::session::Session;
use crate::sign_in::SignInPrompt;
use crate::store::Beginning;
use crate::view::{Connection, ErrorView, Millis, SignInStep, Surface};

/// The running side of one server.
#[derive(Default)]
pub(crate) struct Live {
    state: Mutex<LiveState>,
    /// Held while a grant comes or goes by the person's will, so that neither overtakes the other.
    pub(crate) settling: tokio::sync::Mutex<()>,
    /// Something has changed that decides whether calls can be made; the keeper of the session looks.
    pub(crate) nudge: Notify,
    /// Calls open something else than before: the server may list other tools.
    pub(crate) access: Notify,
    /// The person wants the next try of an open session now.
    pub(crate) retry: Notify,
    /// Held by whoever listens for the browser to come back, so that its port is free again before
    /// the next one wants it.
    pub(crate) listening: Arc<tokio::sync::Mutex<()>>,
}

/// Changes in short, synchronous steps.
pub(crate) struct LiveState {
    pub(crate) attempt: Option<Attempt>,
    /// What is told of the page of the attempt, until its answer comes.
    pub(crate) page: Option<Step>,
    /// One that is won, and whose grant is being stored.
    pub(crate) storing: Option<Attempt>,
    /// Held by whoever refreshes the grant: one at a time (rule G1). A new grant has a new one, so
    /// that it does not wait for a refresh of the old.
    pub(crate) refresh: Arc<tokio::sync::Mutex<RefreshState>>,
    /// How often the person did not want to wait for the next refresh.
    pub(crate) times_hurried: u64,
    pub(crate) connection: Connection,
    pub(crate) session: Option<Arc<Session>>,
    /// Those before it, whose calls come to their end first.
    pub(crate) spared: Vec<Weak<Session>>,
    /// Ends the task that keeps the session.
    pub(crate) keeper: Option<CancellationToken>,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) occasion: Occasion,
    /// What sign-ins here for more access did not bring (rule G7).
    pub(crate) not_given: Scopes,
    /// Since when the grant was over of whose end front ends were told last (rule G9).
    pub(crate) told_end: Option<Millis>,
    /// What front ends were told last that the server wants more.
    pub(crate) told_needs: Scopes,
    /// Of the grant, as it was read last.
    pub(crate) grant_revision: Option<i64>,
    /// The digest of a token that was refreshed and has not been accepted here yet (rule G6).
    pub(crate) untested: Option<[u8; 32]>,
}

/// Why a session is being opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// The person wants it, or the program starts.
    #[default]
    Wanted,
    /// It is the first one of a new grant.
    SignedIn,
    /// The one before it was lost.
    Lost,
    /// The last try failed.
    Retry,
}

/// A sign-in that is under way.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) id: AttemptId,
    pub(crate) step: SignInStep,
    pub(crate) since: Millis,
    pub(crate) surface: Surface,
    pub(crate) cancel: CancellationToken,
    /// What it began with, once that was read.
    pub(crate) beginning: Option<Arc<Beginning>>,
    /// Its page, once there is one.
    pub(crate) prompt: Option<SignInPrompt>,
    /// The client that it is made with, once there is one.
    pub(crate) registration: Option<RegistrationId>,
}

impl Attempt {
    /// Whether the person has not stopped it; the end of the program (`stop`) does not count.
    pub(crate) fn is_wanted(&self, stop: &CancellationToken) -> bool {
        stop.is_cancelled() || !self.cancel.is_cancelled()
    }
}

/// How the last sign-in ended, if not well.
pub(crate) struct Trouble {
    pub(crate) error: ErrorView,
    /// Not the person's own doing.
    pub(crate) fault: bool,
}

impl Trouble {
    /// Of a sign-in that ended with this; none if the person ended it.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        (!matches!(error, Error::SignInCancelled)).then(|| Self {
            error: error.view(),
            fault: !error.is_the_persons_choice(),
        })
    }
}

impl Default for LiveState {
    fn default() -> Self {
        Self {
            attempt: None,
            page: None,
            storing: None,
            refresh: Arc::default(),
            times_hurried: 0,
            connection: Connection::Idle,
            session: None,
            spared: Vec::new(),
            keeper: None,
            trouble: None,
            occasion: Occasion::default(),
            not_given: Scopes::default(),
            told_end: None,
            told_needs: Scopes::default(),
            grant_revision: None,
            untested: None,
        }
    }
}

impl LiveState {
    /// Whether a sign-in is under way, until its grant is stored.
    pub(crate) fn is_signing_in(&self) -> bool {
        self.attempt.is_some() || self.storing.is_some()
    }

    /// Another session takes the place of this one, whose calls come to their end first.
    pub(crate) fn spare(&mut self, session: &Arc<Session>) {
        session.spare();
        self.spared.retain(|spared| spared.strong_count() > 0);
        self.spared.push(Arc::downgrade(session));
    }

    /// A list was read over the open session.
    pub(crate) fn count_tools(&mut self, count: usize) {
        if let Connection::Connected { tools } = &mut self.connection {
            *tools = count;
        }
    }
}

impl Live {
    pub(crate) fn state(&self) -> MutexGuard<'_, LiveState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the attempt, unless it is no longer the one that runs; says whether it was.
    pub(crate) fn advance(&self, id: &AttemptId, change: impl FnOnce(&mut Attempt)) -> bool {
        let mut state = self.state();
        let attempt = state.attempt.as_mut().filter(|attempt| attempt.id == *id);
        attempt.map(change).is_some()
    }

    /// Whether the attempt is the one that runs.
    pub(crate) fn runs(&self, id: &AttemptId) -> bool {
        self.advance(id, |_| {})
    }

    /// Keeps what is told of the page, if the attempt is the one that runs; says whether it is.
    pub(crate) fn advance_page(&self, id: &AttemptId, page: Step) -> bool {
        let mut state = self.state();
        let runs = state.attempt.as_ref().is_some_and(|it| it.id == *id);
        if runs {
            state.page = Some(page);
        }
        runs
    }

    /// Takes the attempt away, if it is the one that runs, and goes on showing it until its grant is
    /// stored. One that the person has stopped runs no more, though it is still shown; one that ends
    /// with the program (`stop`) is kept.
    pub(crate) fn begin_storing(
        &self,
        id: &AttemptId,
        stop: &CancellationToken,
    ) -> Option<Attempt> {
        let mut state = self.state();
        let won = state
            .attempt
            .take_if(|attempt| attempt.id == *id && attempt.is_wanted(stop))?;
        state.trouble = None;
        state.storing = Some(won.clone());
        Some(won)
    }

    /// Takes the attempt away, if it is the one that runs and is where `ends` wants it.
    pub(crate) fn end_attempt(
        &self,
        id: &AttemptId,
        trouble: Option<Trouble>,
        ends: impl FnOnce(SignInStep) -> bool,
    ) -> Option<Attempt> {
        let mut state = self.state();
        let ended = state
            .attempt
            .take_if(|attempt| attempt.id == *id && ends(attempt.step))?;
        state.trouble = trouble;
        Some(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(stop: &CancellationToken) -> (Live, Attempt) {
        let attempt = Attempt {
            id: AttemptId::random(),
            step: SignInStep::Exchanging,
            since: 0,
            surface: Surface::Popup,
            cancel: stop.child_token(),
            beginning: None,
            prompt: None,
            registration: None,
        };
        let live = Live::default();
        live.state().attempt = Some(attempt.clone());
        (live, attempt)
    }

    // rule: G11
    #[test]
    fn what_the_person_has_stopped_is_not_stored_though_it_is_still_shown() {
        let stop = CancellationToken::new();
        let (live, attempt) = running(&stop);
        attempt.cancel.cancel();
        assert!(live.begin_storing(&attempt.id, &stop).is_none());
        assert!(live.runs(&attempt.id));
    }

    // rule: G4
    #[test]
    fn the_end_of_the_program_stops_no_grant_from_being_stored() {
        let stop = CancellationToken::new();
        let (live, attempt) = running(&stop);
        stop.cancel();
        assert!(live.begin_storing(&attempt.id, &stop).is_some());
    }
}
