//! Command lines: `npx -y mcp-remote URL --header 'K: V'` is a remote server in disguise.

use super::document::Node;
use super::entry::COMMAND;

/// Options of `mcp-remote` whose next word is their value.
const WITH_VALUE: [&str; 5] = [
    "--host",
    "--resource",
    "--ignore-tool",
    "--auth-timeout",
    "--static-oauth-client-metadata",
];

/// The program that an entry starts, with its arguments; as one string, as an array
/// (opencode), or as an object (Zed).
pub(super) fn words(node: &Node) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let command = node.get(COMMAND)?;
    match command {
        Node::Map(_) => {
            words.push(command.first_text(&["path"])?.to_owned());
            add(command.get("args"), &mut words);
        }
        Node::Nothing | Node::Flag(_) => return None,
        Node::Text(_) | Node::List(_) => add(Some(command), &mut words),
    }
    add(node.get("args"), &mut words);
    (!words.is_empty()).then_some(words)
}

fn add(node: Option<&Node>, words: &mut Vec<String>) {
    match node {
        Some(Node::Text(text)) => words.push(text.clone()),
        Some(Node::List(items)) => {
            words.extend(items.iter().filter_map(Node::text).map(str::to_owned));
        }
        _ => {}
    }
}

/// The name of the program for display, without its folder and its arguments.
pub(super) fn program(words: &[String]) -> String {
    let first = words.first().map_or("", String::as_str);
    let first = first.split_whitespace().next().unwrap_or_default();
    let name = first.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// What `mcp-remote` was told.
#[derive(Default)]
pub(super) struct McpRemote {
    pub(super) url: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) sse_only: bool,
    pub(super) client: Option<Node>,
}

impl McpRemote {
    /// Nothing, if the words do not start it.
    pub(super) fn read(words: &[String]) -> Option<Self> {
        // `sh -c 'npx mcp-remote …'` and a command with its arguments in one string.
        let words: Vec<String> = words.iter().flat_map(|word| split(word)).collect();
        let start = words.iter().position(|word| is_mcp_remote(word))?;
        let mut found = Self::default();
        let mut rest = words.iter().skip(start + 1).map(String::as_str);
        while let Some(word) = rest.next() {
            let (option, joined) = match word.split_once('=') {
                Some((option, value)) if word.starts_with("--") => (option, Some(value)),
                _ => (word, None),
            };
            match option {
                "--header" => {
                    let header = joined.or_else(|| rest.next()).unwrap_or_default();
                    let (name, value) = header.split_once(':').unwrap_or((header, ""));
                    let header = (name.trim().to_owned(), value.trim().to_owned());
                    found.headers.push(header);
                }
                "--transport" => {
                    found.sse_only = joined.or_else(|| rest.next()) == Some("sse-only");
                }
                "--static-oauth-client-info" => {
                    let json = joined.or_else(|| rest.next()).unwrap_or_default();
                    found.client = super::document::parse(json).ok();
                }
                other if WITH_VALUE.contains(&other) && joined.is_none() => {
                    rest.next();
                }
                other if other.starts_with('-') || is_mcp_remote(word) => {}
                _ if found.url.is_none() => found.url = Some(word.to_owned()),
                // The port of its callback; Drawbridge has its own.
                _ => {}
            }
        }
        Some(found)
    }
}

fn is_mcp_remote(word: &str) -> bool {
    !word.contains("://")
        && word.split(['/', '\\']).any(|part| {
            matches!(part, "mcp-remote" | "mcp-remote.cmd") || part.starts_with("mcp-remote@")
        })
}

/// Takes a word that is a whole command line apart at its blanks, but not inside quotes.
fn split(word: &str) -> Vec<String> {
    if !word.split_whitespace().any(is_mcp_remote) || !word.contains(char::is_whitespace) {
        return vec![word.to_owned()];
    }
    let mut words = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    for c in word.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => words.push(std::mem::take(&mut current)),
            _ => current.push(c),
        }
    }
    words.push(current);
    words.retain(|word| !word.is_empty());
    words
}
