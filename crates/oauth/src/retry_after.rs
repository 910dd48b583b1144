//! When a server wants to be asked again (RFC 9110 §10.2.3).

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

/// Longer than this is not believed: the person would rather be told.
const LONGEST: Duration = Duration::from_hours(24);

/// How long to wait, a day at most; nothing if the answer does not say. A date counts from the answer's own `Date`, so that no clock is needed and a
/// wrong one does no harm.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let wanted = text(RETRY_AFTER)?;
    let wait = if let Ok(seconds) = wanted.parse() {
        Duration::from_secs(seconds)
    } else {
        let then = httpdate::parse_http_date(wanted).ok()?;
        let now = httpdate::parse_http_date(text(DATE)?).ok()?;
        then.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    // rule: G5
    #[rstest]
    #[case::seconds("120", Some(120))]
    #[case::a_date("Mon, 23 Nov 2026 12:01:00 GMT", Some(60))]
    #[case::a_date_that_is_over("Mon, 23 Nov 2026 11:00:00 GMT", Some(0))]
    #[case::a_joke("99999999999", Some(24 * 60 * 60))]
    #[case::nonsense("soon", None)]
    fn a_wait_is_read_without_a_clock(#[case] stated: &str, #[case] seconds: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(
            DATE,
            HeaderValue::from_static("Mon, 23 Nov 2026 12:00:00 GMT"),
        );
        headers.insert(RETRY_AFTER, HeaderValue::from_str(stated).unwrap());
        assert_eq!(retry_after(&headers), seconds.map(Duration::from_secs));
    }
}
