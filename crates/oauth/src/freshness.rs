//! How long an answer may be used again (RFC 9111 §4.2).

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderName};

/// However long a server says, a day later it is asked again.
const LONGEST: Duration = Duration::from_hours(24);

/// The time from now on in which the answer is fresh; none, if the server does not say that there
/// is any.
pub(crate) fn freshness(headers: &HeaderMap) -> Duration {
    let mut longest = None;
    for line in headers.get_all(CACHE_CONTROL) {
        for directive in line.to_str().unwrap_or("no-store").split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Duration::ZERO,
                // The first one counts, and one that cannot be read is as good as none left.
                "max-age" if longest.is_none() => {
                    longest = Some(seconds(value.trim().trim_matches('"')).unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    let age = text(headers, &AGE).and_then(seconds).unwrap_or_default();
    let whole = longest
        .or_else(|| until_expiry(headers))
        .unwrap_or_default();
    whole.saturating_sub(age).min(LONGEST)
}

/// By the clock of the server alone: ours may be another.
fn until_expiry(headers: &HeaderMap) -> Option<Duration> {
    let date = |name| httpdate::parse_http_date(text(headers, &name)?).ok();
    date(EXPIRES)?.duration_since(date(DATE)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NOON: &str = "Mon, 23 Nov 2026 12:00:00 GMT";
    const ONE: &str = "Mon, 23 Nov 2026 13:00:00 GMT";

    // rule: A6
    #[rstest]
    #[case::nothing_said(&[], 0)]
    #[case::max_age(&[("cache-control", "public, Max-Age=600")], 600)]
    #[case::quoted(&[("cache-control", "max-age=\"60\"")], 60)]
    #[case::already_old(&[("cache-control", "max-age=600"), ("age", "590")], 10)]
    #[case::older_than_that(&[("cache-control", "max-age=600"), ("age", "700")], 0)]
    #[case::at_most_a_day(&[("cache-control", "max-age=31536000")], 86400)]
    #[case::not_to_be_kept(&[("cache-control", "max-age=600, no-store")], 0)]
    #[case::to_be_asked_again(&[("cache-control", "no-cache"), ("expires", ONE), ("date", NOON)], 0)]
    #[case::on_another_line(&[("cache-control", "max-age=600"), ("cache-control", "no-store")], 0)]
    #[case::nonsense(&[("cache-control", "max-age=soon"), ("expires", ONE), ("date", NOON)], 0)]
    #[case::expires(&[("expires", ONE), ("date", NOON)], 3600)]
    #[case::max_age_before_expires(&[("cache-control", "max-age=5"), ("expires", ONE), ("date", NOON)], 5)]
    #[case::expired(&[("expires", NOON), ("date", ONE)], 0)]
    #[case::no_date(&[("expires", ONE)], 0)]
    #[case::expires_at_once(&[("expires", "0"), ("date", NOON)], 0)]
    fn an_answer_is_fresh_for_as_long_as_its_server_says(
        #[case] lines: &[(&'static str, &str)],
        #[case] expected: u64,
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        assert_eq!(freshness(&headers), Duration::from_secs(expected));
    }
}
