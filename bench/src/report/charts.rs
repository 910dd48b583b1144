//! What is drawn.

use super::Results;
use crate::{
    chart::{Bar, Chart, Group},
    peers::Peer,
    scale::{Row, further},
    stats::Times,
};

/// Where a picture lies, from the page.
pub(super) fn file(name: &str) -> String {
    format!("images/bench-{name}.svg")
}

/// It, in the page.
pub(super) fn link(name: &str) -> String {
    let what = match name {
        "start" => "From the start to the tools, in bars",
        "calls" => "The median of a tool call, in bars",
        "memory" => "Memory, in bars",
        _ => "Time and memory of each further server, in bars",
    };
    format!("![{what}]({})\n", file(name))
}

/// Those of the parts that were measured.
pub(super) fn all(results: &Results) -> Vec<(&'static str, Chart)> {
    let mut charts = Vec::new();
    if !results.starts.is_empty() {
        charts.push(("start", starts(results)));
    }
    if !results.calls.is_empty() {
        charts.push(("calls", calls(results)));
    }
    if !results.memory.is_empty() {
        charts.push(("memory", memory(results)));
    }
    if !results.scale.is_empty() {
        charts.push(("many", many(results)));
    }
    charts
}

fn starts(results: &Results) -> Chart {
    let group = |name: &str, times: fn(&crate::starts::Starts) -> &Times| {
        let bars = results.starts.iter().map(|(peer, starts)| {
            let starts = starts.as_ref().ok();
            bar(
                peer,
                starts.map_or(f64::NAN, |starts| times(starts).median()),
            )
        });
        Group {
            name: name.to_owned(),
            unit: "ms",
            bars: bars.collect(),
        }
    };
    Chart {
        title: "From the start to the tools: median".to_owned(),
        groups: vec![
            group("first, with a sign-in", |starts| &starts.first),
            group("warm", |starts| &starts.warm),
        ],
    }
}

fn calls(results: &Results) -> Chart {
    let groups = results.calls.iter().map(|row| Group {
        name: row.load.to_owned(),
        unit: "ms",
        bars: row
            .costs
            .iter()
            .map(|(peer, _)| bar(peer, row.median(peer)))
            .collect(),
    });
    Chart {
        title: "A tool call: median".to_owned(),
        groups: groups.collect(),
    }
}

fn memory(results: &Results) -> Chart {
    let group = |name: &str, kib: fn(&crate::memory::Memory) -> u64| {
        let bars = results.memory.iter().map(|(peer, memory)| {
            let memory = memory.as_ref().ok();
            bar(peer, memory.map_or(f64::NAN, |memory| mib(kib(memory))))
        });
        Group {
            name: name.to_owned(),
            unit: "MiB",
            bars: bars.collect(),
        }
    };
    Chart {
        title: "Memory: proportional set size".to_owned(),
        groups: vec![
            group("connected, idle", |memory| memory.idle),
            group("after 1,000 calls", |memory| memory.after_calls),
        ],
    }
}

fn many(results: &Results) -> Chart {
    let bar = |row: &Row, value| Bar {
        name: format!("{} servers", row.servers),
        value,
        ours: true,
    };
    let times = results.scale.iter().map(|row| {
        let time = row.connected.as_secs_f64() * 1000.0;
        bar(row, time / mean(row.servers))
    });
    let memory = results.scale.windows(2).filter_map(|rows| match rows {
        [fewer, more] => Some(bar(more, further(fewer, more))),
        _ => None,
    });
    Chart {
        title: "Many servers in one engine".to_owned(),
        groups: vec![
            Group {
                name: "until all are connected, by server".to_owned(),
                unit: "ms",
                bars: times.collect(),
            },
            Group {
                name: "memory of each further server".to_owned(),
                unit: "KiB",
                bars: memory.collect(),
            },
        ],
    }
}

fn bar(peer: &Peer, value: f64) -> Bar {
    Bar {
        name: peer.name.to_owned(),
        value,
        ours: peer.is_ours(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn mean(servers: usize) -> f64 {
    servers as f64
}
