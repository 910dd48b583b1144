//! How many tool calls were really run, and how they ended.

use std::{panic::Location, sync::Arc};

use tokio::sync::watch;

use crate::wait::wait_for;

/// Tool calls that got past every check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Started to run.
    pub begun: usize,
    /// Ran to their end, be it an error.
    pub finished: usize,
    /// Were cancelled, or their caller hung up.
    pub cancelled: usize,
}

/// The count, which can be waited on.
#[derive(Debug, Clone)]
pub(super) struct Tally(Arc<watch::Sender<Calls>>);

impl Default for Tally {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Calls::default())))
    }
}

impl Tally {
    pub(super) fn now(&self) -> Calls {
        *self.0.borrow()
    }

    pub(super) async fn reach(&self, enough: impl Fn(&Calls) -> bool, at: &Location<'_>) {
        let is_enough = |calls: &Calls| enough(calls).then_some(());
        wait_for(&self.0, is_enough, at, |calls| format!("not yet {calls:?}")).await;
    }

    pub(super) fn begin(&self) -> Running {
        self.0.send_modify(|calls| calls.begun += 1);
        Running {
            tally: self.clone(),
            finished: false,
        }
    }
}

/// One call; dropped before its end, it counts as cancelled.
#[derive(Debug)]
pub(super) struct Running {
    tally: Tally,
    finished: bool,
}

impl Running {
    pub(super) fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tally.0.send_modify(|calls| {
            if self.finished {
                calls.finished += 1;
            } else {
                calls.cancelled += 1;
            }
        });
    }
}
