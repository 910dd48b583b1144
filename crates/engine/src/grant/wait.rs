//! A refresh that failed and is put off, in a form that other processes read beside the grant.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::life::{Age, age};
use super::refresh::Why;
use crate::clock::millis;
use crate::store::ShownGrant;
use crate::view::{ErrorView, Millis};

/// The longest wait that a server gets by asking for it (RFC 9110 §10.2.3).
pub(super) const LONGEST_ASKED: Duration = Duration::from_hours(1);
/// So much longer than it has to be, at the most: not all come back at the same moment.
pub(super) const JITTER: f64 = 0.1;
/// A clock that is put right by less than this was not set back.
const SLACK: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wait {
    /// When what failed was begun.
    pub(super) since: Millis,
    pub(super) until: Millis,
    /// Without what the server asked for; the next one is twice as long.
    pub(super) length: Duration,
    pub(super) error: ErrorView,
    pub(super) firmness: Firmness,
    pub(super) why: Why,
}

impl Wait {
    /// A clock that was set back makes no wait longer: then it is over.
    pub(super) fn until(&self, now: Millis) -> Millis {
        let longest = LONGEST_ASKED.mul_f64(1.0 + 2.0 * JITTER);
        let is_from_the_future = self.since.saturating_sub(now) > millis(SLACK);
        if is_from_the_future || self.until > now.saturating_add(millis(longest)) {
            now
        } else {
            self.until
        }
    }
}

/// Whether a network that comes back cuts the wait short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Firmness {
    /// It may have changed everything.
    Loose,
    /// The server has spoken: it said when, or another refusal would count against the grant.
    Firm,
}

/// Refusals in a row for which no reason was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unexplained {
    pub(super) since: Millis,
    pub(super) times: u32,
}

/// What one process leaves for the next.
#[derive(Serialize, Deserialize)]
pub(super) struct PutOff {
    #[serde(flatten)]
    pub(super) wait: Wait,
    pub(super) unexplained: Option<Unexplained>,
}

impl PutOff {
    /// What cannot be read is as if nothing had been left.
    pub(super) fn read(stored: Option<&str>) -> Option<Self> {
        serde_json::from_str(stored?).ok()
    }
}

/// A renewal that failed for now, as whoever only looks at the disk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Why.
    pub error: ErrorView,
    /// When it is tried again, unless the person wants it now.
    pub until: Millis,
    /// Whether calls wait for it, too: there is no token that the server takes.
    pub stops_calls: bool,
}

impl Waiting {
    /// Nothing where the next renewal may be tried at once.
    pub(crate) fn of(grant: &ShownGrant, now: Millis) -> Option<Self> {
        let wait = PutOff::read(grant.put_off.as_deref())?.wait;
        let until = wait.until(now);
        let is_over = age(grant.issued_at, grant.expires_at, now) == Age::Ended;
        (until > now).then_some(Self {
            error: wait.error,
            until,
            stops_calls: is_over || wait.why == Why::Refused,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const MINUTE: Millis = 60_000;
    const DAY: Millis = 1_440 * MINUTE;

    // rule: G5
    #[rstest]
    #[case::meanwhile(10_000, 30_000)]
    #[case::afterwards(40_000, 30_000)]
    #[case::put_right_a_little(-MINUTE, 30_000)]
    #[case::set_back_some_minutes(-3 * MINUTE, -3 * MINUTE)]
    #[case::set_back_a_day(-DAY, -DAY)]
    #[case::set_forward_a_day(DAY, 30_000)]
    fn nobody_waits_longer_because_a_clock_was_set(#[case] now: Millis, #[case] until: Millis) {
        assert_eq!(half_a_minute(30_000).until(now), until);
    }

    #[test]
    fn nobody_waits_longer_than_a_server_may_ask_for() {
        assert_eq!(half_a_minute(DAY).until(0), 0);
    }

    #[rstest]
    #[case::of_an_earlier_version(None)]
    #[case::of_a_later_version(Some(r#"{"since":0,"until":30000}"#))]
    #[case::spoilt(Some("{"))]
    fn what_cannot_be_read_puts_nothing_off(#[case] stored: Option<&str>) {
        assert!(PutOff::read(stored).is_none());
    }

    // rule: G5
    #[rstest]
    #[case::the_token_is_still_good(Why::Age, Some(DAY), 10_000, Some(false))]
    #[case::its_end_is_not_known(Why::Age, None, 10_000, Some(false))]
    #[case::the_token_is_over(Why::Age, Some(9_000), 10_000, Some(true))]
    #[case::the_token_was_refused(Why::Refused, Some(DAY), 10_000, Some(true))]
    #[case::it_is_due(Why::Refused, Some(DAY), 30_000, None)]
    fn whoever_looks_at_the_disk_sees_whether_calls_wait(
        #[case] why: Why,
        #[case] expires_at: Option<Millis>,
        #[case] now: Millis,
        #[case] stops_calls: Option<bool>,
    ) {
        let wait = Wait {
            why,
            ..half_a_minute(30_000)
        };
        let unexplained = None;
        let put_off = serde_json::to_string(&PutOff { wait, unexplained }).unwrap();
        let grant = serde_json::json!({
            "scopes": "",
            "has_refresh_token": true,
            "issued_at": 0,
            "expires_at": expires_at,
            "put_off": put_off,
        });
        let waiting = Waiting::of(&serde_json::from_value(grant).unwrap(), now);
        assert_eq!(waiting.map(|waiting| waiting.stops_calls), stops_calls);
    }

    fn half_a_minute(until: Millis) -> Wait {
        Wait {
            since: 0,
            until,
            length: Duration::from_secs(1),
            error: ErrorView {
                code: "unavailable".into(),
                message: String::new(),
                remedy: None,
            },
            firmness: Firmness::Firm,
            why: Why::Age,
        }
    }
}
