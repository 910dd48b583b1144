//! A list of servers that was written for another program.

use drawbridge_engine::view::{AuthKind, ImportEntry, ImportResult};
use drawbridge_testkit::mcp::Access;

use crate::desk::{Desk, is_connected};

fn codes(result: &ImportResult) -> (&str, &str) {
    match result {
        ImportResult::Added { name, .. } => (name, "added"),
        ImportResult::Refused { name, error } => (name, &error.code),
        ImportResult::Skipped { name, reason } => (name, &reason.code),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_an_import_would_do_and_asks_nobody() {
    let desk = Desk::start().await;
    desk.add().await;
    let url = desk.sample.mcp_url().to_string();
    let text = format!(
        r#"{{ "mcpServers": {{
            "mine": {{ "url": "{url}" }},
            "other": {{ "url": "{url}?team=2", "headers": {{ "X-Key": "s3cret", "X-Id": "${{ID}}" }} }},
            "files": {{ "command": "npx", "args": ["files"] }}
        }} }}"#
    );
    let preview = desk.engine.preview_import(&text).await.unwrap();
    assert_eq!(desk.wire(), "");
    assert_eq!(desk.engine.snapshot().await.unwrap().servers.len(), 1);

    let shown = serde_json::to_string(&preview).unwrap();
    assert!(!shown.contains("s3cret"));
    let [ImportEntry::Ready { existing, auth, .. }, other, files] = &preview.entries[..] else {
        panic!("{shown}");
    };
    assert_eq!((existing.is_some(), *auth), (true, None));
    let ImportEntry::Ready {
        existing: None,
        auth: Some(AuthKind::Headers),
        header_names,
        needs_value,
        ..
    } = other
    else {
        panic!("{shown}");
    };
    assert_eq!(header_names, &["x-key", "x-id"]);
    assert_eq!(needs_value, &["x-id"]);
    assert!(matches!(files, ImportEntry::Skipped { reason, .. } if reason.code == "runs_here"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_adds_what_is_new_and_one_bad_entry_stops_no_other() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let url = desk.sample.mcp_url().to_string();
    let long = "x".repeat(3000);
    let text = format!(
        r#"{{ "mcpServers": {{
            "long": {{ "url": "https://a.example/{long}" }},
            "open": {{ "url": "{url}" }},
            "odd": {{ "url": "{url}?team=2", "oauth": {{ "scopes": ["\u0001"] }} }},
            "off": {{ "url": "{url}?team=3", "disabled": true }}
        }} }}"#
    );
    let outcome = desk.engine.import(&text, None).await.unwrap();
    let codes: Vec<_> = outcome.entries.iter().map(codes).collect();
    assert_eq!(
        codes,
        [
            ("long", "bad_address"),
            ("open", "added"),
            ("odd", "invalid_option"),
            ("off", "added")
        ]
    );
    let servers = desk.engine.snapshot().await.unwrap().servers;
    let kinds: Vec<_> = servers
        .iter()
        .map(|server| (server.name.as_str(), server.auth, server.enabled))
        .collect();
    assert_eq!(
        kinds,
        [
            ("open", AuthKind::None, true),
            ("off", AuthKind::None, false)
        ]
    );
    let open = drawbridge_engine::ServerId::from(servers[0].id.clone());
    desk.wait_for(&open, is_connected).await;

    let again = desk.engine.import(&text, None).await.unwrap();
    let left: Vec<_> = again.entries.iter().map(self::codes).collect();
    assert_eq!(left[1], ("open", "already_there"));
    assert_eq!(desk.engine.snapshot().await.unwrap().servers.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_entry_is_added_beside_the_one_with_its_address() {
    let desk = Desk::start().await;
    desk.add().await;
    let url = desk.sample.mcp_url().to_string();
    let text =
        format!(r#"{{ "second account": {{ "url": "{url}" }}, "b": {{ "url": "{url}?b" }} }}"#);
    let choose = ["second account".to_owned(), "nobody".to_owned()];
    let outcome = desk.engine.import(&text, Some(&choose)).await.unwrap();
    let codes: Vec<_> = outcome.entries.iter().map(codes).collect();
    assert_eq!(
        codes,
        [
            ("second account", "added"),
            ("b", "not_chosen"),
            ("nobody", "not_in_text")
        ]
    );
    let servers = desk.engine.snapshot().await.unwrap().servers;
    assert_eq!(servers[0].url, servers[1].url);
    assert_eq!(servers[1].auth, AuthKind::OAuth);
}
