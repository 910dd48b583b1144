//! One entry: a server that can be added, or the reason why not.

use super::client::{client_options, take_client};
use super::command_line::{McpRemote, program, words};
use super::document::Node;
use super::headers::{Written, headers_of, take_headers};
use super::lists::Named;
use super::placeholder::{Placeholder, filled, placeholder};
use super::{Entry, Ready, Reason, Warning};
use crate::error::Error;
use crate::server::{checked_name, server_url, suggested_name};
use crate::view::{AuthKind, NewServer};

/// Names of an address. Gemini CLI has `httpUrl` beside an older `url`.
pub(super) const URLS: [&str; 5] = ["httpUrl", "serverUrl", "url", "server_url", "uri"];
/// Name of a program.
pub(super) const COMMAND: &str = "command";
/// Where the address stands when it is one level further down (Zed, Continue).
const NESTED: [&str; 2] = ["source", "transport"];

/// What an entry says of a remote server, before it is checked.
struct Remote {
    url: String,
    headers: Vec<Written>,
    sse: bool,
    client: Option<Node>,
}

/// Reads one entry.
pub(super) fn entry(named: &Named<'_>) -> Entry {
    match remote(named.node).and_then(|remote| ready(named, remote)) {
        Ok(ready) => Entry::Ready(Box::new(ready)),
        Err(reason) => Entry::Skipped {
            name: label(named.name),
            reason,
        },
    }
}

fn remote(node: &Node) -> Result<Remote, Reason> {
    if let Some(url) = node.text().filter(|text| text.contains("://")) {
        return Ok(Remote {
            url: url.to_owned(),
            headers: Vec::new(),
            sse: false,
            client: None,
        });
    }
    if !node.is_map() {
        return Err(Reason::NotAnObject);
    }
    let inner = node.first(&NESTED).filter(|inner| inner.is_map());
    let layers: Vec<&Node> = inner.into_iter().chain([node]).collect();
    let text = |names: &[&str]| layers.iter().find_map(|layer| layer.first_text(names));

    let kind = text(&["type", "transport", "transportType"]).unwrap_or_default();
    let command = layers.iter().find_map(|layer| words(layer));
    let local = matches!(kind, "stdio" | "local");
    match (text(&URLS), command) {
        (Some(url), None) => Ok(url),
        (Some(url), Some(_)) if !local => Ok(url),
        (_, Some(words)) => return started(&layers, &words),
        (None, None) if text(&NESTED) == Some("extension") => return Err(Reason::Extension),
        (None, None) => return Err(Reason::NoAddress),
    }
    .map(|url| Remote {
        url: url.to_owned(),
        headers: layers.iter().flat_map(|layer| headers_of(layer)).collect(),
        sse: kind.eq_ignore_ascii_case("sse"),
        client: None,
    })
}

/// A program on this computer, unless it is one that only passes on to a remote server.
fn started(layers: &[&Node], words: &[String]) -> Result<Remote, Reason> {
    let Some(bridge) = McpRemote::read(words) else {
        return Err(Reason::RunsHere {
            program: program(words),
        });
    };
    let environment = layers.iter().find_map(|layer| layer.get("env"));
    let url = bridge.url.ok_or(Reason::NoAddress)?;
    Ok(Remote {
        url: filled(&url, environment),
        headers: bridge
            .headers
            .into_iter()
            .map(|(name, value)| Written {
                name,
                value: filled(&value, environment),
            })
            .collect(),
        sse: bridge.sse_only,
        client: bridge.client,
    })
}

fn ready(named: &Named<'_>, remote: Remote) -> Result<Ready, Reason> {
    if let Some(Placeholder { name }) = placeholder(&remote.url) {
        return Err(Reason::AddressNeedsValue { name });
    }
    let url = server_url(&remote.url).map_err(|error| match error {
        Error::InvalidUrl(why) => Reason::BadAddress { why },
        _ => Reason::NoAddress,
    })?;
    let mut warnings = Vec::new();
    let name = match named.name.map(checked_name) {
        Some(Ok(name)) => name,
        Some(Err(_)) => {
            warnings.push(Warning::NameChanged);
            suggested_name(&url)
        }
        None => suggested_name(&url),
    };
    if remote.sse || url.path().ends_with("/sse") {
        warnings.push(Warning::Sse);
    }
    let headers = take_headers(remote.headers, &mut warnings);
    let auth = headers.holds_key.then_some(AuthKind::Headers);
    let mut server = NewServer::at(url.as_str(), auth.unwrap_or(AuthKind::OAuth));
    server.name = Some(name.clone());
    server.headers = headers.known;
    let client = remote
        .client
        .as_ref()
        .or_else(|| client_options(named.node));
    if let Some(client) = client {
        take_client(client, &mut server, &mut warnings);
    }
    let enabled = !is(named.node, "disabled", true) && !is(named.node, "enabled", false);
    if !enabled {
        warnings.push(Warning::SwitchedOff);
    }
    Ok(Ready {
        name,
        server,
        auth,
        enabled,
        needs_value: headers.needs_value,
        warnings,
    })
}

fn is(node: &Node, name: &str, expected: bool) -> bool {
    matches!(node.get(name), Some(Node::Flag(flag)) if *flag == expected)
}

/// What a skipped entry is called: its own name, fit to be shown.
fn label(name: Option<&str>) -> String {
    let shown: String = name
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(255)
        .collect();
    if shown.is_empty() {
        "(without a name)".to_owned()
    } else {
        shown
    }
}
