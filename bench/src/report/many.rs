//! One engine with many servers.

use super::{Results, Verdict, charts, table::table};
use crate::scale::{Row, further};

/// The most that each further server may need, in KiB: 0.2 MB.
const MOST_MEMORY: f64 = 200_000.0 / 1024.0;
/// A server among the last of many may cost so many times what one among the first costs.
const LINEAR: f64 = 1.5;

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let [.., few, some, many] = &results.scale[..] else {
        return Vec::new();
    };
    let memory = further(some, many);
    let times = each(some, many) / each(few, some);
    vec![
        (
            memory <= MOST_MEMORY,
            format!("Each further server: {memory:.0} KiB, at most {MOST_MEMORY:.0} KiB (0.2 MB)"),
        ),
        (
            times <= LINEAR,
            format!(
                "Connecting {} servers: each takes {times:.2} times what each of {} takes, at most {LINEAR}",
                many.servers, some.servers
            ),
        ),
    ]
}

/// Milliseconds of each further server.
fn each(fewer: &Row, more: &Row) -> f64 {
    let time = more.connected.saturating_sub(fewer.connected);
    let servers = u32::try_from(more.servers - fewer.servers).unwrap_or(u32::MAX);
    (time / servers).as_secs_f64() * 1000.0
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    if results.scale.is_empty() {
        return Vec::new();
    }
    let mut before: Option<&Row> = None;
    let mut rows = Vec::new();
    for row in &results.scale {
        let further = |value: fn(&Row, &Row) -> f64, unit| {
            before.map_or_else(String::new, |before| {
                format!("{:.2} {unit}", value(before, row))
            })
        };
        rows.push(vec![
            row.servers.to_string(),
            format!("{:.1} ms", row.connected.as_secs_f64() * 1000.0),
            further(each, "ms"),
            format!("{} KiB", row.memory),
            further(crate::scale::further, "KiB"),
            row.requests.to_string(),
        ]);
        before = Some(row);
    }
    let head = [
        "servers",
        "all connected",
        "each further",
        "memory",
        "each further",
        "requests",
    ];
    let table = table(&head, rows);
    vec![format!("{HEAD}{}\n{table}", charts::link("many"))]
}

const HEAD: &str = "
## Many servers in one engine

From the start of the process until all are connected, with tokens that live: the middle one of five starts.
Each server has a grant, a session and a stream of its own; behind all of them is the same server process,
which works on the same processor.

";
