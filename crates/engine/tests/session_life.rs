//! How sessions begin, are lost, come back and end, with a server of both eras.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::{Caller, Era, Session, SessionError, SessionNotice};
use drawbridge_testkit::{Canned, Sample, mcp::Access, mcp::Eras};
use futures::future::FutureExt as _;
use futures::{StreamExt as _, stream};
use rstest::rstest;
use serde_json::{Map, json};
use session_support::{Call, Opening, Script, Tokens, reply, status, until};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;

async fn sample(eras: Eras) -> Sample {
    let sample = Sample::start().await;
    sample.mcp.behave(|server| {
        server.access = Access::Open;
        server.eras = eras;
    });
    sample
}

async fn opened(sample: &Sample) -> (Session, UnboundedReceiver<SessionNotice>) {
    Opening::at(&sample.mcp_url()).notified().await.unwrap()
}

async fn greet(session: &Session) -> Result<(), SessionError> {
    let arguments = Map::from_iter([("name".to_owned(), json!("Ada"))]);
    let limit = Duration::from_secs(20);
    session
        .call_tool("greet", arguments, Caller::waiting(limit))
        .await
        .map(drop)
}

#[rstest]
#[case::old(Eras::Initialize, Era::Legacy)]
#[case::new(Eras::Discover, Era::Modern)]
#[case::both(Eras::Both, Era::Modern)]
#[tokio::test]
async fn a_server_of_either_era_is_understood(#[case] eras: Eras, #[case] era: Era) {
    let sample = sample(eras).await;
    let (session, _notices) = opened(&sample).await;
    assert_eq!(session.era(), era);
    assert_eq!(session.list_tools().await.unwrap().len(), 8);
    greet(&session).await.unwrap();
    session.close().await;
    assert_eq!(sample.mcp.sessions().await, 0);
}

#[tokio::test]
async fn a_remembered_era_spares_the_question() {
    let sample = sample(Eras::Initialize).await;
    let mut opening = Opening::at(&sample.mcp_url());
    opening.era = Some(Era::Legacy);
    opening.open().await.unwrap();
    assert_eq!(sample.journal()[0].note.as_deref(), Some("initialize"));
}

#[rstest]
#[case::went_forward(Eras::Discover, Era::Legacy, Era::Modern)]
#[case::went_back(Eras::Initialize, Era::Modern, Era::Legacy)]
#[tokio::test]
async fn a_remembered_era_that_is_wrong_is_found_out(
    #[case] eras: Eras,
    #[case] remembered: Era,
    #[case] found: Era,
) {
    let sample = sample(eras).await;
    let mut opening = Opening::at(&sample.mcp_url());
    opening.era = Some(remembered);
    assert_eq!(opening.open().await.unwrap().era(), found);
}

#[tokio::test]
async fn an_old_server_that_swallows_the_question_is_waited_for_a_little() {
    let script = Script::start_async(|call| {
        async move {
            if call.name() == "server/discover" {
                std::future::pending::<()>().await;
            }
            call.well()
        }
        .boxed()
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    assert_eq!(session.era(), Era::Legacy);
}

/// Longer than an unknown server may think about how it speaks.
const PATIENCE: Duration = Duration::from_secs(5);

#[rstest]
#[case::that_is_known(Some(Era::Modern))]
#[case::whose_token_comes_late(None)]
#[tokio::test]
async fn a_new_server_that_takes_its_time_is_not_spoken_to_in_the_old_way(
    #[case] era: Option<Era>,
) {
    let late = Arc::new(Notify::new());
    let answer = era.is_some().then(|| late.clone());
    let script = Script::start_async(move |call| {
        let answer = answer.clone();
        async move {
            if call.name() != "server/discover" {
                return call.well();
            }
            if let Some(late) = answer {
                late.notified().await;
            }
            call.discovered()
        }
        .boxed()
    })
    .await;
    let tokens = Tokens::of("t");
    if era.is_none() {
        *tokens.held.lock().unwrap() = Some(late.clone());
    }
    let mut opening = Opening::at(&script.url).with(&tokens);
    opening.era = era;
    let mut opened = std::pin::pin!(opening.open());
    let early = tokio::time::timeout(PATIENCE, opened.as_mut()).await;
    assert!(early.is_err(), "it was open before the server had answered");
    late.notify_one();
    assert_eq!(opened.await.unwrap().era(), Era::Modern);
    assert_eq!(script.count("initialize"), 0);
}

#[tokio::test]
async fn a_new_server_that_had_to_wake_up_first_is_asked_once_more() {
    let asked = Arc::new(AtomicUsize::new(0));
    let script = Script::start_async(move |call| {
        let asked = asked.clone();
        async move {
            match call.name().as_str() {
                "server/discover" => {
                    if asked.fetch_add(1, SeqCst) == 0 {
                        std::future::pending::<()>().await;
                    }
                    call.discovered()
                }
                "initialize" => call.error(400, -32601),
                _ => call.well(),
            }
        }
        .boxed()
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    assert_eq!(session.era(), Era::Modern);
}

#[rstest]
#[case::accepted(|_: &Call| status(202), "protocol")]
#[case::no_content(|_: &Call| status(204), "protocol")]
#[case::nothing(|_: &Call| stream_of(Body::empty()), "protocol")]
#[case::broken_off(|_: &Call| stream_of(broken()), "unreachable")]
#[tokio::test]
async fn a_server_that_does_not_answer_the_first_request_is_told_as_that(
    #[case] answer: fn(&Call) -> Response,
    #[case] code: &str,
) {
    let script = Script::start(move |call| match call.name().as_str() {
        "server/discover" => status(404),
        "initialize" => answer(call),
        _ => call.well(),
    })
    .await;
    let failure = Opening::at(&script.url).open().await.err().unwrap();
    assert_eq!(failure.code(), code, "{failure}");
}

#[rstest]
#[case::that_ends(Body::empty)]
#[case::that_stays_open(|| Body::from_stream(stream::pending::<io::Result<Bytes>>()))]
#[tokio::test]
async fn a_notification_may_be_answered_with_a_stream(
    #[values(None, Some(Era::Legacy))] era: Option<Era>,
    #[case] body: fn() -> Body,
) {
    let script = Script::start(move |call| match call.name().as_str() {
        "notifications/initialized" => stream_of(body()),
        _ => call.well(),
    })
    .await;
    let mut opening = Opening::at(&script.url);
    opening.era = era;
    let session = opening.open().await.unwrap();
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
}

fn stream_of(body: Body) -> Response {
    let builder = Response::builder().header("content-type", "text/event-stream");
    builder.body(body).unwrap()
}

fn broken() -> Body {
    let begun = stream::iter([Ok(Bytes::from(": soon\n\n"))]);
    // The head is on its way before it breaks.
    let breaks = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::other("broken"))
    });
    Body::from_stream(begun.chain(breaks))
}

#[rstest]
#[case::accepted(202)]
#[case::not_found(404)]
#[case::not_allowed(405)]
#[case::not_acceptable(406)]
#[tokio::test]
async fn an_old_server_may_answer_the_question_with_any_nonsense(#[case] code: u16) {
    let script = Script::start(move |call| match call.name().as_str() {
        "server/discover" => status(code),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    assert_eq!(session.era(), Era::Legacy);
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_old_server_may_answer_the_question_as_if_it_knew_it() {
    let script = Script::start(|call| match call.name().as_str() {
        "server/discover" => call.result(&json!({})),
        _ => call.well(),
    })
    .await;
    let session = Opening::at(&script.url).open().await.unwrap();
    assert_eq!(session.era(), Era::Legacy);
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
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
    // The server's own stream and the listener behind it come about after the handshake.
    until("it listens", || sample.mcp.listeners() > 0).await;
    let told = async {
        loop {
            sample.mcp.add_tool("another");
            let waited = tokio::time::timeout(Duration::from_millis(200), notices.recv()).await;
            if let Ok(notice) = waited {
                return notice;
            }
        }
    };
    let notice = tokio::time::timeout(Duration::from_secs(10), told)
        .await
        .unwrap();
    assert!(
        matches!(notice, Some(SessionNotice::ToolsChanged)),
        "{notice:?}"
    );
    assert!(session.list_tools().await.unwrap().len() > 8);
}

#[rstest]
#[case::at_once(&[])]
#[case::after_a_refusal(&["Too many listen."])]
#[tokio::test]
async fn a_moment_without_ears_is_told_of_once_it_is_over(#[case] refusals: &[&str]) {
    let sample = sample(Eras::Discover).await;
    let (_session, mut notices) = opened(&sample).await;
    until("it listens", || sample.mcp.listeners() > 0).await;
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
    let notice = tokio::time::timeout(Duration::from_secs(20), notices.recv()).await;
    let notice = notice.unwrap();
    assert!(
        matches!(notice, Some(SessionNotice::ListenedAgain)),
        "{notice:?}"
    );
}

#[tokio::test]
async fn a_server_that_goes_away_is_noticed_without_a_call() {
    let sample = sample(Eras::Initialize).await;
    let (_session, mut notices) = opened(&sample).await;
    sample
        .seen(|seen| seen.method == "GET" && seen.status == Some(200))
        .await;
    sample.mcp.close().await;
    let notice = tokio::time::timeout(Duration::from_secs(20), notices.recv())
        .await
        .unwrap();
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
    let end = tokio::time::timeout(Duration::from_secs(5), notices.recv())
        .await
        .unwrap();
    assert!(end.is_none());
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
    opening.timeout = Duration::from_millis(300);
    opening.era = era;
    assert_eq!(opening.open().await.err().unwrap(), SessionError::Timeout);
    let seen = tokio::time::timeout(Duration::from_secs(20), abandoned.notified());
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
    opening.timeout = Duration::from_secs(1);
    let session = opening.open().await.unwrap();
    let failure = session.list_tools().await.unwrap_err();
    assert_eq!(failure, SessionError::Timeout);
    script.asked("notifications/cancelled", 1).await;
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
