//! What happened, as it is told: calls, pages, faults.

use std::sync::{Arc, Mutex, PoisonError};

use drawbridge_engine::view::Millis;

use crate::{
    fault::Fault,
    words::{Called, Tool},
};

/// A fault that happened.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) server: usize,
    pub(crate) fault: Fault,
    pub(crate) begin: Millis,
    pub(crate) end: Millis,
    /// What `Retry-After` said, in milliseconds.
    pub(crate) asked: Millis,
    /// Tokens that ended early over it.
    pub(crate) tokens_ended: usize,
}

/// All that happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    /// Calls that have ended, well or not.
    pub(crate) calls: usize,
    /// How long those took that should be answered at once and were, in milliseconds.
    pub(crate) took: Vec<Millis>,
    /// Calls that failed.
    pub(crate) failed: Vec<Called>,
    /// Sign-in pages.
    pub(crate) pages: usize,
    pub(crate) faults: Vec<Happened>,
}

/// An account that all tasks write to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Account>>);

impl Ledger {
    fn with<R>(&self, look: impl FnOnce(&mut Account) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn called(&self, called: Called) {
        self.with(|account| {
            account.calls += 1;
            if called.code.is_some() {
                account.failed.push(called);
            } else if called.tool == Tool::Greet {
                account.took.push(called.end - called.begin);
            }
        });
    }

    pub(crate) fn page(&self) {
        self.with(|account| account.pages += 1);
    }

    pub(crate) fn happened(&self, happened: Happened) {
        self.with(|account| account.faults.push(happened));
    }

    /// Calls so far, and how many of them failed.
    pub(crate) fn count(&self) -> (usize, usize) {
        self.with(|account| (account.calls, account.failed.len()))
    }

    pub(crate) fn account(&self) -> Account {
        self.with(|account| account.clone())
    }
}
