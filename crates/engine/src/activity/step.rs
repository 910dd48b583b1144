//! Something that is being done to a server: told when it begins, and once more when it is over.

use drawbridge_oauth::Http;
use tokio::time::Instant;

use super::exchanges::{Exchanges, millis};
use super::journal::Journal;
use super::story::Story;
use crate::error::Error;
use crate::ids::ServerId;
use crate::view::{Activity, Deed, DeedOutcome};

/// Ends with [`Step::end`] or [`Step::tell`]; one that is dropped before was stopped on the way.
pub(crate) struct Step {
    journal: Journal,
    /// Nothing once it has ended.
    entry: Option<Activity>,
    since: Instant,
    exchanges: Exchanges,
    /// The exchanges belong to whoever gave them.
    lent: bool,
}

impl Step {
    pub(super) fn begin(journal: Journal, entry: Activity, lent: Option<Exchanges>) -> Self {
        journal.running(&entry);
        Self {
            journal,
            entry: Some(entry),
            since: Instant::now(),
            lent: lent.is_some(),
            exchanges: lent.unwrap_or_default(),
        }
    }

    /// A client whose requests belong to this step.
    pub(crate) fn http(&self, http: &Http) -> Http {
        http.observed_by(self.exchanges.observer())
    }

    /// Ends it with what came of it, and hands that on; what mattered in it is told by `tell`.
    pub(crate) fn end<T>(
        self,
        outcome: Result<T, Error>,
        tell: impl FnOnce(&T, &mut Story),
    ) -> Result<T, Error> {
        let mut story = Story::default();
        match &outcome {
            Ok(value) => tell(value, &mut story),
            Err(error) => story.failed(error.view()),
        }
        self.tell(story);
        outcome
    }

    /// Ends it.
    pub(crate) fn tell(mut self, story: Story) {
        self.close(story, DeedOutcome::Ok);
    }

    fn close(&mut self, story: Story, otherwise: DeedOutcome) {
        let Some(mut entry) = self.entry.take() else {
            return;
        };
        if !self.lent {
            self.exchanges.close();
        }
        entry.took = Some(millis(self.since));
        story.told_in(&mut entry, otherwise);
        entry.asked = self.exchanges.take();
        self.journal.over(entry);
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.close(Story::default(), DeedOutcome::Stopped);
    }
}

impl Journal {
    /// Begins a step of the connection that is under way.
    pub(crate) fn step(&self, server: &ServerId, what: Deed) -> Step {
        Step::begin(self.clone(), self.entry(server, what, true), None)
    }

    /// The same, with requests that go through a client that others use, too.
    pub(crate) fn step_of(&self, server: &ServerId, what: Deed, lent: &Exchanges) -> Step {
        let entry = self.entry(server, what, true);
        Step::begin(self.clone(), entry, Some(lent.clone()))
    }

    /// Begins something that is no step of a connection.
    pub(crate) fn deed(&self, server: &ServerId, what: Deed) -> Step {
        Step::begin(self.clone(), self.entry(server, what, false), None)
    }

    /// Something that took no time.
    pub(crate) fn happened(&self, server: &ServerId, what: Deed, story: Story) {
        self.at_once(self.entry(server, what, false), story);
    }

    /// A step that took no time.
    pub(crate) fn stepped(&self, server: &ServerId, what: Deed, story: Story) {
        self.at_once(self.entry(server, what, true), story);
    }

    fn at_once(&self, mut entry: Activity, story: Story) {
        story.told_in(&mut entry, DeedOutcome::Ok);
        self.over(entry);
    }
}
