//! An answer of the registry, read entry by entry: a broken one takes no other with it.

use drawbridge_oauth::clean;
use serde_json::Value;

use crate::server::{checked_header, suggested_name};
use crate::view::{RegistryHeader, RegistryInput, RegistryRemote, RegistryServer, Transport};

/// Most addresses, inputs and choices that are read of one entry.
const MOST_REMOTES: usize = 10;
const MOST_INPUTS: usize = 20;
const MOST_CHOICES: usize = 50;
/// Longest address and longest value, in bytes.
const LONGEST: usize = 2048;

/// What is under this name in `_meta` comes from the registry itself.
const OFFICIAL_META: &str = "io.modelcontextprotocol.registry/official";

/// One page.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) servers: Vec<RegistryServer>,
    pub(super) next: Option<String>,
}

/// Nothing, where it is no list of servers.
pub(super) fn listing(body: &[u8]) -> Option<Listing> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let servers = answer.get("servers")?.as_array()?;
    let next = answer.pointer("/metadata/nextCursor");
    Some(Listing {
        servers: servers.iter().filter_map(server).collect(),
        next: next
            .and_then(Value::as_str)
            .filter(|cursor| !cursor.is_empty())
            .map(str::to_owned),
    })
}

/// A server with an address, in its latest version, that nobody has taken back.
fn server(entry: &Value) -> Option<RegistryServer> {
    let detail = entry.get("server")?;
    let meta = entry.get("_meta").and_then(|meta| meta.get(OFFICIAL_META));
    let meta = |name: &str| meta.and_then(|meta| meta.get(name));
    let active = meta("status")
        .and_then(Value::as_str)
        .is_none_or(|status| status == "active");
    let latest = meta("isLatest").and_then(Value::as_bool) != Some(false);
    let id = text(detail, "name")?;
    let remotes = detail.get("remotes")?.as_array()?;
    let remotes: Vec<RegistryRemote> = remotes
        .iter()
        .take(MOST_REMOTES)
        .filter_map(remote)
        .collect();
    if !active || !latest || remotes.is_empty() {
        return None;
    }
    let short = id.rsplit('/').next().unwrap_or(&id).to_owned();
    Some(RegistryServer {
        title: text(detail, "title").unwrap_or(short),
        description: text(detail, "description").unwrap_or_default(),
        version: text(detail, "version").unwrap_or_default(),
        id,
        remotes,
    })
}

fn remote(node: &Value) -> Option<RegistryRemote> {
    let transport = match node.get("type").and_then(Value::as_str)? {
        "streamable-http" => Transport::StreamableHttp,
        "sse" => Transport::Sse,
        _ => return None,
    };
    let declared = node.get("variables").and_then(Value::as_object);
    let template = node.get("url").and_then(Value::as_str)?.trim();
    let fixed = |name: &str| value_of(declared?.get(name)?);
    let url = filled(template, fixed);
    if url.is_empty() || url.len() > LONGEST || url.chars().any(char::is_control) {
        return None;
    }
    let variables = names_in(&url)
        .into_iter()
        .take(MOST_INPUTS)
        .map(|name| {
            let declared = declared.and_then(|declared| declared.get(&name));
            let mut input = input(&name, declared.unwrap_or(&Value::Null));
            // Without it there is no address.
            input.required = true;
            input
        })
        .collect();
    let headers = node.get("headers").and_then(Value::as_array);
    let headers = headers.into_iter().flatten().take(MOST_INPUTS);
    Some(RegistryRemote {
        transport,
        variables,
        headers: headers.filter_map(header).collect(),
        name: url::Url::parse(&url)
            .ok()
            .map(|url| suggested_name(&url))
            .filter(|_| names_in(&url).is_empty()),
        url,
    })
}

/// A header that can be sent at all.
fn header(node: &Value) -> Option<RegistryHeader> {
    let name = node.get("name").and_then(Value::as_str)?;
    checked_header(name, "-").ok()?;
    let declared = node.get("variables").and_then(Value::as_object);
    let written = value_of(node).map(|value| filled(&value, |name| value_of(declared?.get(name)?)));
    let open = written
        .as_ref()
        .is_none_or(|value| !names_in(value).is_empty());
    let mut input = input(name.trim(), node);
    if open && let Some(template) = written.as_ref() {
        input.placeholder = Some(clean(template));
        let inner = names_in(template);
        let inner = inner.iter().filter_map(|name| declared?.get(name));
        for declared in inner {
            input.secret |= flag(declared, "isSecret");
            input.description = input.description.or_else(|| text(declared, "description"));
        }
    }
    Some(RegistryHeader {
        value: written.filter(|value| !open && checked_header(name, value).is_ok()),
        input,
    })
}

fn input(name: &str, node: &Value) -> RegistryInput {
    let choices = node.get("choices").and_then(Value::as_array);
    let choices = choices.into_iter().flatten().filter_map(Value::as_str);
    RegistryInput {
        name: clean(name),
        description: text(node, "description"),
        required: flag(node, "isRequired"),
        secret: flag(node, "isSecret"),
        default: text(node, "default"),
        placeholder: text(node, "placeholder"),
        choices: choices.take(MOST_CHOICES).map(clean).collect(),
    }
}

/// A value that the publisher has set, and nobody is to change.
fn value_of(node: &Value) -> Option<String> {
    let value = node.get("value").and_then(Value::as_str)?;
    let short = !value.is_empty() && value.len() <= LONGEST;
    short.then(|| value.to_owned())
}

/// Puts in what is known of the names in braces; the others stay.
fn filled(template: &str, known: impl Fn(&str) -> Option<String>) -> String {
    names_in(template)
        .into_iter()
        .fold(template.to_owned(), |text, name| match known(&name) {
            Some(value) => text.replace(&format!("{{{name}}}"), &value),
            None => text,
        })
}

/// The names in braces, each once.
fn names_in(template: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in template.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else {
            continue;
        };
        let is_name = !name.is_empty()
            && name.len() <= 60
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if is_name && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn flag(node: &Value, name: &str) -> bool {
    node.get(name).and_then(Value::as_bool).unwrap_or_default()
}

/// Text that is there, fit to be shown.
fn text(node: &Value, name: &str) -> Option<String> {
    let found = clean(node.get(name).and_then(Value::as_str)?);
    (!found.is_empty()).then_some(found)
}
