//! When a token is good, when it should be renewed, and when it has ended.

use std::time::Duration;

use crate::clock::{Clock, millis};
use crate::view::Millis;

/// How long a token that is refused is taken for one that was never good (rule G6).
const JUST_ISSUED: Duration = Duration::from_mins(1);

/// A token is renewed this long before it ends, or a tenth of its life if that is shorter.
const MARGIN: Duration = Duration::from_mins(1);

/// A token that lives shorter than this is renewed by whoever needs it, and not ahead of time: an
/// idle server would be asked again and again.
const SHORTEST_AHEAD: Duration = Duration::from_secs(10);
/// A token is not renewed for its age within this time of its issue: used until it is refused, a
/// life of one second makes no storm of refreshes.
const SHORTEST_BELIEVED: Duration = Duration::from_secs(5);

/// How far a token is through its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Good, and for a while.
    Good,
    /// Good, and due to be renewed.
    Ending,
    /// Over by its date, and so new that it is used until the server refuses it.
    Doubtful,
    /// Over.
    Ended,
}

/// `None` as the end means that the server did not say: good until it is refused (rule T7).
pub(super) fn age(issued_at: Millis, expires_at: Option<Millis>, now: Millis) -> Age {
    match expires_at {
        Some(end) if now >= end && is_too_new(issued_at, now) => Age::Doubtful,
        Some(end) if now >= end => Age::Ended,
        Some(_) if is_from_the_future(issued_at, now) => Age::Ending,
        Some(end) if now >= end - margin(issued_at, end) => Age::Ending,
        _ => Age::Good,
    }
}

/// When the token should be renewed, if that can be known.
pub(crate) fn refresh_due(
    issued_at: Millis,
    expires_at: Option<Millis>,
    clock: &Clock,
) -> Option<Duration> {
    let end = expires_at?;
    if end - issued_at < millis(SHORTEST_AHEAD) {
        return None;
    }
    if is_from_the_future(issued_at, clock.now()) {
        return Some(Duration::ZERO);
    }
    let margin = margin(issued_at, end);
    // Grants that were given in the same second should not be renewed in the same second.
    let jitter = rand::random_range(0..=margin / 2);
    Some(clock.until(end - margin + jitter))
}

/// So soon after it was issued nothing but its server's own mind can have ended a token.
pub(super) fn is_just_issued(issued_at: Millis, now: Millis) -> bool {
    is_younger(issued_at, now, JUST_ISSUED)
}

fn is_too_new(issued_at: Millis, now: Millis) -> bool {
    is_younger(issued_at, now, SHORTEST_BELIEVED)
}

/// The clock may have been set back meanwhile; then nothing is known of the age.
fn is_younger(issued_at: Millis, now: Millis, than: Duration) -> bool {
    (0..millis(than)).contains(&now.saturating_sub(issued_at))
}

/// The clock was set back since, and its date says nothing: it would be good for too long.
fn is_from_the_future(issued_at: Millis, now: Millis) -> bool {
    issued_at.saturating_sub(now) > millis(MARGIN)
}

fn margin(issued_at: Millis, end: Millis) -> Millis {
    ((end - issued_at) / 10).clamp(0, millis(MARGIN))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // rule: G3
    #[test]
    fn what_ends_in_the_same_second_is_not_renewed_in_the_same_second() {
        let clock = Clock::from_fn(|| 0);
        let due = |_| refresh_due(0, Some(3_600_000), &clock).unwrap().as_secs();
        let dues: Vec<u64> = (0..200).map(due).collect();
        let (first, last) = (*dues.iter().min().unwrap(), *dues.iter().max().unwrap());
        assert!(first >= 3_540 && last <= 3_570, "{first} to {last}");
        assert!(last - first > 10, "{first} to {last}");
    }

    // rule: G3
    #[rstest]
    #[case::unstated(None, None)]
    #[case::a_second(Some(1_000), None)]
    #[case::nothing(Some(0), None)]
    #[case::negative(Some(-5_000), None)]
    #[case::twenty_seconds(Some(20_000), Some(18))]
    #[case::ten_years(Some(315_360_000_000), Some(315_359_940))]
    fn a_renewal_ahead_of_time_keeps_its_distance(
        #[case] end: Option<Millis>,
        #[case] seconds: Option<u64>,
    ) {
        let due = refresh_due(0, end, &Clock::from_fn(|| 0)).map(|due| due.as_secs());
        let Some(earliest) = seconds else {
            return assert_eq!(due, None);
        };
        assert!(
            (earliest..=earliest + 30).contains(&due.unwrap()),
            "{due:?}"
        );
    }

    // rule: G3
    #[rstest]
    #[case(0, Some(3_600_000), 0, Age::Good)]
    #[case(0, Some(3_600_000), 3_539_999, Age::Good)]
    #[case(0, Some(3_600_000), 3_540_000, Age::Ending)]
    #[case(0, Some(3_600_000), 3_600_000, Age::Ended)]
    #[case(0, Some(10_000), 8_999, Age::Good)]
    #[case(0, Some(10_000), 9_000, Age::Ending)]
    #[case(5, Some(5), 5, Age::Doubtful)]
    #[case(0, Some(1_000), 4_999, Age::Doubtful)]
    #[case(0, Some(1_000), 5_000, Age::Ended)]
    #[case(9, Some(5), 4, Age::Good)]
    #[case(9, Some(5), 8, Age::Ended)]
    #[case(86_400_000, Some(90_000_000), 0, Age::Ending)]
    #[case(60_000, Some(3_660_000), 0, Age::Good)]
    // rule: T7
    #[case(0, None, Millis::MAX, Age::Good)]
    fn a_token_ages(
        #[case] issued_at: Millis,
        #[case] expires_at: Option<Millis>,
        #[case] now: Millis,
        #[case] expected: Age,
    ) {
        assert_eq!(age(issued_at, expires_at, now), expected);
    }
}
