//! Which pages are shown and which popups stand open, and so: who closed one.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use drawbridge_engine::{AttemptId, SignInPrompt};

/// Attempts whose popup stands open. Whoever takes an attempt out has decided how its popup ended:
/// a window tells of its end in the same way after our closing as after the person's.
#[derive(Default)]
pub(super) struct OpenPopups {
    open: Mutex<HashSet<AttemptId>>,
    /// What every running attempt shows, in a popup or elsewhere.
    prompts: Mutex<HashMap<AttemptId, SignInPrompt>>,
}

impl OpenPopups {
    /// Whether the popup of `attempt` was not open, and is from now on.
    pub(super) fn put(&self, attempt: &AttemptId) -> bool {
        self.lock().insert(attempt.clone())
    }

    /// Whether the popup of `attempt` was open until now.
    pub(super) fn take(&self, attempt: &AttemptId) -> bool {
        self.lock().remove(attempt)
    }

    pub(super) fn has(&self, attempt: &AttemptId) -> bool {
        self.lock().contains(attempt)
    }

    /// How many popups stand beside that of `attempt`.
    pub(super) fn others(&self, attempt: &AttemptId) -> usize {
        self.lock().iter().filter(|other| *other != attempt).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<AttemptId>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The attempt shows this page from now on.
    pub(super) fn remember(&self, prompt: &SignInPrompt) {
        self.prompts()
            .insert(prompt.attempt.clone(), prompt.clone());
    }

    /// The attempt is over.
    pub(super) fn forget(&self, attempt: &AttemptId) {
        self.prompts().remove(attempt);
    }

    /// What the attempt shows.
    pub(super) fn prompt(&self, attempt: &AttemptId) -> Option<SignInPrompt> {
        self.prompts().get(attempt).cloned()
    }

    fn prompts(&self) -> MutexGuard<'_, HashMap<AttemptId, SignInPrompt>> {
        self.prompts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{AttemptId, OpenPopups};

    #[test]
    fn a_popup_that_we_closed_was_not_closed_by_the_person() {
        let (open, attempt) = (OpenPopups::default(), AttemptId::from("one"));
        open.put(&attempt);
        assert!(open.take(&attempt), "we close it");
        assert!(!open.take(&attempt), "its window tells of its end");
    }

    #[test]
    fn one_attempt_never_has_two_popups() {
        let (open, attempt) = (OpenPopups::default(), AttemptId::from("one"));
        assert!(open.put(&attempt));
        assert!(!open.put(&attempt));
        assert!(open.has(&attempt));
    }

    #[test]
    fn popups_of_two_servers_do_not_touch_each_other() {
        let open = OpenPopups::default();
        let (one, two) = (AttemptId::from("one"), AttemptId::from("two"));
        open.put(&one);
        assert_eq!(open.others(&one), 0);
        open.put(&two);
        assert_eq!(open.others(&two), 1);
        open.take(&one);
        assert!(open.has(&two));
    }
}
