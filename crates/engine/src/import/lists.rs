//! Where in a document the servers are.

use super::document::Node;
use super::entry::{COMMAND, URLS};

/// Under these names stands a list of servers.
const LISTS: [&str; 6] = [
    "mcpServers",
    "mcp_servers",
    "servers",
    "context_servers",
    "mcp.servers",
    "amp.mcpServers",
];
/// Under these names stands an object that may hold such lists.
const AROUND: [&str; 2] = ["mcp", "settings"];
/// Under this name stands one such object for each folder (Claude Code).
const FOLDERS: &str = "projects";

/// An entry, and what it is called.
pub(super) struct Named<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) node: &'a Node,
}

/// Every entry of every list, in the order of the document.
pub(super) fn servers(root: &Node) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    match root {
        Node::Map(properties) => {
            within(root, &mut found);
            let is_list = || properties.iter().any(|(_, value)| looks_like_server(value));
            if found.is_empty() && (looks_like_server(root) || is_list()) {
                list(root, &mut found);
            }
        }
        Node::List(_) => list(root, &mut found),
        Node::Text(_) | Node::Flag(_) | Node::Nothing => {}
    }
    found
}

fn within<'a>(object: &'a Node, found: &mut Vec<Named<'a>>) {
    let Node::Map(properties) = object else {
        return;
    };
    for (key, value) in properties {
        let key = key.as_str();
        let lists = |one: &Node| LISTS.iter().any(|name| one.get(name).is_some());
        if LISTS.contains(&key) && (key != "servers" || !looks_like_server(value)) {
            list(value, found);
        } else if key == "mcp" && !lists(value) && !looks_like_server(value) {
            // opencode: the servers themselves.
            list(value, found);
        } else if AROUND.contains(&key) {
            within(value, found);
        } else if let (FOLDERS, Node::Map(folders)) = (key, value) {
            for (_, folder) in folders {
                within(folder, found);
            }
        }
    }
}

/// The entries of a list: a map by name, an array, or one server where a list should be.
fn list<'a>(value: &'a Node, found: &mut Vec<Named<'a>>) {
    match value {
        Node::Map(_) if looks_like_server(value) => found.push(unnamed(value)),
        Node::Map(properties) => found.extend(properties.iter().map(|(name, node)| Named {
            name: Some(name),
            node,
        })),
        Node::List(items) => found.extend(items.iter().map(unnamed)),
        Node::Text(_) | Node::Flag(_) | Node::Nothing => {}
    }
}

fn unnamed(node: &Node) -> Named<'_> {
    Named {
        name: node.first_text(&["name", "id"]),
        node,
    }
}

/// An object with an address or a program in it.
fn looks_like_server(node: &Node) -> bool {
    let program = match node.get(COMMAND) {
        Some(Node::Text(_) | Node::List(_)) => true,
        // Zed; a server that is called `command` has no path.
        Some(command @ Node::Map(_)) => command.get("path").is_some(),
        _ => false,
    };
    let address = || {
        URLS.iter()
            .any(|url| node.get(url).and_then(Node::text).is_some())
    };
    let nested = || {
        let source = node.get("source").or_else(|| node.get("transport"));
        source.is_some_and(|source| source.is_map() && looks_like_server(source))
    };
    program || address() || nested()
}
