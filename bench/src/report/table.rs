//! Tables in Markdown.

use std::fmt::{Arguments, Write as _};

use crate::stats::Times;

/// The first column is text, the others are numbers.
pub(super) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|---", head.join(" | "));
    text.push_str(&"|--:".repeat(head.len().saturating_sub(1)));
    text.push_str("|\n");
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        add(&mut text, format_args!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Adds to a page.
pub(super) fn add(page: &mut String, text: Arguments<'_>) {
    // A string takes everything.
    let _ = page.write_fmt(text);
}

/// Of a contender that is not there.
pub(super) fn missing(why: &str) -> String {
    let why: String = why.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = why.chars().take(120).collect();
    format!("missing: {short}")
}

/// Median and another one, in milliseconds.
pub(super) fn pair(times: &Times, other: f64) -> [String; 2] {
    [times.median(), other].map(|time| format!("{} ms", crate::chart::number(time)))
}
