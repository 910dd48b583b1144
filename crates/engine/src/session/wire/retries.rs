//! How often a broken stream is taken up again.

use std::time::Duration;

use rmcp::transport::common::client_side_sse::SseRetryPolicy;

/// The first wait; each one is twice as long as the one before.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_mins(1);
/// After so many tries it is over; before that the session has been called lost.
const MOST: usize = 6;

/// Half a second, one, two, four, …, and no more than a minute.
pub(in crate::session) fn wait(times: usize) -> Duration {
    let doublings = u32::try_from(times).unwrap_or(u32::MAX);
    FIRST
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(LONGEST)
}

/// As often as it makes sense where nobody knows whether there is one to be had.
#[derive(Debug)]
pub(in crate::session) struct Retries;

impl SseRetryPolicy for Retries {
    fn retry(&self, times: usize) -> Option<Duration> {
        (times < MOST).then(|| wait(times))
    }
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_twice_as_long_as_the_one_before_up_to_a_minute() {
        let waits = [0, 1, 2, 6, 7, usize::MAX].map(|times| wait(times).as_millis());
        assert_eq!(waits, [500, 1_000, 2_000, 32_000, 60_000, 60_000]);
    }
}
