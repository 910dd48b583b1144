//! MCP servers that are away, busy, or behind something else: they are waited for, and found again.

use std::time::Duration;

use drawbridge_engine::view::{Action, AuthKind, Status};
use drawbridge_engine::{Engine, Limits, ServerId};
use drawbridge_testkit::mcp::{Access, Eras};
use drawbridge_testkit::{Canned, Gate, Sample};
use rstest::rstest;
use serde_json::{Value, json};

use crate::desk::{Desk, is_connected, limits, new_server};
use crate::patience::{connected, greet, is_retrying, is_signed_in, next_try};

/// Nothing is tried again by itself for as long as a story takes.
fn patient() -> Limits {
    Limits {
        first_retry: Duration::from_mins(30),
        last_retry: Duration::from_mins(30),
        ..limits()
    }
}

// rule: G8
#[rstest]
#[case::network_return(Engine::network_changed)]
#[case::wake(Engine::woke)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_away_is_asked_at_once(#[case] event: fn(&Engine)) {
    let mut desk = Desk::with_limits(patient()).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.mcp.close().await;
    desk.engine.connect(&id).await.unwrap();
    let away = desk.wait_for(&id, is_retrying).await;
    assert!(is_signed_in(&away));
    assert!(next_try(&away).unwrap() - desk.clock.now() > 20 * 60_000);
    desk.sample.mcp.reopen().await.unwrap();
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.mcp.behave(|b| b.gate = Some(held));
    event(&desk.engine);
    gate.reached(1).await;
    // What the person is about to press does not become something else.
    let trying = desk.view(&id).await;
    assert_eq!(trying.status, Status::Connecting);
    assert_eq!(trying.action, Some(Action::RetryNow));
    gate.open();
    desk.wait_for(&id, is_connected).await;
}

// rule: G8
#[rstest]
#[case::a_portal(Canned::html(200))]
#[case::a_network_that_it_is_not_for(Canned::status(403))]
#[case::nothing_there(Canned::new(404, "text/plain", "default backend - 404"))]
#[case::a_failure_in_words(Canned::json(503, &internal_error()))]
#[case::a_failure_as_if_well(Canned::json(200, &internal_error()))]
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_front_of_a_known_server_is_waited_out(
    #[case] canned: Canned,
    #[values(Eras::Initialize, Eras::Discover)] eras: Eras,
) {
    let mut desk = Desk::with_limits(patient()).await;
    desk.sample.mcp.behave(|b| b.eras = eras);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.mcp.behave(|b| {
        let answers = std::iter::repeat_n(canned, 6);
        b.answers.extend(answers);
    });
    desk.engine.connect(&id).await.unwrap();
    let away = desk.wait_for(&id, is_retrying).await;
    assert!(is_signed_in(&away));
    desk.sample.mcp.behave(|b| b.answers.clear());
    desk.engine.network_changed();
    desk.wait_for(&id, is_connected).await;
}

/// What the reference servers answer when something breaks in them.
fn internal_error() -> Value {
    let error = json!({ "code": -32603, "message": "Internal server error" });
    json!({ "jsonrpc": "2.0", "id": null, "error": error })
}

// rule: G8
#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_says_when_it_wants_to_be_asked() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.mcp.behave(|b| {
        for _ in 0..6 {
            b.answers.push_back(Canned::too_many_requests(900));
        }
    });
    desk.engine.connect(&id).await.unwrap();
    let away = desk.wait_for(&id, is_retrying).await;
    let wait = next_try(&away).unwrap() - desk.clock.now();
    assert!((880_000..=1_000_000).contains(&wait), "{wait} ms");

    let other = Sample::start().await;
    other.mcp.behave(|server| server.access = Access::Open);
    let url = other.mcp_url();
    other.mcp.close().await;
    let unasked = new_server(url.as_str(), AuthKind::None);
    let unasked = ServerId::from(desk.engine.add_server(unasked).await.unwrap().id);
    desk.engine.connect(&unasked).await.unwrap();
    desk.wait_for(&unasked, is_retrying).await;
    other.mcp.reopen().await.unwrap();
    desk.sample.clear_journal();
    desk.engine.network_changed();
    desk.wait_for(&unasked, is_connected).await;
    assert_eq!(desk.sample.journal_lines(), Vec::<String>::new());
    assert!(is_retrying(&desk.view(&id).await));
}

// rule: G8
#[rstest]
#[case::for_longer_than_it_asked(900, 1_000)]
#[case::with_longer_to_wait_by_itself(1, 2)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_left_alone_for_as_long_as_it_asked_is_asked_at_once(
    #[case] asked: u32,
    #[case] later: i64,
) {
    let mut desk = Desk::with_limits(patient()).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.mcp.behave(|b| {
        let answers = std::iter::repeat_n(Canned::too_many_requests(asked), 6);
        b.answers.extend(answers);
    });
    desk.engine.connect(&id).await.unwrap();
    let away = desk.wait_for(&id, is_retrying).await;
    assert!(next_try(&away).unwrap() - desk.clock.now() > 20 * 60_000);
    desk.sample.mcp.behave(|b| b.answers.clear());
    desk.clock.advance(later);
    desk.engine.woke();
    desk.wait_for(&id, is_connected).await;
}

#[rstest]
#[case::network_return(Engine::network_changed)]
#[case::wake(Engine::woke)]
#[tokio::test(flavor = "multi_thread")]
async fn no_call_goes_into_a_connection_of_before(#[case] event: fn(&Engine)) {
    let (desk, id) = connected().await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
    let before = desk.sample.mcp.connections();
    event(&desk.engine);
    assert_eq!(greet(&desk, &id).await, Ok(()));
    assert!(desk.sample.mcp.connections() > before);
}
