//! Listing tools, and calling them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod session_support;

use std::time::Duration;

use axum::response::Response;
use drawbridge_engine::session::{Caller, Session, SessionError};
use drawbridge_engine::view::{CallOutcome, ToolContent};
use drawbridge_testkit::{Gate, Sample, mcp::Access, mcp::Eras};
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use session_support::{Call, Opening, Script};
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_mins(1);

async fn sample(eras: Eras) -> (Sample, Session) {
    let sample = Sample::start().await;
    sample.mcp.behave(|server| {
        server.access = Access::Open;
        server.eras = eras;
    });
    let session = Opening::at(&sample.mcp_url()).open().await.unwrap();
    (sample, session)
}

async fn call(
    session: &Session,
    tool: &str,
    arguments: Value,
) -> Result<CallOutcome, SessionError> {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    session
        .call_tool(tool, arguments, Caller::waiting(LONG))
        .await
}

/// Pages that a closure makes out of the cursor.
async fn pages(page: impl Fn(Option<&str>) -> Value + Clone + Send + Sync + 'static) -> Script {
    Script::start(move |call| match call.name().as_str() {
        "tools/list" => call.result(&page(
            call.body.pointer("/params/cursor").and_then(Value::as_str),
        )),
        _ => call.well(),
    })
    .await
}

async fn listed(script: &Script) -> Vec<String> {
    let session = Opening::at(&script.url).open().await.unwrap();
    session
        .list_tools()
        .await
        .unwrap()
        .into_iter()
        .map(|tool| tool.name)
        .collect()
}

fn tool(name: impl Into<String>) -> Value {
    json!({ "name": name.into(), "inputSchema": { "type": "object" } })
}

/// A server before 2026-07-28 with these capabilities.
async fn capable_of(
    capabilities: Value,
    list: impl Fn(&Call) -> Response + Clone + Send + Sync + 'static,
) -> (Script, Session) {
    let script = Script::start(move |call| match call.name().as_str() {
        "initialize" => call.result(&json!({
            "protocolVersion": "2025-11-25", "capabilities": capabilities,
            "serverInfo": { "name": "scripted", "version": "1" },
        })),
        "tools/list" => list(call),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    (script, session)
}

#[rstest]
#[case::in_words(200)]
#[case::by_its_status_too(400)]
#[tokio::test]
async fn a_server_that_has_no_tools_is_a_good_server(#[case] status: u16) {
    let (_script, session) = capable_of(json!({ "resources": {} }), move |call| {
        call.error(status, -32601)
    })
    .await;
    for _ in 0..2 {
        assert_eq!(session.list_tools().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_server_that_forgets_to_say_that_it_has_tools_has_them() {
    let (_script, session) = capable_of(json!({}), Call::well).await;
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_says_that_it_has_tools_has_to_list_them() {
    let (_script, session) =
        capable_of(json!({ "tools": {} }), |call| call.error(200, -32601)).await;
    let failure = session.list_tools().await.unwrap_err();
    assert_eq!(failure.code(), "server_error");
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test]
async fn all_pages_are_read(#[case] eras: Eras) {
    let (sample, session) = sample(eras).await;
    sample.mcp.behave(|server| server.page_size = 3);
    let tools = session.list_tools().await.unwrap();
    assert_eq!(tools.len(), 8);
    let form = tools.iter().find(|tool| tool.name == "form").unwrap();
    let note = form.input_schema.pointer("/properties/note/type").unwrap();
    assert_eq!(*note, json!(["string", "null"]));
}

#[tokio::test]
async fn a_cursor_that_comes_again_ends_the_list() {
    let script = pages(|_| json!({ "tools": [tool("a")], "nextCursor": "same" })).await;
    assert_eq!(listed(&script).await, ["a"], "and it is there once");
    assert_eq!(script.count("tools/list"), 2);
}

#[tokio::test]
async fn a_list_without_end_ends_after_fifty_pages() {
    let script = pages(|cursor| {
        let next = cursor.map_or(1, |cursor| cursor.parse::<u32>().unwrap() + 1);
        json!({ "tools": [tool(format!("t{next}"))], "nextCursor": next.to_string() })
    })
    .await;
    assert_eq!(listed(&script).await.len(), 50);
}

#[tokio::test]
async fn a_list_ends_after_a_thousand_tools() {
    let script = pages(|_| {
        let tools: Vec<_> = (0..1_200)
            .map(|number| tool(format!("t{number}")))
            .collect();
        json!({ "tools": tools })
    })
    .await;
    assert_eq!(listed(&script).await.len(), 1_000);
}

#[tokio::test]
async fn a_list_ends_after_five_mebibytes() {
    let script = pages(|_| {
        let long = "x".repeat(1 << 20);
        let tools: Vec<_> = (0..8)
            .map(|n| json!({ "name": format!("t{n}"), "description": long }))
            .collect();
        json!({ "tools": tools })
    })
    .await;
    assert_eq!(listed(&script).await.len(), 4);
}

#[tokio::test]
async fn one_odd_tool_does_not_hide_the_others() {
    let script = pages(|_| {
        json!({ "tools": [
            tool("good"),
            { "name": "no schema" },
            { "name": "odd", "inputSchema": { "type": ["object", "null"] }, "annotations": 7 },
            { "title": "nameless" },
            "not even an object",
        ] })
    })
    .await;
    assert_eq!(listed(&script).await, ["good", "no schema", "odd"]);
}

#[tokio::test]
async fn what_a_tool_answers_is_shown_in_its_order() {
    let (_sample, session) = sample(Eras::Both).await;
    let drawn = call(&session, "draw_bridge", json!({ "open": 10 }))
        .await
        .unwrap();
    let [
        ToolContent::Text { .. },
        ToolContent::Image { mime_type, .. },
    ] = &drawn.content[..]
    else {
        panic!("{drawn:?}")
    };
    assert_eq!(mime_type, "image/png");
    let weather = call(&session, "weather", json!({ "place": "Oslo" }))
        .await
        .unwrap();
    assert_eq!(weather.structured.unwrap()["place"], "Oslo");
}

#[tokio::test]
async fn content_of_an_unknown_kind_is_shown_as_it_came() {
    let hologram = json!({ "type": "hologram", "data": [1, 2] });
    let shown = hologram.clone();
    let script = Script::start(move |call| match call.name().as_str() {
        "tools/call" => call.result(&json!({ "content": [hologram] })),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    let outcome = call(&session, "echo", json!({})).await.unwrap();
    assert_eq!(outcome.content, [ToolContent::Other { json: shown }]);
}

#[tokio::test]
async fn a_tool_that_fails_is_an_answer_and_a_protocol_error_is_not() {
    let (_sample, session) = sample(Eras::Both).await;
    assert!(call(&session, "fail", json!({})).await.unwrap().is_error);
    let failure = call(&session, "fail", json!({ "kind": "protocol" }))
        .await
        .unwrap_err();
    insta::assert_snapshot!(failure, @"The bridge is out of order.");
    assert_eq!(
        (failure.code(), failure.is_transient()),
        ("server_error", false)
    );
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test]
async fn a_cancelled_call_ends_at_once_and_the_server_hears_of_it(#[case] eras: Eras) {
    let (sample, session) = sample(eras).await;
    let cancelled = CancellationToken::new();
    let arguments = json!({ "seconds": 600 }).as_object().unwrap().clone();
    let running = session.call_tool(
        "slow",
        arguments,
        Caller {
            cancelled: cancelled.clone(),
            ..Caller::waiting(LONG)
        },
    );
    let cancelling = async {
        sample.mcp.calls_reach(|calls| calls.begun == 1).await;
        cancelled.cancel();
    };
    let (outcome, ()) = tokio::join!(running, cancelling);
    assert_eq!(outcome.unwrap_err(), SessionError::Cancelled);
    let heard = sample.mcp.calls_reach(|calls| calls.cancelled == 1);
    tokio::time::timeout(LONG, heard).await.unwrap();
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up_and_the_session_lives_on() {
    let (sample, session) = sample(Eras::Initialize).await;
    let arguments = json!({ "seconds": 600 }).as_object().unwrap().clone();
    // Enough for the call to get there.
    let limit = Duration::from_secs(3);
    let late = session
        .call_tool("slow", arguments, Caller::waiting(limit))
        .await;
    assert_eq!(late.unwrap_err(), SessionError::Timeout);
    let heard = sample.mcp.calls_reach(|calls| calls.cancelled == 1);
    tokio::time::timeout(LONG, heard).await.unwrap();
    assert!(
        call(&session, "greet", json!({ "name": "Ada" }))
            .await
            .is_ok()
    );
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test]
async fn many_slow_calls_do_not_hold_up_another(#[case] eras: Eras) {
    const MANY: usize = 200;
    let (sample, session) = sample(eras).await;
    let gate = Gate::closed();
    sample
        .mcp
        .behave(|server| server.call_gate = Some(gate.clone()));
    let held = (0..MANY).map(|_| call(&session, "greet", json!({ "name": "Ada" })));
    let other = async {
        let under_way = tokio::time::timeout(LONG, gate.reached(MANY)).await;
        let listed = session.list_tools().await;
        gate.open();
        (under_way, listed)
    };
    let (held, (under_way, listed)) = tokio::join!(join_all(held), other);
    assert!(under_way.is_ok(), "{} of {MANY} were sent", gate.arrived());
    assert!(listed.is_ok() && held.iter().all(Result::is_ok));
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test]
async fn a_slow_tool_tells_how_far_it_is(#[case] eras: Eras) {
    let (_sample, session) = sample(eras).await;
    let arguments = json!({ "seconds": 1 }).as_object().unwrap().clone();
    let caller = Caller::waiting(LONG);
    let mut told = caller.progress.subscribe();
    let progress = async {
        let told = told.wait_for(Option::is_some).await;
        told.unwrap().clone().unwrap()
    };
    let called = session.call_tool("slow", arguments, caller);
    let (progress, answer) = tokio::join!(progress, called);
    answer.unwrap();
    let percent = progress.percent.unwrap();
    assert_eq!(
        progress.message,
        Some(format!("Step {} of 10", percent / 10))
    );
}
