//! What is ours alone: requests, the callback, the command, the window.

use super::{
    Results, Verdict,
    table::{add, table},
};
use crate::{
    callback::Callbacks,
    command::{self, Listing},
    stats::Comparison,
    window::Windows,
};

/// The most that ours may take, as a multiple of the bare thing.
const TARGET: f64 = 1.3;

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let counts = results.counts.iter().map(|count| {
        let (seen, expected) = (count.seen.len(), count.expected.len());
        let sentence = format!("{}: {seen} requests, {expected} needed", count.what);
        (count.is_met(), sentence)
    });
    let Callbacks { loopback, near } = &results.callback;
    let ratios = [
        ("Callback to tools, servers on this computer", loopback),
        ("Callback to tools, servers 20 ms away", near),
        ("Window ready", &results.windows.ready),
    ];
    let measured = ratios
        .into_iter()
        .filter(|(_, times)| times.ours.rounds() > 0);
    let ratios = measured.map(|(what, times)| {
        let ratio = times.ratio();
        let sentence = format!("{what}: {ratio:.2} times the bare thing, at most {TARGET}");
        (ratio <= TARGET, sentence)
    });
    counts
        .chain(ratios)
        .chain(of_the_command(&results.listing))
        .collect()
}

fn of_the_command(listing: &Listing) -> Vec<Verdict> {
    let Listing { time, peak, .. } = listing;
    if time.ours.rounds() == 0 {
        return Vec::new();
    }
    let median = time.ours.median();
    let most = command::MOST_MILLIS;
    let time = format!("`drawbridge list`: {median:.1} ms, at most {most} ms");
    let (kib, limit) = (*peak, command::MOST_KIB);
    let memory = format!("`drawbridge list`: {kib} KiB, at most {limit} KiB (12 MB)");
    vec![(median <= most, time), (kib <= limit, memory)]
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    let mut sections = Vec::new();
    if !results.counts.is_empty() {
        sections.push(requests(results));
    }
    let Callbacks { loopback, near } = &results.callback;
    if loopback.ours.rounds() > 0 {
        let rows = [
            ("tools shown, servers on this computer", loopback),
            ("tools shown, servers 20 ms away", near),
        ];
        sections.push(format!(
            "{CALLBACK}{}",
            compared("engine", "bare requests", &rows)
        ));
    }
    let Listing {
        time,
        peak,
        bare_peak,
    } = &results.listing;
    if time.ours.rounds() > 0 {
        let table = compared("`drawbridge list`", "`true`", &[("its end", time)]);
        sections.push(format!(
            "{COMMAND}{table}\nMemory at its peak: {peak} KiB, and `true` {bare_peak} KiB.\n"
        ));
    }
    let Windows { first_paint, ready } = &results.windows;
    if ready.ours.rounds() > 0 {
        let rows = [("first paint", first_paint), ("ready", ready)];
        sections.push(format!(
            "{WINDOW}{}",
            compared("Drawbridge", "empty window", &rows)
        ));
    } else if results.is_whole() {
        sections.push(format!("{WINDOW}Not measured in this run.\n"));
    }
    sections
}

fn requests(results: &Results) -> String {
    let mut section = String::from(REQUESTS);
    for count in &results.counts {
        let mark = if count.is_met() {
            ""
        } else {
            " (**not as expected**)"
        };
        add(
            &mut section,
            format_args!("\n{}{mark}:\n\n```\n", count.what),
        );
        for request in &count.seen {
            add(&mut section, format_args!("{request}\n"));
        }
        section.push_str("```\n");
    }
    section
}

pub(super) fn compared(ours: &str, bare: &str, rows: &[(&str, &Comparison)]) -> String {
    let (ours, bare) = (format!("{ours}: median"), format!("{bare}: median"));
    let head = ["until", "rounds", &ours, "p90", &bare, "p90", "ratio"];
    let rows = rows.iter().map(|(until, times)| {
        let Comparison { ours, bare } = times;
        let ms = |time: f64| format!("{time:.1} ms");
        vec![
            (*until).to_owned(),
            ours.rounds().to_string(),
            ms(ours.median()),
            ms(ours.p90()),
            ms(bare.median()),
            ms(bare.p90()),
            format!("{:.2}", times.ratio()),
        ]
    });
    table(&head, rows)
}

const REQUESTS: &str = "
## Requests on the wire

Seen by the sample servers, in the order of the alphabet, without the browser's own.
";

const CALLBACK: &str = "
## From the callback to the tools

From `Engine::receive_callback` to the event *Connected*, on a new data folder, against the same
requests with reqwest alone to the same servers. On loopback a request costs a fraction of a
millisecond, so that row tells what the engine's own work costs: writing the grant and the tools to
disk, and telling the window. Servers that take 20 ms to answer are as near ones are.

";

const COMMAND: &str = "
## The command

From the start of `drawbridge list` to its end, with ten servers in the list, against a process that
does nothing.

";

const WINDOW: &str = "
## From the start of the process to the window

Both under Xvfb with openbox, a session bus and an unlocked keychain, on a second start.

";
