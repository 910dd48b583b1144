//! The results as a page, written by the run itself.

use std::fmt::Write as _;

use crate::{
    callback::Callbacks,
    calls::Row,
    command::{self, Listing},
    machine,
    stats::Comparison,
    window::Windows,
    wire::Count,
};

/// The most that ours may take, as a multiple of the bare thing.
pub(crate) const TARGET: f64 = 1.3;

/// Everything that was measured; parts that were left out have no rounds.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) counts: Vec<Count>,
    pub(crate) callback: Callbacks,
    pub(crate) calls: Vec<Row>,
    pub(crate) listing: Listing,
    pub(crate) windows: Windows,
}

impl Results {
    /// Each expectation in a sentence, and whether it was met.
    pub(crate) fn verdicts(&self) -> Vec<(bool, String)> {
        let counts = self.counts.iter().map(|count| {
            let (seen, expected) = (count.seen.len(), count.expected.len());
            let sentence = format!("{}: {seen} requests, {expected} needed", count.what);
            (count.is_met(), sentence)
        });
        let ratios = [
            (
                "Callback to tools, servers on this computer",
                &self.callback.loopback,
            ),
            ("Callback to tools, servers 20 ms away", &self.callback.near),
            ("Window ready", &self.windows.ready),
        ];
        let measured = ratios
            .into_iter()
            .filter(|(_, times)| times.ours.rounds() > 0);
        let ratios = measured.map(|(what, times)| {
            let ratio = times.ratio();
            let sentence = format!("{what}: {ratio:.2} times the bare thing, at most {TARGET}");
            (ratio <= TARGET, sentence)
        });
        counts.chain(ratios).chain(self.of_the_command()).collect()
    }

    fn of_the_command(&self) -> Vec<(bool, String)> {
        let Listing { time, peak, .. } = &self.listing;
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

    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let mut page = String::from(HEAD);
        for (name, value) in machine::describe() {
            line(&mut page, format_args!("| {name} | {value} |"));
        }
        page.push_str("\n## Verdict\n\n");
        for (met, sentence) in self.verdicts() {
            let mark = if met { "met" } else { "**missed**" };
            line(&mut page, format_args!("- {sentence}: {mark}"));
        }
        page.push_str(REQUESTS);
        for count in &self.counts {
            let mark = if count.is_met() {
                ""
            } else {
                " (**not as expected**)"
            };
            line(&mut page, format_args!("\n{}{mark}:\n\n```", count.what));
            for request in &count.seen {
                line(&mut page, format_args!("{request}"));
            }
            page.push_str("```\n");
        }
        page.push_str(CALLBACK);
        let callbacks = [
            (
                "tools shown, servers on this computer",
                &self.callback.loopback,
            ),
            ("tools shown, servers 20 ms away", &self.callback.near),
        ];
        table(&mut page, "engine", "bare requests", &callbacks);
        for row in &self.calls {
            for (name, times) in &row.costs {
                line(
                    &mut page,
                    format_args!(
                        "| {} | {name} | {} | {:.3} ms | {:.3} ms |",
                        row.load,
                        times.rounds(),
                        times.median(),
                        times.p99()
                    ),
                );
            }
        }
        page.push_str(COMMAND);
        let Listing {
            time,
            peak,
            bare_peak,
        } = &self.listing;
        table(
            &mut page,
            "`drawbridge list`",
            "`true`",
            &[("its end", time)],
        );
        line(
            &mut page,
            format_args!("\nMemory at its peak: {peak} KiB, and `true` {bare_peak} KiB."),
        );
        page.push_str(WINDOW);
        let windows = [
            ("first paint", &self.windows.first_paint),
            ("ready", &self.windows.ready),
        ];
        table(&mut page, "Drawbridge", "empty window", &windows);
        page
    }
}

fn table(page: &mut String, ours: &str, bare: &str, rows: &[(&str, &Comparison)]) {
    line(
        page,
        format_args!(
            "\n| until | rounds | {ours}: median | p90 | {bare}: median | p90 | ratio |\n\
             |---|--:|--:|--:|--:|--:|--:|"
        ),
    );
    for (until, times) in rows {
        let Comparison { ours, bare } = times;
        line(
            page,
            format_args!(
                "| {until} | {} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.2} |",
                ours.rounds(),
                ours.median(),
                ours.p90(),
                bare.median(),
                bare.p90(),
                times.ratio(),
            ),
        );
    }
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = writeln!(page, "{text}");
}

const HEAD: &str = "\
# Results

Written by `cargo xtask bench`; what is measured and how is in [README.md](README.md). Times depend
on the machine, ratios much less: both sides ran in turn, in the same run.

| | |
|---|---|
";

const REQUESTS: &str = "
## Requests on the wire

Seen by the sample servers, in the order of the alphabet, without the browser's own.
";

const CALLBACK: &str = "
## From the callback to the tools

From `Engine::receive_callback` to the event *Connected*, on a new data folder, against the same
requests with reqwest alone to the same servers. On loopback a request costs a fraction of a
millisecond, so that row tells what the engine's own work costs: writing the grant and the tools to
disk, and telling the window. Servers
that take 20 ms to answer are as near ones are.
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
