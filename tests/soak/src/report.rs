//! The findings as the second half of `docs/reliability.md`.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result};
use drawbridge_engine::view::Millis;
use drawbridge_testkit::machine;

use crate::{fault::Fault, judge::Findings, spell::cause, vitals::Vitals};

/// Where the page is.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reliability.md");
/// Before it, words; after it, the findings.
const MARK: &str = "<!-- Written by `cargo xtask soak`. -->\n";

/// Prints the verdicts, and writes the page of a whole run; that of a shorter one is printed.
pub(crate) fn tell(findings: &Findings) -> Result<()> {
    let text = text(findings);
    if findings.is_whole() {
        let page = Path::new(PAGE);
        let before = fs::read_to_string(page).context(PAGE)?;
        let (words, _) = before.split_once(MARK).context("no mark in the page")?;
        fs::write(page, format!("{words}{MARK}{text}"))?;
        println!("written to docs/reliability.md");
    } else {
        println!("{text}");
    }
    for failed in findings.unexplained() {
        println!("not explained: {failed:?}");
        let around = findings
            .account
            .faults
            .iter()
            .filter(|it| it.server == failed.server && (it.begin - failed.end).abs() < 60_000);
        for happened in around {
            println!("  {happened:?}");
        }
    }
    for verdict in findings.verdicts() {
        let mark = if verdict.met { '✓' } else { '✗' };
        println!("{mark} {}", verdict.sentence);
    }
    Ok(())
}

fn text(findings: &Findings) -> String {
    let mut text = String::from("\n| | |\n|---|---|\n");
    for (name, value) in machine::describe() {
        line(&mut text, format_args!("| {name} | {value} |"));
    }
    line(&mut text, format_args!("| Seed | {} |", findings.seed));
    text.push_str("\n### Verdict\n\n");
    for verdict in findings.verdicts() {
        let mark = if verdict.met { "met" } else { "**missed**" };
        line(&mut text, format_args!("- {}: {mark}", verdict.sentence));
    }
    figures(&mut text, findings);
    faults(&mut text, findings);
    course(&mut text, findings);
    text
}

fn figures(text: &mut String, findings: &Findings) {
    let account = &findings.account;
    let (made, most) = findings
        .refreshes()
        .into_iter()
        .fold((0, 0), |(made, most), (one, of)| (made + one, most + of));
    let mut took = account.took.clone();
    took.sort_unstable();
    let at = |percent: usize| percentile(&took, percent);
    let servers = findings.troubles();
    let (begin, end) = (findings.begin, findings.end);
    let quiet: Millis = servers.iter().map(|it| it.quiet(begin, end)).sum();
    let all = (end - begin) * Millis::try_from(servers.len()).unwrap_or(1);
    let kills = findings.kills.iter().map(|kill| {
        let (second, waiting) = (kill.at.as_secs(), kill.waiting);
        format!("after {second} s, with {waiting} requests for tokens waiting at the servers")
    });
    let kills: Vec<String> = kills.collect();
    text.push_str("\n### Figures\n\n| | |\n|---|---|\n");
    let mut row = |name: &str, value: String| {
        line(text, format_args!("| {name} | {value} |"));
    };
    row(
        "Servers, processes, minutes",
        format!("{}, 2, {}", servers.len(), findings.minutes),
    );
    row("Calls", account.calls.to_string());
    row("Calls that failed", account.failed.len().to_string());
    row(
        "Time a server was out of the reach of any fault",
        format!("{} %", quiet * 100 / all.max(1)),
    );
    row(
        "Calls of `greet` that went well",
        format!(
            "median {} ms, 99 % within {} ms, all within {} ms",
            at(50),
            at(99),
            at(100)
        ),
    );
    row(
        "Refreshes",
        format!("{made}; tokens that ended: {most} at most"),
    );
    row("Faults", account.faults.len().to_string());
    row("Kills of the second process", kills.join("; "));
}

/// What became of one kind of fault.
#[derive(Debug, Default)]
struct Effect {
    /// Calls that failed over it, by their codes.
    codes: BTreeMap<String, usize>,
    /// How long after its end the last of them was made, in milliseconds.
    latest: Millis,
}

fn faults(text: &mut String, findings: &Findings) {
    let mut effects: BTreeMap<Fault, Effect> = BTreeMap::new();
    for failed in &findings.account.failed {
        if let Some(happened) = cause(failed, &findings.account.faults) {
            let effect = effects.entry(happened.fault).or_default();
            let code = failed.code.clone().unwrap_or_default();
            *effect.codes.entry(code).or_default() += 1;
            effect.latest = effect.latest.max(failed.begin - happened.end);
        }
    }
    text.push_str(
        "\n### Faults, and the calls that failed over them\n\n\
         | fault | times | calls that failed | the last one, after its end |\n|---|--:|---|--:|\n",
    );
    for fault in Fault::ALL {
        let (words, times) = (fault.words(), findings.times(fault));
        let (calls, latest) = match effects.get(&fault) {
            None => ("none".to_owned(), String::new()),
            Some(Effect { codes, latest }) => {
                let codes = codes
                    .iter()
                    .map(|(code, calls)| format!("{calls} `{code}`"));
                let codes: Vec<String> = codes.collect();
                (codes.join(", "), format!("{latest} ms"))
            }
        };
        line(
            text,
            format_args!("| {words} | {times} | {calls} | {latest} |"),
        );
    }
}

/// What the processes had at each full minute.
fn course(text: &mut String, findings: &Findings) {
    text.push_str(
        "\n### Memory and file handles\n\n\
         | minute | first: KiB | handles | second: KiB | handles |\n|--:|--:|--:|--:|--:|\n",
    );
    for minute in 0..u64::from(findings.minutes) {
        let cells = findings.lives.each_ref().map(|life| {
            let looks = life.looks.iter();
            let mut of_this = looks.filter(|look| look.at.as_secs() / 60 == minute);
            of_this.next_back().map_or_else(|| "| ".to_owned(), cell)
        });
        line(
            text,
            format_args!("| {} | {} |", minute + 1, cells.join(" | ")),
        );
    }
}

fn cell(look: &Vitals) -> String {
    format!("{} | {}", look.kib, look.handles)
}

/// By the nearest rank; 0 of nothing.
fn percentile(sorted: &[Millis], percent: usize) -> Millis {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_ranks() {
        let times: Vec<i64> = (1..=200).collect();
        assert_eq!(percentile(&times, 50), 100);
        assert_eq!(percentile(&times, 99), 198);
        assert_eq!(percentile(&times, 100), 200);
        assert_eq!(percentile(&[], 50), 0);
    }
}
