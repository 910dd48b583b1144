//! Values that another program fills in later: told, and never sent as they stand.

use super::document::Node;

/// A part of a value that is still to be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placeholder {
    /// What it is called, where that says something: `API_KEY`, `input:key`.
    pub(super) name: Option<String>,
}

/// The first placeholder of a value: `${VAR}`, `${env:VAR}`, `${input:key}`, `${VAR:-default}`,
/// `{env:VAR}`, `{{var}}`, `$VAR`, `<your key>` or `YOUR_API_KEY`.
pub(super) fn placeholder(value: &str) -> Option<Placeholder> {
    const OPEN: [(&str, &str); 4] = [("${", "}"), ("{{", "}}"), ("{env:", "}"), ("{file:", "}")];
    for (open, close) in OPEN {
        if let Some((_, after)) = value.split_once(open) {
            let inside = after.split_once(close).map_or(after, |(inside, _)| inside);
            return Some(named(inside));
        }
    }
    let by_shell = |word: &str| {
        let name = word.split_once('$')?.1;
        let first = name.bytes().next()?;
        let is_name = first.is_ascii_uppercase() || first == b'_';
        is_name.then(|| named(name))
    };
    if let Some(found) = value.split_whitespace().find_map(by_shell) {
        return Some(found);
    }
    let bracketed = value
        .split_once('<')
        .is_some_and(|(_, after)| after.contains('>'));
    let yours = value.split_whitespace().any(|word| {
        let word = word.to_ascii_lowercase();
        word.starts_with("your_") || word.starts_with("your-")
    });
    (bracketed || yours).then_some(Placeholder { name: None })
}

/// What stands inside is shown only if it is a name: a default value may be a secret.
fn named(inside: &str) -> Placeholder {
    let name = inside.split_once(":-").map_or(inside, |(name, _)| name);
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.len() <= 60
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
    Placeholder {
        name: is_name.then(|| name.to_owned()),
    }
}

/// Fills `${VAR}` from the entry's own `env`, as `mcp-remote` does; what is not there stays.
pub(super) fn filled(value: &str, environment: Option<&Node>) -> String {
    let mut done = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        done.push_str(before);
        let known = after.split_once('}').and_then(|(name, after)| {
            let value = environment?.get(name)?.text()?;
            Some((value, after))
        });
        let Some((value, after)) = known else {
            done.push_str("${");
            rest = after;
            continue;
        };
        done.push_str(value);
        rest = after;
    }
    done + rest
}
