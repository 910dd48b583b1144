//! The failures that the window and the command make themselves, read from where they are made.

use std::fs;

use drawbridge_engine::view::ErrorView;

use super::codes::sources;

/// What each `Failure::new("code", …)` below these folders says. What a sentence is filled in with
/// is shown as an ellipsis.
pub(super) fn failures(folder: &str) -> Vec<ErrorView> {
    let mut found = Vec::new();
    for file in sources(&[folder]) {
        let text = fs::read_to_string(file).unwrap();
        let ours = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(ours.split("Failure::new(").skip(1).filter_map(failure));
    }
    found
}

/// The call that begins here, if its code and its sentence are written there.
fn failure(call: &str) -> Option<ErrorView> {
    let [code, message, remedy] = arguments(call).try_into().ok()?;
    Some(ErrorView {
        code: literal(code.strip_prefix('"')?),
        message: literal(
            message
                .trim_start_matches("&format!(")
                .trim_start()
                .strip_prefix('"')?,
        ),
        remedy: remedy.strip_prefix("Some(\"").map(literal),
    })
}

/// The arguments up to the bracket that ends them.
fn arguments(call: &str) -> Vec<&str> {
    let (mut begin, mut depth, mut quoted, mut escaped) = (0, 0_usize, false, false);
    let mut arguments = Vec::new();
    for (at, c) in call.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' | '[' => depth += 1,
            ')' if depth == 0 => {
                arguments.push(&call[begin..at]);
                break;
            }
            ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(&call[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    let trimmed = arguments.into_iter().map(str::trim);
    trimmed.filter(|argument| !argument.is_empty()).collect()
}

/// A string up to its closing quote.
fn literal(text: &str) -> String {
    let text = &text[..text.find('"').unwrap()];
    let mut parts = text.split('{');
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        said.push('…');
        said.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    said
}

#[test]
fn a_failure_is_read_where_it_is_made() {
    let source =
        r#""disk", &format!("{} is full, {why}.", name(a, b)), Some("Make room, then go on."))?;"#;
    let read = failure(source).unwrap();
    assert_eq!(read.code, "disk");
    assert_eq!(read.message, "… is full, ….");
    assert_eq!(read.remedy.unwrap(), "Make room, then go on.");
    assert_eq!(failure("&problem.code, &problem.message, None)"), None);
}
