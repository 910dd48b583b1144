//! Foreign text on a terminal.

use std::fmt::Write as _;

use drawbridge_engine::is_hidden;

/// The text without what a terminal would obey, or show turned round: names and descriptions come from servers.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !is_hidden(*c) || matches!(c, '\n' | '\t'))
        .collect()
}

/// The same in one line, for a table.
pub(crate) fn line(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(clean).collect();
    words.join(" ")
}

/// Rows with columns as wide as their widest cell; the last one is as long as it likes.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for row in rows {
        let mut text = String::new();
        for (width, cell) in widths.iter().zip(row) {
            // A string takes everything.
            let _ = write!(text, "{cell:width$}  ");
        }
        table.push_str(text.trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{clean, line, table};

    #[test]
    fn a_server_cannot_paint_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\nb"), "a[31mred\nb");
        assert_eq!(line(" two\n\u{9b}lines "), "two lines");
        assert_eq!(clean("a\u{202e}b\u{2066}c\td"), "abc\td");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["NAME", "URL"], ["Ada", "b"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "NAME  URL\nAda   b\n");
    }
}
