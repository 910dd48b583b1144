//! How long a refresh that failed is put off, and how much of it a server gets.

use std::collections::VecDeque;
use std::time::Duration;

use super::refresh::Renewed;
use crate::clock::millis;
use crate::core::Core;
use crate::session::AuthFailure;
use crate::view::{ErrorView, Millis};

/// The first wait after a refresh that failed for now; it doubles.
pub(super) const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait, also where the server asks for a longer one.
pub(super) const LAST_WAIT: Duration = Duration::from_mins(5);
/// The first wait after a refusal without a reason: four of them take a couple of minutes.
pub(super) const FIRST_WAIT_UNEXPLAINED: Duration = Duration::from_secs(15);
/// So many refusals without a reason in a row are taken as a refusal.
pub(super) const UNEXPLAINED: u32 = 4;
/// So many refreshes an hour after a surprising 401 are a server that refuses whatever it gets.
const SURPRISES_AN_HOUR: usize = 30;
const HOUR: Duration = Duration::from_hours(1);

/// What is known between two refreshes of one grant; whoever holds it refreshes.
#[derive(Default)]
pub(crate) struct RefreshState {
    pub(super) wait: Option<Wait>,
    pub(super) unexplained: u32,
    surprises: VecDeque<Millis>,
    /// What a refresh brought and the disk did not take: the old refresh token may be spent.
    pub(super) unstored: Option<Renewed>,
}

pub(super) struct Wait {
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

    pub(super) fn blocks(&self, now: Millis) -> Option<AuthFailure> {
        let wait = self.wait.as_ref().filter(|wait| wait.until > now)?;
        Some(AuthFailure::Unavailable {
            error: wait.error.clone(),
            retry_at: wait.until,
        })
    }

    pub(super) fn put_off(
        &mut self,
        core: &Core,
        error: ErrorView,
        least: Duration,
    ) -> AuthFailure {
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
    pub(super) fn surprised(&mut self, now: Millis) -> bool {
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
