//! The headers of an entry: those with a value, and those that still need one.

use super::Warning;
use super::document::Node;
use super::placeholder::placeholder;
use crate::server::checked_header;
use crate::view::HeaderInput;

/// A header as it was written.
pub(super) struct Written {
    pub(super) name: String,
    pub(super) value: String,
}

/// The headers of an entry, sorted.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) known: Vec<HeaderInput>,
    pub(super) needs_value: Vec<String>,
    /// One of them, with a value or without, says who calls.
    pub(super) holds_key: bool,
}

/// All headers of an entry. Codex takes some of them, and a bearer token, from its environment;
/// Continue has a key beside them.
pub(super) fn headers_of(node: &Node) -> Vec<Written> {
    let mut all = written_out(node);
    if let Some(variable) = node.first_text(&["bearer_token_env_var"]) {
        all.push(Written {
            name: "Authorization".to_owned(),
            value: format!("Bearer ${{{variable}}}"),
        });
    }
    if let Some(key) = node.first_text(&["apiKey"]) {
        all.push(Written {
            name: "Authorization".to_owned(),
            value: format!("Bearer {key}"),
        });
    }
    if let Some(Node::Map(properties)) = node.get("env_http_headers") {
        all.extend(properties.iter().map(|(name, variable)| Written {
            name: name.clone(),
            value: format!("${{{}}}", variable.text().unwrap_or_default()),
        }));
    }
    all
}

/// `headers` as a map or as an array of names and values; `requestInit` is the SDK's own shape, and
/// `requestOptions` that of Continue.
fn written_out(node: &Node) -> Vec<Written> {
    let inside = node
        .first(&["requestInit", "requestOptions"])
        .and_then(|init| init.get("headers"));
    let all = node.first(&["headers", "http_headers"]).or(inside);
    match all {
        Some(Node::Map(properties)) => properties
            .iter()
            .map(|(name, value)| Written {
                name: name.clone(),
                value: value.text().unwrap_or_default().to_owned(),
            })
            .collect(),
        Some(Node::List(items)) => items
            .iter()
            .filter_map(|item| {
                Some(Written {
                    name: item.first_text(&["name", "key"])?.to_owned(),
                    value: item.first_text(&["value"]).unwrap_or_default().to_owned(),
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Takes what can be sent; the rest is told.
pub(super) fn take_headers(written: Vec<Written>, warnings: &mut Vec<Warning>) -> Taken {
    let mut taken = Taken::default();
    for Written { name, value } in written {
        let shown = shown(&name);
        // A header without a value is checked as if it had one: its name has to be good too.
        let missing = value.trim().is_empty();
        let open = placeholder(&value);
        let unknown = missing || open.is_some();
        let checked = checked_header(&name, if unknown { "-" } else { &value });
        let name = match checked {
            Ok((name, _)) => name,
            Err(why) => {
                warnings.push(Warning::HeaderLeftOut { header: shown, why });
                continue;
            }
        };
        let twice = taken.known.iter().any(|known| known.name == name);
        if twice || taken.needs_value.contains(&name) {
            warnings.push(Warning::HeaderLeftOut {
                header: shown,
                why: "it is there twice",
            });
            continue;
        }
        taken.holds_key |= is_key(&name);
        if unknown {
            warnings.push(Warning::HeaderNeedsValue {
                header: shown,
                from: open.and_then(|open| open.name),
            });
            taken.needs_value.push(name);
        } else {
            taken.known.push(HeaderInput {
                name,
                value: Some(value.trim().to_owned()),
            });
        }
    }
    taken
}

/// Whether a header of that name says who calls.
fn is_key(name: &str) -> bool {
    ["auth", "key", "token", "secret"]
        .iter()
        .any(|part| name.contains(part))
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}
