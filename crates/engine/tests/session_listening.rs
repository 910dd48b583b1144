//! The stream on which a server speaks first.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::{Caller, Era, Session, SessionError, SessionNotice};
use futures::stream;
use rstest::rstest;
use serde_json::{Map, json};
use session_support::{Opening, Script, status, stream_of};
use tokio::sync::mpsc::UnboundedReceiver;

const LONG: Duration = Duration::from_mins(1);

/// A server whose stream is asked for, and answered, as often as there are answers; the last one stays.
async fn listened(
    answers: &'static [fn() -> Response],
) -> (Script, Session, UnboundedReceiver<SessionNotice>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let script = Script::start(move |call| match call.name().as_str() {
        "GET" => {
            let time = asked.fetch_add(1, SeqCst).min(answers.len() - 1);
            answers[time]()
        }
        _ => call.well(),
    })
    .await;
    let mut opening = Opening::at(&script.url);
    opening.era = Some(Era::Legacy);
    let (session, notices) = opening.notified().await.unwrap();
    (script, session, notices)
}

fn ends() -> Response {
    stream_of(Body::empty())
}

fn breaks() -> Response {
    let broken = Err::<Bytes, _>(io::Error::other("broken"));
    stream_of(Body::from_stream(stream::iter([broken])))
}

fn tells_a_change() -> Response {
    let change = json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" });
    let event = Bytes::from(format!("data: {change}\n\n"));
    let events = stream::iter([Ok::<_, Infallible>(event)]);
    stream_of(Body::from_stream(futures::StreamExt::chain(
        events,
        stream::pending(),
    )))
}

async fn notice(notices: &mut UnboundedReceiver<SessionNotice>) -> SessionNotice {
    let notice = tokio::time::timeout(LONG, notices.recv());
    notice.await.unwrap().unwrap()
}

#[rstest]
#[case::that_ends(&[ends as fn() -> Response])]
#[case::that_breaks(&[breaks as fn() -> Response])]
#[tokio::test]
async fn a_stream_of_no_use_is_asked_for_less_and_less_often(
    #[case] answers: &'static [fn() -> Response],
) {
    let (script, _session, _notices) = listened(answers).await;
    script.asked("GET", 4).await;
    let seen = script
        .seen()
        .into_iter()
        .filter(|call| call.name() == "GET");
    let times: Vec<_> = seen.map(|call| call.at).collect();
    let pauses: Vec<_> = times.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(pauses[0] >= Duration::from_millis(500), "{pauses:?}");
    assert!(pauses[2] >= Duration::from_secs(2), "{pauses:?}");
}

#[rstest]
#[case::one_is_still_open(&[ends, || status(409), tells_a_change])]
#[case::too_many(&[ends, || status(429), tells_a_change])]
#[case::away_at_first(&[|| status(503), tells_a_change])]
#[tokio::test]
async fn a_stream_that_is_refused_for_now_is_asked_for_again(
    #[case] answers: &'static [fn() -> Response],
) {
    let (script, _session, mut notices) = listened(answers).await;
    let again = notice(&mut notices).await;
    assert!(matches!(again, SessionNotice::ListenedAgain), "{again:?}");
    let change = notice(&mut notices).await;
    assert!(matches!(change, SessionNotice::ToolsChanged), "{change:?}");
    assert_eq!(script.count("GET"), answers.len());
}

#[rstest]
#[case::by_its_status(&[ends, || status(404)])]
#[case::as_the_reference_servers_do(&[ends, || status(400)])]
#[tokio::test]
async fn a_session_that_its_stream_no_longer_knows_is_lost(
    #[case] answers: &'static [fn() -> Response],
) {
    let (_script, _session, mut notices) = listened(answers).await;
    let notice = notice(&mut notices).await;
    assert!(
        matches!(notice, SessionNotice::Lost(SessionError::Lost)),
        "{notice:?}"
    );
}

#[tokio::test]
async fn a_call_whose_stream_is_not_taken_up_again_says_nothing_of_the_session() {
    let script = Script::start(|call| match call.name().as_str() {
        "GET" if call.headers.contains_key("last-event-id") => status(404),
        "GET" => stream_of(Body::from_stream(stream::pending::<
            Result<Bytes, Infallible>,
        >())),
        "tools/call" => stream_of(Body::from("id: 7\ndata: \n\n")),
        _ => call.well(),
    })
    .await;
    let (session, mut notices) = Opening::at(&script.url).notified().await.unwrap();
    script.asked("GET", 1).await;
    session.list_tools().await.unwrap();
    let called = session.call_tool("echo", Map::new(), Caller::waiting(LONG));
    assert_eq!(called.await.unwrap_err(), SessionError::Interrupted);
    assert_eq!(script.count("GET"), 2);
    let told = notices.try_recv();
    assert!(told.is_err(), "{told:?}");
}
