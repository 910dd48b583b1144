//! A client that was registered by hand (RFC 6749 §2.2), where a program can be given one.

use super::Warning;
use super::document::Node;
use super::placeholder::placeholder;
use crate::view::{NewServer, SecretChange};

/// `oauth` (Claude Code, Gemini CLI) or `auth` (Cursor).
pub(super) fn client_options(node: &Node) -> Option<&Node> {
    ["oauth", "auth"]
        .iter()
        .filter_map(|name| node.get(name))
        .find(|found| found.is_map())
}

/// Takes client id, secret and scopes over.
pub(super) fn take_client(client: &Node, server: &mut NewServer, warnings: &mut Vec<Warning>) {
    let mut text = |names: &[&str]| {
        let found = client.first_text(names)?;
        if placeholder(found).is_some() {
            if !warnings.contains(&Warning::ClientLeftOut) {
                warnings.push(Warning::ClientLeftOut);
            }
            return None;
        }
        Some(found.to_owned())
    };
    server.sign_in.client_id = text(&["clientId", "client_id", "CLIENT_ID"]);
    if let Some(secret) = text(&["clientSecret", "client_secret", "CLIENT_SECRET"]) {
        server.client_secret = SecretChange::Set(secret);
    }
    let scopes: Vec<String> = match client.first(&["scopes", "scope"]) {
        Some(Node::List(items)) => items
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
        Some(Node::Text(text)) => text.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    if !scopes.is_empty() {
        server.sign_in.scopes = Some(scopes);
    }
}
