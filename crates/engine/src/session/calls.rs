//! The calls that are under way over one session, which takes no more of them once it is at its end.

use std::sync::Arc;

use tokio::sync::watch;

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    is_closed: bool,
}

/// A clone counts the same calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls(Arc<watch::Sender<State>>);

impl Calls {
    /// Nothing where the session is at its end: whoever took it before that takes the next one.
    pub(super) fn begin(&self) -> Option<UnderWay<'_>> {
        let begun = self.0.send_if_modified(|state| {
            let begins = !state.is_closed;
            state.under_way += usize::from(begins);
            begins
        });
        begun.then(|| UnderWay(self))
    }

    /// Takes no more calls.
    pub(super) fn close(&self) {
        self.0.send_modify(|state| state.is_closed = true);
    }

    /// Takes no more calls from the moment on in which none is under way.
    pub(super) async fn close_when_over(&self) {
        let mut state = self.0.subscribe();
        while !self.close_if_over() {
            // The sender lives in `self`.
            let _ = state.changed().await;
        }
    }

    /// Ends when a call ends and no other is under way.
    pub(super) async fn last_over(&self) {
        let mut state = self.0.subscribe();
        // The sender lives in `self`.
        while state.changed().await.is_ok() {
            if state.borrow().under_way == 0 {
                return;
            }
        }
    }

    fn close_if_over(&self) -> bool {
        self.0.send_if_modified(|state| {
            let is_over = state.under_way == 0;
            state.is_closed |= is_over;
            is_over
        })
    }
}

/// A call that is under way, until it is dropped.
pub(super) struct UnderWay<'a>(&'a Calls);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.under_way -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures::future::FutureExt as _;

    use super::*;

    #[test]
    fn a_session_ends_between_calls_and_never_under_one() {
        let calls = Calls::default();
        let (one, other) = (calls.begin().unwrap(), calls.begin().unwrap());
        let mut over = std::pin::pin!(calls.close_when_over());
        assert!(over.as_mut().now_or_never().is_none());
        drop(one);
        assert!(over.as_mut().now_or_never().is_none());
        let late = calls.begin();
        assert!(late.is_some(), "it is open for as long as somebody uses it");
        drop((other, late));
        assert!(over.now_or_never().is_some());
        assert!(calls.begin().is_none());
    }
}
