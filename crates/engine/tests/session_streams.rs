//! Answers that come as streams of events.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::collections::HashSet;
use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::{Caller, Era, Session, SessionError, SessionNotice};
use drawbridge_engine::view::{CallOutcome, ToolContent};
use futures::{FutureExt as _, StreamExt as _, stream};
use rstest::rstest;
use serde_json::{Map, Value, json};
use session_support::{Call, Opening, Script};
use tokio::sync::{Notify, mpsc::UnboundedReceiver};

const LONG: Duration = Duration::from_mins(1);

/// A server of that era, and what its tools answer.
async fn server(
    era: Era,
    answer: impl Fn(&Call) -> Response + Clone + Send + Sync + 'static,
) -> (Script, Session) {
    let (script, session, _) = heard(era, answer).await;
    (script, session)
}

/// The same, and what else the server says.
async fn heard(
    era: Era,
    answer: impl Fn(&Call) -> Response + Clone + Send + Sync + 'static,
) -> (Script, Session, UnboundedReceiver<SessionNotice>) {
    let script = Script::start(move |call| match call.name().as_str() {
        "tools/call" => answer(call),
        "server/discover" if era == Era::Modern => call.discovered(),
        _ => call.well(),
    })
    .await;
    let (session, notices) = Opening::at(&script.url).notified().await.unwrap();
    assert_eq!(session.era(), era);
    (script, session, notices)
}

async fn call(session: &Session) -> Result<CallOutcome, SessionError> {
    session
        .call_tool("greet", Map::new(), Caller::waiting(LONG))
        .await
}

fn event(message: &Value) -> String {
    format!("data: {message}\n\n")
}

fn answer(id: &Value, text: &str) -> String {
    let content = json!([{ "type": "text", "text": text }]);
    event(&json!({ "jsonrpc": "2.0", "id": id, "result": { "content": content } }))
}

/// A stream with these events, which ends then.
fn events(events: impl Into<Bytes>, end: impl Future<Output = ()> + Send + 'static) -> Response {
    let events = stream::iter([Ok::<_, std::io::Error>(events.into())]);
    let end = stream::once(end).map(|()| Ok(Bytes::new()));
    let builder = Response::builder().header("content-type", "text/event-stream");
    builder.body(Body::from_stream(events.chain(end))).unwrap()
}

fn text(text: &str) -> Vec<ToolContent> {
    vec![ToolContent::Text { text: text.into() }]
}

#[rstest]
#[case::nothing("")]
#[case::a_comment(": still here\n\n")]
#[case::what_the_standard_passes_over("mood: good\nretry: soon\nalone\n\n")]
#[case::another_kind_of_event("event: ping\ndata: {}\n\n")]
#[case::nothing_that_could_be_read("data: pong\n\n")]
#[case::a_notification(concat!(
    r#"data: {"jsonrpc":"2.0","method":"notifications/message","#,
    r#""params":{"level":"info","data":"soon"}}"#,
    "\n\n"
))]
#[tokio::test]
async fn an_answer_is_found_whatever_comes_before_it(
    #[values(Era::Modern, Era::Legacy)] era: Era,
    #[values(true, false)] ends: bool,
    #[case] before: &'static str,
) {
    let (_script, session) = server(era, move |call| {
        let answer = answer(&call.body["id"], "done");
        let end = if ends {
            ready(()).boxed()
        } else {
            pending().boxed()
        };
        events([before, &answer].concat(), end)
    })
    .await;
    assert_eq!(call(&session).await.unwrap().content, text("done"));
}

#[rstest]
#[tokio::test]
async fn what_comes_before_the_answer_is_heard(#[values(Era::Modern, Era::Legacy)] era: Era) {
    let (_script, session, mut notices) = heard(era, |call| {
        let method = "notifications/tools/list_changed";
        let changed = event(&json!({ "jsonrpc": "2.0", "method": method }));
        events(changed + &answer(&call.body["id"], "done"), ready(()))
    })
    .await;
    call(&session).await.unwrap();
    let notice = tokio::time::timeout(LONG, notices.recv()).await.unwrap();
    assert!(
        matches!(notice, Some(SessionNotice::ToolsChanged)),
        "{notice:?} instead"
    );
}

#[rstest]
#[tokio::test]
async fn an_error_may_come_as_an_event(#[values(Era::Modern, Era::Legacy)] era: Era) {
    let (_script, session) = server(era, |call| {
        let error = json!({ "code": -32000, "message": "The bridge is up." });
        let id = &call.body["id"];
        events(
            event(&json!({ "jsonrpc": "2.0", "id": id, "error": error })),
            ready(()),
        )
    })
    .await;
    let failure = call(&session).await.unwrap_err();
    assert_eq!(failure.code(), "server_error");
    assert_eq!(failure.to_string(), "The bridge is up.");
}

#[rstest]
#[case::at_once("")]
#[case::in_the_middle("data: {\"jsonrpc\":")]
#[tokio::test]
async fn a_stream_that_ends_without_the_answer_is_not_asked_for_again(
    #[values(Era::Modern, Era::Legacy)] era: Era,
    #[case] said: &'static str,
) {
    let (script, session) = server(era, move |_| events(said, ready(()))).await;
    let failure = call(&session).await.unwrap_err();
    assert_eq!(failure, SessionError::Interrupted);
    assert_eq!(script.count("tools/call"), 1);
}

#[rstest]
#[tokio::test]
async fn an_answer_that_is_too_large_is_told_as_that_and_not_asked_for_again(
    #[values(Era::Modern, Era::Legacy)] era: Era,
    #[values("", "id: 1\ndata: \n\nid: 2\n")] before: &'static str,
) {
    let (script, session) = server(era, move |call| {
        let answer = answer(&call.body["id"], &"x".repeat(17 << 20));
        events([before, &answer].concat(), ready(()))
    })
    .await;
    let failure = call(&session).await.unwrap_err();
    assert_eq!(failure.code(), "too_large");
    let calls = script.seen();
    let resumed = |call: &&Call| call.headers.contains_key("last-event-id");
    assert_eq!(calls.iter().filter(resumed).count(), 0);
    assert_eq!(script.count("tools/call"), 1);
}

#[rstest]
#[tokio::test]
async fn a_stream_leaves_its_connection_to_the_next_call(
    #[values(Era::Modern, Era::Legacy)] era: Era,
) {
    const CALLS: usize = 20;
    let returned = Arc::new(Notify::new());
    let end = returned.clone();
    let (script, session) = server(era, move |call| {
        let end = end.clone().notified_owned();
        events(answer(&call.body["id"], "done"), end)
    })
    .await;
    for _ in 0..CALLS {
        call(&session).await.unwrap();
        returned.notify_one();
    }
    let calls = script.seen();
    let calls = calls.iter().filter(|call| call.name() == "tools/call");
    let connections: HashSet<_> = calls.map(|call| call.from).collect();
    assert!(connections.len() <= CALLS / 2, "{connections:?}");
}
