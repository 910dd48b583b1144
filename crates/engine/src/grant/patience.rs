//! How long a refresh that failed is put off, and how much of it a server gets.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::refresh::{Renewed, Why};
use super::wait::{Firmness, JITTER, LONGEST_ASKED, PutOff, Unexplained, Wait};
use crate::clock::millis;
use crate::core::{Core, Roused};
use crate::ids::ServerId;
use crate::session::AuthFailure;
use crate::store::{GrantLock, GrantRow};
use crate::view::{ErrorView, Millis};

/// The first wait after a refresh that failed for now; it doubles.
pub(super) const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait.
pub(super) const LAST_WAIT: Duration = Duration::from_mins(5);
/// The longest wait where nobody but this computer is asked.
const LAST_WAIT_AT_HOME: Duration = Duration::from_secs(16);
/// The first wait after a refusal without a reason: four of them take a couple of minutes.
const FIRST_WAIT_UNEXPLAINED: Duration = Duration::from_secs(15);
/// So many refusals without a reason, over so long, are taken as a refusal (rule G5a).
const UNEXPLAINED: u32 = 4;
const UNEXPLAINED_FOR: Duration = Duration::from_secs(90);
/// So many refreshes an hour after a surprising 401 are a server that refuses whatever it gets.
const SURPRISES_AN_HOUR: usize = 30;
const HOUR: Duration = Duration::from_hours(1);

/// What is known between two refreshes of one grant; whoever holds it refreshes.
#[derive(Default)]
pub(crate) struct RefreshState {
    /// Of the grant that was looked at last.
    revision: i64,
    /// When everything had been roused last by then.
    roused: Option<Roused>,
    /// How often the person had been in a hurry by then.
    hurried: u64,
    /// What had been left beside the grant by then.
    left: Option<String>,
    wait: Option<Wait>,
    unexplained: Option<Unexplained>,
    surprises: VecDeque<Millis>,
    /// What a refresh brought and the disk did not take: the old refresh token may be spent.
    pub(super) unstored: Option<Renewed>,
    /// Kept as long as there is something unstored: another process would spend the old token again.
    pub(super) lock: Option<GrantLock>,
}

impl RefreshState {
    /// Notes what has happened since the last look: a grant that somebody has renewed waits for
    /// nothing, another process may have failed to renew it, the network may have come back, and the
    /// person may want it now. Before anything else is asked. The grant was read in the same turn.
    pub(super) fn catch_up(&mut self, core: &Arc<Core>, grant: &GrantRow) {
        if self.revision != grant.revision {
            self.revision = grant.revision;
            self.succeeded();
            self.give_back(core, &grant.server);
        }
        let is_news = self.left != grant.put_off;
        if is_news {
            self.left.clone_from(&grant.put_off);
            self.take_over();
        }
        let roused = core.last_roused();
        if self.roused != Some(roused) {
            self.roused = Some(roused);
            let now = core.clock.now();
            // What failed elsewhere since then, or since this process began, has met the network that is
            // there now.
            if !is_news || self.began_before(roused.at(now)) {
                self.loosen(now);
            }
        }
        let hurried = core.live(&grant.server).state().times_hurried;
        if self.hurried != hurried {
            self.hurried = hurried;
            self.cut_short(core.clock.now());
        }
    }

    /// Goes on where another process has failed, as if it had been this one.
    fn take_over(&mut self) {
        let left = PutOff::read(self.left.as_deref());
        let (wait, unexplained) = left.map(|left| (left.wait, left.unexplained)).unzip();
        self.wait = wait;
        self.unexplained = unexplained.flatten();
    }

    fn began_before(&self, at: Millis) -> bool {
        self.wait.as_ref().is_some_and(|wait| wait.since <= at)
    }

    /// Leaves it for the other processes, who get the lock afterwards.
    pub(super) async fn leave(&mut self, core: &Core, grant: &GrantRow) {
        let Some(wait) = self.wait.clone() else {
            return;
        };
        let unexplained = self.unexplained;
        let Ok(left) = serde_json::to_string(&PutOff { wait, unexplained }) else {
            return;
        };
        match core.store.put_off(grant, &left).await {
            Ok(()) => self.left = Some(left),
            Err(error) => {
                let server = &grant.server;
                tracing::warn!(%server, %error, "that a renewal is put off was not noted");
            }
        }
    }

    /// What was not stored is for a grant that is not there any more, and others may refresh the one
    /// that is.
    pub(super) fn give_back(&mut self, core: &Arc<Core>, server: &ServerId) {
        if let Some(renewed) = self.unstored.take() {
            renewed.give_back(core, server);
        }
        self.lock = None;
    }

    /// Whether the refresh before failed for now.
    pub(super) fn has_failed(&self) -> bool {
        self.wait.is_some()
    }

    /// When the next refresh may begin, if the last one failed for now.
    pub(super) fn blocked_until(&self, now: Millis) -> Option<Millis> {
        self.wait.as_ref().map(|wait| wait.until(now))
    }

    /// Why calls have to wait, and until when; nothing if the last refresh did not fail, or ended
    /// nothing yet because the token is still good.
    pub(super) fn standstill(
        &self,
        token_is_over: bool,
        now: Millis,
    ) -> Option<(ErrorView, Millis)> {
        let wait = self.wait.as_ref()?;
        (token_is_over || wait.why == Why::Refused).then(|| (wait.error.clone(), wait.until(now)))
    }

    /// Whether the token that could not be renewed was refused by the server, whatever its age.
    pub(super) fn is_refused(&self) -> bool {
        self.wait
            .as_ref()
            .is_some_and(|wait| wait.why == Why::Refused)
    }

    /// The network is back, or the computer is awake.
    fn loosen(&mut self, now: Millis) {
        if let Some(wait) = &mut self.wait
            && wait.firmness == Firmness::Loose
        {
            wait.until = wait.until.min(now);
            wait.length = FIRST_WAIT / 2;
        }
    }

    fn cut_short(&mut self, now: Millis) {
        if let Some(wait) = &mut self.wait {
            wait.until = wait.until.min(now);
        }
    }

    pub(super) fn blocks(&self, now: Millis) -> Option<AuthFailure> {
        let wait = self.wait.as_ref()?;
        let retry_at = wait.until(now);
        (retry_at > now).then(|| AuthFailure::Unavailable {
            error: wait.error.clone(),
            retry_at,
        })
    }

    /// What failed is the disk of this computer: trying again asks nothing of any server.
    pub(super) fn put_off_at_home(
        &mut self,
        core: &Core,
        why: Why,
        error: ErrorView,
    ) -> AuthFailure {
        if let Some(wait) = &mut self.wait {
            wait.length = wait.length.min(LAST_WAIT_AT_HOME / 2);
        }
        let since = core.clock.now();
        self.put_off(core, (why, since), error, (FIRST_WAIT, Firmness::Loose))
    }

    pub(super) fn put_off(
        &mut self,
        core: &Core,
        (why, since): (Why, Millis),
        error: ErrorView,
        (least, firmness): (Duration, Firmness),
    ) -> AuthFailure {
        let length = self
            .wait
            .as_ref()
            .map_or(FIRST_WAIT, |wait| wait.length * 2)
            .min(LAST_WAIT);
        let wait = length.max(least.min(LONGEST_ASKED));
        // Never earlier than the server asks for.
        let until = core
            .clock
            .after(wait.mul_f64(rand::random_range(1.0..=1.0 + JITTER)));
        self.wait = Some(Wait {
            since,
            until,
            length,
            error: error.clone(),
            firmness,
            why,
        });
        AuthFailure::Unavailable {
            error,
            retry_at: until,
        }
    }

    /// Another refusal without a reason: how long to wait at least, or nothing if it is to be
    /// believed by now. Whoever asks again and again does not make it so sooner.
    pub(super) fn unexplained(&mut self, now: Millis) -> Option<Duration> {
        let first = Unexplained {
            since: now,
            times: 0,
        };
        let seen = self.unexplained.get_or_insert(first);
        seen.times += 1;
        let lasted = now.saturating_sub(seen.since) >= millis(UNEXPLAINED_FOR);
        if seen.times >= UNEXPLAINED && lasted {
            return None;
        }
        Some(FIRST_WAIT_UNEXPLAINED * (1 << (seen.times - 1).min(2)))
    }

    /// A refresh brought tokens, or somebody else's did.
    pub(super) fn succeeded(&mut self) {
        self.wait = None;
        self.unexplained = None;
    }

    /// Whether the server has refused good tokens too often to be believed once more.
    pub(super) fn is_worn_out(&mut self, now: Millis) -> bool {
        // What lies ahead was noted before the clock was set back.
        let over = |at: &Millis| *at > now || now.saturating_sub(*at) > millis(HOUR);
        while self.surprises.front().is_some_and(over) {
            self.surprises.pop_front();
        }
        self.surprises.len() >= SURPRISES_AN_HOUR
    }

    /// A token that should have been good was refused, and a new one was given for it.
    pub(super) fn note_surprise(&mut self, now: Millis) {
        self.surprises.push_back(now);
    }
}
