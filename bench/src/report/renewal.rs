//! The refresh table.

use super::{
    Results, Verdict,
    table::{add, missing, table},
};
use crate::refresh::{Outcome, Row};

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for row in &results.refresh {
        let ours = row.outcomes.iter().filter(|(peer, _)| peer.is_ours());
        for (peer, outcome) in ours {
            let (met, what) = match outcome {
                Ok(outcome) => (outcome.is_right(), sentence(outcome)),
                Err(why) => (false, missing(why)),
            };
            verdicts.push((
                met,
                format!("{}, {}: {what}", peer.name, row.trouble.name()),
            ));
        }
    }
    verdicts
}

fn sentence(outcome: &Outcome) -> String {
    let Outcome {
        refreshes,
        reuses,
        pages,
        ok,
        calls,
        ..
    } = outcome;
    format!("{refreshes} refresh, {reuses} reuse, {pages} pages, {ok} of {calls} calls ok")
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    if results.refresh.is_empty() {
        return Vec::new();
    }
    let mut section = String::from(HEAD);
    for row in &results.refresh {
        add(
            &mut section,
            format_args!("\n### {}\n\n{}", capital(row), outcomes(row)),
        );
    }
    vec![section]
}

fn capital(row: &Row) -> String {
    let name = row.trouble.name();
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

fn outcomes(row: &Row) -> String {
    let rows = row.outcomes.iter().map(|(peer, outcome)| match outcome {
        Err(why) => vec![peer.name.to_owned(), missing(why)],
        Ok(outcome) => {
            let why = outcome.why.as_deref().unwrap_or_default();
            vec![
                peer.name.to_owned(),
                outcome.refreshes.to_string(),
                outcome.reuses.to_string(),
                outcome.pages.to_string(),
                format!("{} of {}", outcome.ok, outcome.calls),
                why.split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .take(100)
                    .collect(),
            ]
        }
    });
    let head = [
        "",
        "refreshes",
        "reuses",
        "pages",
        "calls ok",
        "the first that failed",
    ];
    table(&head, rows)
}

const HEAD: &str = "
## When the token ends

What the servers and the browser saw. Right is one refresh, no use of a refresh token that is spent, no
page for the person, and every call answered. The bare wire renews nothing, so it is not here. For
mcp-proxy, which has no refresh token, a new token counts as a refresh. A call that has no answer after
10 s has failed.
";
