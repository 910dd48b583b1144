//! What goes into a tool, and how its answer comes out.

use std::fs;

use drawbridge_testkit::Canned;
use serde_json::json;

use crate::desk::{CALL, Desk};

#[tokio::test(flavor = "multi_thread")]
async fn arguments_come_typed_from_a_file_and_from_standard_input() {
    let desk = Desk::signed_in().await;
    fs::write(desk.path("arguments.json"), r#"{"name":"Grace"}"#).unwrap();
    let file = desk
        .run(&["call", "Notes", "greet", "--args", "@arguments.json"])
        .await;
    assert!(file.stdout.contains("Grace"), "{file:?}");
    let words = ["call", "Notes", "greet", "--args", "-"];
    let typed = desk.run_with(&words, r#"{"name":"Edith"}"#).await;
    assert!(typed.stdout.contains("Edith"), "{typed:?}");
    // Not run for what could not be read.
    assert_eq!(desk.run_with(&words, "{").await.code, 2);
    assert_eq!(desk.sample.mcp.calls().begun, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_described_and_json_has_them() {
    let desk = Desk::signed_in().await;
    let said = desk.run(&["call", "Notes", "draw_bridge"]).await;
    assert!(said.stdout.contains("[picture, image/png, "), "{said:?}");
    let (_, object) = desk.json(&["call", "Notes", "draw_bridge"], "call").await;
    let pieces = object["content"].as_array().unwrap();
    assert!(
        pieces.iter().any(|piece| piece["mime_type"] == "image/png"),
        "{object:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn structured_answers_are_json() {
    let desk = Desk::signed_in().await;
    let words = ["call", "Notes", "weather", "--args", r#"{"place":"Delft"}"#];
    let said = desk.run(&words).await;
    let structured: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(structured["place"], json!("Delft"));
    let (_, object) = desk.json(&words, "call").await;
    assert_eq!(object["structured"], structured);
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_are_shown_a_line_each() {
    let desk = Desk::signed_in().await;
    let said = desk.run(&["tools", "Notes"]).await;
    assert_eq!(said.stdout.lines().count(), 8, "{said:?}");
    assert!(
        said.stdout.contains("greet              Says hello"),
        "{said:?}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn who_sits_at_a_terminal_sees_how_far_a_tool_is() {
    let desk = Desk::signed_in().await;
    let program = env!("CARGO_BIN_EXE_drawbridge");
    let line = format!("{program} call Notes slow --args '{{\"seconds\":1}}'");
    let seen = desk.at_a_terminal(&line, "").await;
    assert_eq!(seen.code, 0, "{seen:?}");
    let (told, answer) = seen.stdout.rsplit_once("\r\u{1b}[2K").unwrap();
    assert!(told.contains(" %  Step "), "{seen:?}");
    assert_eq!(answer.trim_end(), "Done after 1 s.");
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_is_not_ready_for_a_moment_fails_no_call() {
    let desk = Desk::signed_in().await;
    desk.sample.auth.expire_access_tokens();
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::status(503)));
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_wants_a_page_visited_first_says_where_somebody_is_asked() {
    let desk = Desk::signed_in().await;
    let url = "https://files.example/link";
    desk.sample.mcp.add_tool_that_wants_a_page("book", url);
    let (code, object) = desk.json(&["call", "Notes", "book"], "error").await;
    assert_eq!((code, &object["error"]["code"]), (5, &"page_needed".into()));
    let remedy = object["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("in the Drawbridge app"), "{object:#}");
    assert!(!object.to_string().contains("files.example"), "{object:#}");
}
