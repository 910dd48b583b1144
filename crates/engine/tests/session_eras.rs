//! How sessions with servers of both eras begin, and how it is found out which era that is.

mod session_support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::Era;
use drawbridge_testkit::mcp::Eras;
use futures::future::FutureExt as _;
use futures::{StreamExt as _, stream};
use rstest::rstest;
use serde_json::json;
use session_support::{Call, Opening, Script, Tokens, greet, opened, sample, status, stream_of};
use tokio::sync::Notify;

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
