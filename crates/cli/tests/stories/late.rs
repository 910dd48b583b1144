//! A server that answers anybody, until it is asked for its tools.

use drawbridge_testkit::mcp::{Access, Protects};
use rstest::rstest;

use crate::desk::Desk;

/// Nobody knows yet of a sign-in.
async fn open_at_first() -> Desk {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|mcp| mcp.protects = Protects::Tools);
    desk
}

/// The same, in the list.
async fn listed_as_open() -> Desk {
    let desk = open_at_first().await;
    desk.sample.mcp.behave(|mcp| mcp.access = Access::Open);
    desk.add().await;
    desk.sample.mcp.behave(|mcp| mcp.access = Access::OAuth);
    desk
}

// rule: D3
#[rstest]
#[case::tools(&["tools", "Notes"])]
#[case::call(&["call", "Notes", "greet", "--args", r#"{"name":"Ada"}"#])]
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_wanted_late_ends_with_three(#[case] words: &[&str]) {
    let desk = listed_as_open().await;
    let (code, object) = desk.json(words, "error").await;
    let error = &object["error"];
    assert_eq!((code, &error["code"]), (3, &"sign_in_needed".into()));
    assert_eq!(error["remedy"], "Run: drawbridge connect Notes");
    // What was learned stays.
    let (_, list) = desk.json(&["list"], "list").await;
    assert_eq!(list["servers"][0]["status"], "not_signed_in");
}

// rule: D3
#[tokio::test(flavor = "multi_thread")]
async fn connect_signs_in_where_that_is_wanted_late() {
    let desk = listed_as_open().await;
    let connected = desk.connect(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert_eq!(desk.sample.auth.live_grants(), 1);
}

// rule: D3
#[tokio::test(flavor = "multi_thread")]
async fn connect_signs_in_where_that_is_wanted_late_by_a_server_that_is_new() {
    let desk = open_at_first().await;
    let connected = desk.connect(&["connect", &desk.url()]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert_eq!(desk.sample.auth.live_grants(), 1);
}
