//! The table of results.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::Result;

use super::{
    result::Outcome,
    scenario::{OLDEST, REVISIONS},
};
use crate::place;

/// Where it is.
pub(super) const PLACE: &str = "docs/conformance.md";
/// Before it, words; after it, the table.
const MARK: &str = "<!-- Written by `cargo xtask test conformance`. -->\n";

/// Writes it; says whether it was like that before.
pub(super) fn write(outcomes: &[Outcome]) -> Result<bool> {
    let place = place::root().join(PLACE);
    let before = fs::read_to_string(&place)?;
    let words = before.split(MARK).next().unwrap_or_default();
    let after = format!("{words}{MARK}{}", tables(outcomes));
    if after != before {
        fs::write(&place, &after)?;
    }
    Ok(after == before)
}

fn tables(outcomes: &[Outcome]) -> String {
    let mut cells: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    for outcome in outcomes {
        let name = outcome.scenario.name.as_str();
        let version = outcome.scenario.version.as_deref().unwrap_or("extension");
        if !names.contains(&name) {
            names.push(name);
        }
        cells.insert((name, version), cell(outcome));
    }
    let columns: Vec<&str> = [OLDEST]
        .into_iter()
        .chain(REVISIONS)
        .chain(["extension"])
        .collect();
    let well = outcomes.iter().filter(|outcome| outcome.is_well()).count();
    let mut text = format!("\n{well} of {} are well.\n\n", outcomes.len());
    let _ = writeln!(text, "| scenario | {} |", columns.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(columns.len()));
    for name in names {
        let _ = write!(text, "| `{name}` |");
        for column in &columns {
            let cell = cells.get(&(name, *column)).map_or("", String::as_str);
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

fn cell(outcome: &Outcome) -> String {
    let mark = if outcome.is_well() { '✓' } else { '✗' };
    format!("{mark} {}", outcome.passed.len())
}
