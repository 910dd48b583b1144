//! Who hears when the list of tools changes.

use std::{panic::Location, sync::Arc};

use tokio::sync::watch;

use crate::wait::wait_for;

/// How often somebody began to listen, which can be waited on.
#[derive(Debug, Clone)]
pub(super) struct Ears(Arc<watch::Sender<Begun>>);

#[derive(Debug, Clone, Copy, Default)]
struct Begun {
    /// `subscriptions/listen`.
    subscriptions: usize,
    /// Sessions that are told of changes, and streams to tell them on.
    sessions: usize,
    streams: usize,
}

impl Begun {
    fn ears(self) -> usize {
        self.subscriptions + self.sessions.min(self.streams)
    }
}

impl Default for Ears {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Begun::default())))
    }
}

impl Ears {
    pub(super) fn now(&self) -> usize {
        self.0.borrow().ears()
    }

    pub(super) async fn reach(&self, count: usize, at: &Location<'_>) {
        let enough = |begun: &Begun| (begun.ears() >= count).then_some(());
        wait_for(&self.0, enough, at, |begun| {
            format!("{count} who listen, only {begun:?}")
        })
        .await;
    }

    pub(super) fn subscription(&self) {
        self.0.send_modify(|begun| begun.subscriptions += 1);
    }

    pub(super) fn session(&self) {
        self.0.send_modify(|begun| begun.sessions += 1);
    }

    pub(super) fn stream(&self) {
        self.0.send_modify(|begun| begun.streams += 1);
    }
}
