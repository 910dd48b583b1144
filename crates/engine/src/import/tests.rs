mod limits;
mod properties;
mod shapes;

use super::*;

/// Entries in a short form: `name: url [kind] header*: warnings` or `name - reason`. A star marks a
/// header that needs a value.
fn short(text: &str) -> Vec<String> {
    read(text)
        .unwrap()
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Ready(ready) => {
                let kind = match ready.auth {
                    Some(AuthKind::Headers) => "headers",
                    Some(_) => "?",
                    None => "open",
                };
                let known = ready
                    .server
                    .headers
                    .iter()
                    .map(|header| header.name.clone());
                let open = ready.needs_value.iter().map(|name| format!("{name}*"));
                let headers: Vec<String> = known.chain(open).collect();
                let warnings: Vec<&str> = ready.warnings.iter().map(Warning::code).collect();
                let parts = [
                    format!("{}: {}", ready.name, ready.server.url),
                    kind.to_owned(),
                    headers.join(","),
                    warnings.join(","),
                ];
                let parts = parts.into_iter().filter(|part| !part.is_empty());
                parts.collect::<Vec<_>>().join(" | ")
            }
            Entry::Skipped { name, reason } => format!("{name} - {reason}"),
        })
        .collect()
}

/// The value of a header of the first entry.
fn header(text: &str, name: &str) -> Option<String> {
    match read(text).unwrap().entries.remove(0) {
        Entry::Ready(ready) => {
            let header = ready
                .server
                .headers
                .into_iter()
                .find(|one| one.name == name);
            header.and_then(|header| header.value)
        }
        Entry::Skipped { .. } => None,
    }
}
