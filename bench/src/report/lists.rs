//! The window with a long list.

use super::{Results, Verdict, own::compared, table::add};
use crate::long_list::{LONG, Lists, SHORT};

/// The most that the long list may take, as a multiple of the short one.
const TARGET: f64 = 1.2;

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let Lists { ready, search, .. } = &results.lists;
    let ratios = [("ready", ready), ("searched", search)];
    let measured = ratios
        .into_iter()
        .filter(|(_, times)| times.ours.rounds() > 0);
    let verdict = |(what, times): (&str, &crate::stats::Comparison)| {
        let ratio = times.ratio();
        let sentence = format!(
            "Window with {LONG} servers {what}: {ratio:.2} times the one with {SHORT}, at most {TARGET}"
        );
        (ratio <= TARGET, sentence)
    };
    measured.map(verdict).collect()
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    let Lists {
        ready,
        search,
        memory,
    } = &results.lists;
    if ready.ours.rounds() == 0 {
        return Vec::new();
    }
    let (long, short) = (format!("{LONG} servers"), format!("{SHORT} servers"));
    let rows = [("ready", ready), ("found", search)];
    let mut section = format!("{HEAD}{}", compared(&long, &short, &rows));
    add(
        &mut section,
        format_args!(
            "\nMemory of the app and the processes of its window: {} KiB, and with {short} {} KiB.\n",
            memory.long, memory.short
        ),
    );
    vec![section]
}

const HEAD: &str = "
## A long list in the window

The same app on two data folders, on the desk of the part before. *Ready* is from the start of the
process; *found* from a letter in the search field to the list of what was found.

";
