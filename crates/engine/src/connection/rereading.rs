//! When the list of tools is read again: at once where it changed, later where that failed, and not
//! without a pause by a server whose list changes whenever it is read.

use std::time::Duration;

use tokio::time::Instant;

/// Changes that are so far apart are no storm.
const CALM: Duration = Duration::from_secs(10);

pub(super) struct Rereading {
    first_wait: Duration,
    longest_wait: Duration,
    /// From one reading to the next, at the least.
    wait: Duration,
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Rereading {
    pub(super) fn new(first_wait: Duration, longest_wait: Duration) -> Self {
        Self {
            first_wait,
            longest_wait,
            wait: Duration::ZERO,
            last: None,
            due: None,
        }
    }

    /// The list has changed.
    pub(super) fn wanted(&mut self, now: Instant) {
        let earliest = self.last.map_or(now, |last| last + self.wait);
        self.due.get_or_insert(earliest.max(now));
    }

    /// Ends when it is to be read; never, where nobody wants it.
    pub(super) async fn is_due(&self) {
        match self.due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// It was read, or has to be read once more.
    pub(super) fn done(&mut self, now: Instant, once_more: bool) {
        let is_calm = self
            .last
            .is_none_or(|last| now.duration_since(last) > self.wait + CALM);
        self.wait = if is_calm {
            self.first_wait
        } else {
            (self.wait * 2).min(self.longest_wait)
        };
        self.last = Some(now);
        self.due = once_more.then(|| now + self.wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_list_that_changes_whenever_it_is_read_is_read_less_and_less_often() {
        let mut rereading = Rereading::new(SECOND, 8 * SECOND);
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..6 {
            rereading.wanted(now);
            let due = rereading.due.unwrap();
            waits.push((due - now).as_secs());
            now = due;
            rereading.done(now, false);
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 8]);
        now += CALM + 9 * SECOND;
        rereading.wanted(now);
        assert_eq!(rereading.due, Some(now));
        rereading.done(now, false);
        rereading.wanted(now);
        assert_eq!(rereading.due, Some(now + SECOND));
    }

    #[test]
    fn a_reading_that_failed_is_made_up_for() {
        let mut rereading = Rereading::new(SECOND, 60 * SECOND);
        let now = Instant::now();
        rereading.wanted(now);
        rereading.done(now, true);
        assert_eq!(rereading.due, Some(now + SECOND));
        rereading.done(now + SECOND, true);
        assert_eq!(rereading.due, Some(now + 3 * SECOND));
        rereading.done(now + 3 * SECOND, false);
        assert_eq!(rereading.due, None);
    }
}
