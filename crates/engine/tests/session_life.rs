//! How sessions begin, are lost, come back and end, with a server of both eras.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::{Caller, Era, SessionError, SessionNotice};
use drawbridge_testkit::{Canned, Sample, mcp::Eras};
use futures::future::FutureExt as _;
use futures::stream;
use rstest::rstest;
use serde_json::{Map, json};
use session_support::{Call, Opening, Script, greet, opened, reply, sample, status, stream_of};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

/// Short enough to be waited out, and long enough for all that is answered before.
const LIMIT: Duration = Duration::from_secs(3);

async fn next(notices: &mut UnboundedReceiver<SessionNotice>) -> Option<SessionNotice> {
    let notice = tokio::time::timeout(Duration::from_mins(1), notices.recv());
    notice.await.unwrap()
}

/// Changes the tools, and returns when that is told. The stream for it comes about after the handshake.
async fn change_is_told(sample: &Sample, notices: &mut UnboundedReceiver<SessionNotice>) {
    sample.mcp.ears_reach(1).await;
    sample.mcp.add_tool("another");
    while !matches!(next(notices).await.unwrap(), SessionNotice::ToolsChanged) {}
}

#[rstest]
#[case::not_found(|_: &Call| status(404))]
#[case::in_words(|_: &Call| {
    let error = json!({ "code": -32000, "message": "No valid session ID provided" });
    reply(400, &json!({ "jsonrpc": "2.0", "id": null, "error": error }))
})]
#[tokio::test]
async fn a_session_that_the_server_has_forgotten_is_lost_and_its_call_was_not_made(
    #[case] forgotten: fn(&Call) -> Response,
) {
    let script = Script::start(move |call| match call.name().as_str() {
        "tools/call" => forgotten(call),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    assert_eq!(greet(&session).await.unwrap_err(), SessionError::Lost);
    assert_eq!(script.count("tools/call"), 1);
}

#[rstest]
#[case::in_words(|call: &Call| call.error(400, -32000), "server_error")]
#[case::by_status(|_: &Call| status(409), "http_status")]
#[tokio::test]
async fn a_call_that_alone_is_refused_is_told_of_and_not_made_again(
    #[values(Era::Modern, Era::Legacy)] era: Era,
    #[case] refusal: fn(&Call) -> Response,
    #[case] code: &str,
) {
    let script = Script::start(move |call| match call.name().as_str() {
        "tools/call" => refusal(call),
        "server/discover" if era == Era::Modern => call.discovered(),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    session.list_tools().await.unwrap();
    for made in 1..=3 {
        assert_eq!(greet(&session).await.unwrap_err().code(), code);
        assert_eq!(script.count("tools/call"), made);
    }
    // It is as good as before.
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_whose_answer_breaks_off_is_never_made_again() {
    let sample = sample(Eras::Both).await;
    let (session, _notices) = opened(&sample).await;
    sample.mcp.behave(|server| {
        server
            .method_answers
            .push_back(("tools/call".into(), Canned::cut_off()));
    });
    assert_eq!(
        greet(&session).await.unwrap_err(),
        SessionError::Interrupted
    );
    let calls = sample.journal_lines();
    assert_eq!(
        calls
            .iter()
            .filter(|line| line.contains("tools/call"))
            .count(),
        1,
        "{calls:#?}"
    );
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test]
async fn other_tools_are_told_of(#[case] eras: Eras) {
    let sample = sample(eras).await;
    let (session, mut notices) = opened(&sample).await;
    change_is_told(&sample, &mut notices).await;
    assert!(session.list_tools().await.unwrap().len() > 8);
}

#[rstest]
#[case::at_once(&[])]
#[case::after_a_refusal(&["Too many listen."])]
#[tokio::test]
async fn a_moment_without_ears_is_told_of_once_it_is_over(#[case] refusals: &[&str]) {
    let sample = sample(Eras::Discover).await;
    let (_session, mut notices) = opened(&sample).await;
    change_is_told(&sample, &mut notices).await;
    sample.mcp.behave(|server| {
        server.method_answers.extend(refusals.iter().map(|message| {
            let error = json!({ "code": -32000, "message": message });
            let refusal = json!({ "jsonrpc": "2.0", "id": null, "error": error });
            (
                "subscriptions/listen".to_owned(),
                Canned::json(200, &refusal),
            )
        }));
    });
    sample.mcp.close().await;
    sample.mcp.reopen().await.unwrap();
    let notice = next(&mut notices).await;
    assert!(
        matches!(notice, Some(SessionNotice::ListenedAgain)),
        "{notice:?}"
    );
}

#[tokio::test]
async fn a_server_that_goes_away_is_noticed_without_a_call() {
    let sample = sample(Eras::Initialize).await;
    let (_session, mut notices) = opened(&sample).await;
    change_is_told(&sample, &mut notices).await;
    sample.mcp.close().await;
    let notice = next(&mut notices).await;
    let Some(SessionNotice::Lost(error)) = notice else {
        panic!("{notice:?}")
    };
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn the_notices_end_with_the_session() {
    let sample = sample(Eras::Both).await;
    let (session, mut notices) = opened(&sample).await;
    session.close().await;
    assert!(next(&mut notices).await.is_none());
    let failure = session.list_tools().await.unwrap_err();
    assert!(failure.is_transient(), "{failure}");
}

#[tokio::test]
async fn a_call_over_a_session_that_is_at_its_end_may_be_made_over_another() {
    let sample = sample(Eras::Both).await;
    let (session, _notices) = opened(&sample).await;
    session.close().await;
    let calls = sample.mcp.calls();
    assert!(matches!(greet(&session).await, Err(SessionError::Lost)));
    assert_eq!(sample.mcp.calls(), calls);
}

#[tokio::test]
async fn nobody_at_the_address_is_not_reachable() {
    let sample = sample(Eras::Both).await;
    sample.mcp.close().await;
    let failure = Opening::at(&sample.mcp_url()).open().await.err().unwrap();
    assert_eq!(
        (failure.code(), failure.is_transient()),
        ("unreachable", true),
        "{failure}"
    );
}

#[rstest]
#[case::gateway(Canned::html(502), "http_status", true)]
#[case::busy(Canned::too_many_requests(3), "http_status", true)]
#[case::a_web_page(Canned::html(200), "protocol", false)]
#[case::without_end(Canned::endless(200), "too_large", false)]
#[case::broken_off(Canned::cut_off(), "unreachable", true)]
#[tokio::test]
async fn an_answer_that_is_not_mcp_is_told_as_what_it_is(
    #[case] canned: Canned,
    #[case] code: &str,
    #[case] transient: bool,
) {
    let sample = sample(Eras::Both).await;
    sample.mcp.behave(|server| server.answers.push_back(canned));
    let mut opening = Opening::at(&sample.mcp_url());
    opening.era = Some(Era::Legacy);
    let failure = opening.open().await.err().unwrap();
    assert_eq!(
        (failure.code(), failure.is_transient()),
        (code, transient),
        "{failure}"
    );
}

/// Tells when the server sees that nobody waits for its answer any more.
struct Abandoned(Arc<Notify>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[rstest]
#[case::how_it_speaks("server/discover", None)]
#[case::its_name("initialize", Some(Era::Legacy))]
#[case::that_it_heard("notifications/initialized", Some(Era::Legacy))]
#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_nothing_is_left_of_it(
    #[case] held: &'static str,
    #[case] era: Option<Era>,
) {
    let abandoned = Arc::new(Notify::new());
    let told = abandoned.clone();
    let script = Script::start_async(move |call| {
        let told = told.clone();
        async move {
            if call.name() == held {
                let _abandoned = Abandoned(told);
                std::future::pending::<()>().await;
            }
            call.well()
        }
        .boxed()
    })
    .await;
    let mut opening = Opening::at(&script.url);
    opening.timeout = LIMIT;
    opening.era = era;
    assert_eq!(opening.open().await.err().unwrap(), SessionError::Timeout);
    let seen = tokio::time::timeout(Duration::from_mins(1), abandoned.notified());
    assert!(seen.await.is_ok(), "the request is still under way");
    if held == "notifications/initialized" {
        script.asked("DELETE", 1).await;
        let goodbye = script
            .seen()
            .into_iter()
            .find(|call| call.name() == "DELETE");
        assert_eq!(goodbye.unwrap().session(), Some("s-1"));
    }
}

#[tokio::test]
async fn a_list_that_takes_too_long_is_withdrawn() {
    let script = Script::start_async(|call| {
        async move {
            if call.name() == "tools/list" {
                std::future::pending::<()>().await;
            }
            call.well()
        }
        .boxed()
    })
    .await;
    let mut opening = Opening::at(&script.url);
    opening.timeout = LIMIT;
    let session = opening.open().await.unwrap();
    let failure = session.list_tools().await.unwrap_err();
    assert_eq!(failure, SessionError::Timeout);
    script.asked("notifications/cancelled", 1).await;
}

/// A server before 2026-07-28 whose tool answers nobody.
async fn silent_tool() -> Script {
    Script::start_async(|call| {
        async move {
            if call.name() == "tools/call" {
                std::future::pending::<()>().await;
            }
            call.well()
        }
        .boxed()
    })
    .await
}

fn last_two(script: &Script) -> Vec<String> {
    let names = script.seen().iter().map(Call::name).collect::<Vec<_>>();
    // The stream of the session is asked for whenever it is its turn.
    let names: Vec<_> = names.into_iter().filter(|name| name != "GET").collect();
    names[names.len() - 2..].to_vec()
}

#[rstest]
#[case::stopped(Duration::from_mins(1), SessionError::Cancelled)]
#[case::late(LIMIT, SessionError::Timeout)]
#[tokio::test]
async fn a_server_hears_of_a_call_that_was_given_up_before_its_session_ends(
    #[case] limit: Duration,
    #[case] why: SessionError,
) {
    let script = silent_tool().await;
    let session = Opening::at(&script.url).open().await.unwrap();
    let cancelled = CancellationToken::new();
    let caller = Caller {
        cancelled: cancelled.clone(),
        ..Caller::waiting(limit)
    };
    let giving_up = async {
        script.asked("tools/call", 1).await;
        if why == SessionError::Cancelled {
            cancelled.cancel();
        }
    };
    let call = session.call_tool("greet", Map::new(), caller);
    let (outcome, ()) = tokio::join!(call, giving_up);
    assert_eq!(outcome.unwrap_err(), why);
    session.close().await;
    assert_eq!(last_two(&script), ["notifications/cancelled", "DELETE"]);
}

#[tokio::test]
async fn a_server_hears_of_a_call_that_is_under_way_when_its_session_ends() {
    let script = silent_tool().await;
    let session = Opening::at(&script.url).open().await.unwrap();
    let ending = async {
        script.asked("tools/call", 1).await;
        session.close().await;
    };
    let (outcome, ()) = tokio::join!(greet(&session), ending);
    assert_eq!(outcome.unwrap_err(), SessionError::Interrupted);
    assert_eq!(last_two(&script), ["notifications/cancelled", "DELETE"]);
}

#[tokio::test]
async fn a_server_that_talks_without_end_does_not_keep_its_session_from_ending() {
    let script = Script::start(|call| match call.name().as_str() {
        "GET" => {
            let log = json!({ "jsonrpc": "2.0", "method": "notifications/message",
                              "params": { "level": "info", "data": "still here" } });
            let events = Bytes::from(format!("data: {log}\n\n").repeat(100));
            stream_of(Body::from_stream(stream::repeat_with(move || {
                Ok::<_, io::Error>(events.clone())
            })))
        }
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    script.asked("GET", 1).await;
    session.list_tools().await.unwrap();
    session.close().await;
    assert_eq!(script.count("DELETE"), 1);
}
