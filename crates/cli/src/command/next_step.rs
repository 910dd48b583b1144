//! What is left to do for the person once a server is in the list.

use drawbridge_engine::view::{AuthKind, ServerView};

use crate::words::operand;

/// In one sentence; nothing where it can be used at once.
pub(super) fn next_step(server: &ServerView, servers: &[ServerView]) -> Option<String> {
    Some(match server.auth {
        AuthKind::None => "It needs no sign-in.".to_owned(),
        AuthKind::Headers if server.header_names.is_empty() => {
            "It asks for a key: remove it and add it again with --header-stdin.".to_owned()
        }
        AuthKind::Headers => return None,
        AuthKind::OAuth => {
            let called = called(server, servers);
            format!("To sign in, run: drawbridge connect {called}")
        }
    })
}

/// What to call it in the next command: two hosts may have led to one name.
fn called(server: &ServerView, servers: &[ServerView]) -> String {
    let name = server.name.to_lowercase();
    let bearers = servers
        .iter()
        .filter(|other| other.name.to_lowercase() == name);
    if bearers.count() > 1 {
        server.id.clone()
    } else {
        operand(&server.name)
    }
}
