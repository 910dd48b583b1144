//! Where an MCP request may be redirected to.

use reqwest::redirect::{Attempt, Policy};

use super::MOST_REDIRECTS;
use crate::Reach;
use crate::endpoint::{is_allowed, is_loopback};

/// At most five, never to plain http, unless it stays on this computer.
/// Across origins only when nothing but
/// what reqwest itself strips (`Authorization`, cookies) could be carried over.
pub(super) fn redirects(same_origin_only: bool) -> Policy {
    Policy::custom(move |attempt: Attempt<'_>| {
        let from = attempt.previous().last();
        let same_origin = from.is_some_and(|from| from.origin() == attempt.url().origin());
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("too many redirects")
        } else if !is_allowed(attempt.url(), reach_of(from)) {
            attempt.error("a redirect to an address that is not https")
        } else if same_origin_only && !same_origin {
            attempt.error("a redirect to another server, which must not see the headers")
        } else {
            attempt.follow()
        }
    })
}

fn reach_of(from: Option<&url::Url>) -> Reach {
    if from.is_some_and(is_loopback) {
        Reach::Loopback
    } else {
        Reach::Public
    }
}
