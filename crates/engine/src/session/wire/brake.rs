//! No stream is asked for without a pause that ends again as soon as it is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures::StreamExt as _;

use super::{Events, retries};

/// So many streams in a row were of no use.
#[derive(Clone, Default)]
pub(super) struct Brake(Arc<AtomicUsize>);

impl Brake {
    /// Waits before the next one, longer from time to time.
    pub(super) async fn hold(&self) {
        if let Some(wait) = self.wait() {
            tokio::time::sleep(wait).await;
        }
    }

    fn wait(&self) -> Option<Duration> {
        let before = self.0.load(Relaxed).checked_sub(1)?;
        Some(retries::wait(before))
    }

    /// Sees of what use a stream is, until it is dropped.
    pub(super) fn watch(&self, events: Events) -> Events {
        let mut seen = Seen {
            brake: self.clone(),
            since: Instant::now(),
            has_spoken: false,
        };
        events
            .inspect(move |event| seen.event(event.is_ok()))
            .boxed()
    }

    fn note(&self, has_spoken: bool, lasted: Duration) {
        let before = self.0.load(Relaxed);
        let is_useless = !has_spoken && lasted <= retries::wait(before);
        self.0
            .store(if is_useless { before + 1 } else { 0 }, Relaxed);
    }
}

struct Seen {
    brake: Brake,
    since: Instant,
    has_spoken: bool,
}

impl Seen {
    fn event(&mut self, is_one: bool) {
        self.has_spoken |= is_one;
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        self.brake.note(self.has_spoken, self.since.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_streams_of_no_use_are_held_up() {
        let brake = Brake::default();
        let mut waits = Vec::new();
        for _ in 0..9 {
            brake.note(false, Duration::from_millis(5));
            waits.push(brake.wait().unwrap().as_millis());
        }
        assert_eq!(
            waits,
            [
                500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000
            ]
        );
        brake.note(true, Duration::ZERO);
        assert_eq!(brake.wait(), None, "one that said something");
        brake.note(false, Duration::from_secs(1));
        assert_eq!(brake.wait(), None, "one that was there for a while");
    }
}
