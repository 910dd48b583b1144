//! When a server wants to be asked again (RFC 9110 §10.2.3).

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

/// Longer than this is not believed: the person would rather be told.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait. A date counts from the answer's own `Date`, so that no clock is needed and a
/// wrong one does no harm.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let wanted = text(RETRY_AFTER)?;
    let wait = match wanted.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let then = httpdate::parse_http_date(wanted).ok()?;
            let now = httpdate::parse_http_date(text(DATE)?).ok()?;
            then.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}
