//! Starts, calls and memory of all contenders.

use super::{
    Results, Verdict, charts,
    own::compared,
    table::{add, missing, pair, table},
};
use crate::{
    calls,
    chart::number,
    memory,
    peers::{self, Peer},
    starts::Near,
    stats::{Comparison, Times},
};

/// The most that a start may take, as a multiple of the bare wire.
const MOST: f64 = 1.2;
/// The most that a call may take longer than on the bare wire, in milliseconds.
const MOST_OVERHEAD: f64 = 0.15;

/// Who takes part.
pub(super) fn versions() -> impl Iterator<Item = Vec<String>> {
    peers::ALL
        .into_iter()
        .map(|peer| vec![peer.name.to_owned(), peer.what.to_owned()])
}

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    if !results.starts.is_empty() {
        for (what, times) in [
            (
                "First connect",
                (|starts| &starts.first) as fn(&crate::starts::Starts) -> &Times,
            ),
            ("Warm start", |starts| &starts.warm),
        ] {
            let median = |of: &Peer| {
                let mut rows = results.starts.iter();
                let found = rows.find(|(peer, _)| peer.name == of.name);
                let starts = found.and_then(|(_, starts)| starts.as_ref().ok());
                starts.map_or(f64::NAN, |starts| times(starts).median())
            };
            let (ours, bare) = (median(peers::ENGINE), median(peers::BARE));
            let ratio = ours / bare;
            let sentence = format!(
                "{what}: {} ms, {ratio:.2} times the bare wire, at most {MOST}",
                number(ours)
            );
            verdicts.push((ratio <= MOST, sentence));
        }
    }
    for (what, times) in near_starts(results) {
        let ratio = times.ratio();
        let sentence =
            format!("{what}, servers 20 ms away: {ratio:.2} times the bare wire, at most {MOST}");
        verdicts.push((ratio <= MOST, sentence));
    }
    for row in &results.calls {
        let overhead = row.overhead(peers::ENGINE);
        let sentence = format!(
            "Call, {}: p50 {overhead:.3} ms over the bare wire, at most {MOST_OVERHEAD}",
            row.load
        );
        verdicts.push((overhead <= MOST_OVERHEAD, sentence));
    }
    verdicts
}

/// Those that were measured.
fn near_starts(results: &Results) -> impl Iterator<Item = (&'static str, &Comparison)> {
    let Near { first, warm } = &results.near_starts;
    let both = [("First connect", first), ("Warm start", warm)];
    both.into_iter()
        .filter(|(_, times)| times.ours.rounds() > 0)
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    let mut sections = Vec::new();
    if !results.starts.is_empty() {
        sections.push(starts(results));
    }
    if !results.calls.is_empty() {
        sections.push(calls_of(&results.calls));
    }
    if !results.memory.is_empty() {
        sections.push(memory_of(&results.memory));
    }
    sections
}

fn starts(results: &Results) -> String {
    let rows = results.starts.iter().map(|(peer, starts)| match starts {
        Err(why) => vec![peer.name.to_owned(), missing(why)],
        Ok(starts) => {
            let [first, first_late] = pair(&starts.first, starts.first.p90());
            let [warm, warm_late] = pair(&starts.warm, starts.warm.p90());
            let asked = |requests: &Vec<String>| requests.len().to_string();
            vec![
                peer.name.to_owned(),
                starts.first.rounds().to_string(),
                first,
                first_late,
                asked(&starts.first_requests),
                warm,
                warm_late,
                asked(&starts.warm_requests),
            ]
        }
    });
    let head = [
        "",
        "rounds",
        "first: p50",
        "p90",
        "requests",
        "warm: p50",
        "p90",
        "requests",
    ];
    let near: Vec<_> = near_starts(results).collect();
    format!(
        "{STARTS}{}\n{}{NEAR_STARTS}{}",
        charts::link("start"),
        table(&head, rows),
        compared("engine", "bare wire", &near)
    )
}

fn calls_of(rows: &[calls::Row]) -> String {
    let mut section = format!("{CALLS}{}", charts::link("calls"));
    for row in rows {
        let costs = row.costs.iter().map(|(peer, times)| match times {
            Err(why) => vec![peer.name.to_owned(), missing(why)],
            Ok(times) => {
                let [median, late] = pair(times, times.p99());
                let overhead = format!("{:.3} ms", row.overhead(peer));
                let calls = times.rounds().to_string();
                vec![peer.name.to_owned(), calls, median, late, overhead]
            }
        });
        let head = ["", "calls", "p50", "p99", "p50 over the bare wire"];
        add(
            &mut section,
            format_args!("\n### {}\n\n{}", capital(row.load), table(&head, costs)),
        );
    }
    section
}

fn memory_of(rows: &memory::Rows) -> String {
    let rows = rows.iter().map(|(peer, memory)| match memory {
        Err(why) => vec![peer.name.to_owned(), missing(why)],
        Ok(memory) => vec![
            peer.name.to_owned(),
            format!("{} KiB", memory.idle),
            format!("{} KiB", memory.after_calls),
        ],
    });
    let after = format!("after {} calls", memory::CALLS);
    let table = table(&["", "connected, idle", &after], rows);
    format!("{MEMORY}{}\n{table}", charts::link("memory"))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

const STARTS: &str = "
## From the start to the tools

From the start of the process until all tools are listed. *First* is on a new folder, with a server that
consents at once and a browser that follows its redirect; *warm* is the next start on the same folder.
Requests are all that the servers saw, the browser's own among them.

";

const NEAR_STARTS: &str = "
The same with servers that take 20 ms to answer, as near ones do.

";

const CALLS: &str = "
## A tool call

";

const MEMORY: &str = "
## Memory

Proportional set size of all processes of a contender, after a warm start.

";
