//! How often a broken stream is taken up again.

use std::time::Duration;

use rmcp::transport::common::client_side_sse::SseRetryPolicy;

/// The first wait; each one is twice as long as the one before.
const FIRST: Duration = Duration::from_millis(500);
/// After so many tries it is over; before that the session has been called lost.
const MOST: usize = 6;

/// Half a second, one, two, four, …
#[derive(Debug)]
pub(in crate::session) struct Retries;

impl SseRetryPolicy for Retries {
    fn retry(&self, times: usize) -> Option<Duration> {
        let doublings = u32::try_from(times).ok().filter(|_| times < MOST)?;
        Some(FIRST * 2_u32.pow(doublings))
    }
}
