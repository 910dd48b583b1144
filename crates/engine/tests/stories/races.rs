//! Two things at once: what is stopped stays stopped, and nobody waits for what need not be.

use std::time::Duration;

use drawbridge_engine::view::{Authorization, ServerChange, Status};
use drawbridge_engine::{Limits, ServerId};
use drawbridge_testkit::auth::ExpiresIn;
use drawbridge_testkit::{Gate, Person, Seen};
use serde_json::json;
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use crate::desk::{Desk, error_code, is_connected, limits};
use crate::loopback::{port, port_is_free};

/// Long for a computer, and shorter than a refresh may take.
const SOON: Duration = Duration::from_secs(20);

/// A server whose refresh hangs, with a caller that waits for it.
async fn hanging_refresh(desk: &Desk, id: &ServerId) -> Gate {
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| b.token_gate = Some(held));
    desk.sample.auth.expire_access_tokens();
    let (engine, id) = (desk.engine.clone(), id.clone());
    tokio::spawn(async move {
        let _ = engine
            .call_tool(&id, "held", "greet", json!({ "name": "Ada" }))
            .await;
    });
    gate.reached(1).await;
    desk.sample.auth.behave(|b| b.token_gate = None);
    gate
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_grants_to_a_cancelled_attempt_is_given_back() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(gate.clone()));
    desk.come_back(&id, Person::ada()).await;
    gate.reached(1).await;
    desk.engine.cancel(&id).await.unwrap();
    gate.open();
    desk.sample.seen(|seen| seen.path == "/revoke").await;
    assert_eq!(desk.view(&id).await.authorization, Authorization::SignedOut);
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.live_grants(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_meets_a_cancellation_signs_nobody_in() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let database = busy(&desk).await;
    let mut pause = desk.clock.pause();
    let arriving = tokio::spawn({
        let engine = desk.engine.clone();
        async move { engine.receive_callback(&callback).await }
    });
    // The next thing that it does is to look for its sign-in.
    pause.reached().await;
    pause.end();
    let cancelling = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move { engine.cancel(&id).await }
    });
    // Nobody listens any more, and the next thing is to forget the sign-in.
    port_is_free(port(&prompt)).await;
    free(database).await;
    let _ = arriving.await.unwrap();
    cancelling.await.unwrap().unwrap();
    assert_eq!(desk.view(&id).await.authorization, Authorization::SignedOut);
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.live_grants(), 0);
}

/// Another program writes, and does not come to an end until this is told.
async fn busy(desk: &Desk) -> PoolConnection<Sqlite> {
    let mut busy = desk.database().await.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *busy)
        .await
        .unwrap();
    busy
}

async fn free(mut busy: PoolConnection<Sqlite>) {
    sqlx::query("ROLLBACK").execute(&mut *busy).await.unwrap();
}

// rule: G10, G11
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_waits_for_the_disk_can_be_cancelled_and_the_one_before_it_stays(
    #[values(false, true)] signed_in: bool,
) {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    if signed_in {
        desk.sign_in(&id).await;
    }
    let before = desk.view(&id).await.authorization;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    gate.reached(1).await;
    let database = busy(&desk).await;
    gate.open();
    // It runs no more once its grant is being stored.
    let storing = async {
        while desk.engine.running_attempt(&id).is_some() {
            tokio::task::yield_now().await;
        }
    };
    let storing = tokio::time::timeout(SOON, storing).await;
    storing.expect("an answer in time");
    desk.engine.cancel(&id).await.unwrap();
    free(database).await;
    let view = desk
        .wait_for(&id, |server| server.authorization == before)
        .await;
    assert_eq!(view.error, None);
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.live_grants(), usize::from(signed_in));
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_does_not_wait_for_a_refresh_of_the_old_grant() {
    let (mut desk, id) = Desk::connected().await;
    let gate = hanging_refresh(&desk, &id).await;
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.sample.clear_journal();
    desk.engine.receive_callback(&callback).await.unwrap();
    let opens = |seen: &Seen| seen.note.as_deref() == Some("server/discover");
    let opening = tokio::time::timeout(SOON, desk.sample.seen(opens));
    opening.await.expect("another session");
    gate.open();
    desk.wait_for(&id, is_connected).await;
    desk.engine.shutdown().await;
    let grants = "SELECT COUNT(*) FROM grant WHERE reauth_reason IS NULL";
    assert_eq!(desk.stored::<i64>(grants).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn connect_answers_at_once_while_a_refresh_hangs() {
    let (desk, id) = Desk::connected().await;
    let gate = hanging_refresh(&desk, &id).await;
    tokio::time::timeout(SOON, desk.engine.connect(&id))
        .await
        .unwrap()
        .unwrap();
    gate.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn finding_out_how_to_sign_in_has_an_end() {
    let mut desk = Desk::with_limits(Limits {
        finding_out: Duration::from_millis(50),
        ..limits()
    })
    .await;
    let id = desk.add().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.metadata_gate = Some(gate.clone()));
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("finding_out_timed_out"));
    assert_eq!(view.status, Status::Failed);
    assert!(desk.screen.is_quiet());
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_takes_the_complaint_of_an_earlier_sign_in_away() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample
        .auth
        .behave(|b| b.authorize_error = Some("server_error".into()));
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, |server| server.error.is_some()).await;
    desk.engine.sign_out(&id).await.unwrap();
    let view = desk.view(&id).await;
    assert_eq!((view.status, view.error), (Status::NotSignedIn, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_hangs_keeps_nobody_from_closing() {
    let (desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.mcp.behave(|b| {
        b.method_gates.insert("tools/list".into(), held);
    });
    desk.sample.mcp.add_tool("ninth");
    gate.reached(1).await;
    desk.engine.sign_out(&id).await.unwrap();
    tokio::time::timeout(SOON, desk.engine.shutdown())
        .await
        .unwrap();
    gate.open();
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_life_is_not_renewed_in_a_storm() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.expires_in = ExpiresIn::Stated(0));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    for call in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] {
        let arguments = json!({ "name": "Ada" });
        desk.engine
            .call_tool(&id, call, "greet", arguments)
            .await
            .unwrap();
    }
    // It is good until it is refused.
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_from_before_the_restart_does_not_sign_in_to_what_is_switched_off() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.restart().await;
    let off = ServerChange {
        enabled: Some(false),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, off).await.unwrap();
    let late = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(late.code(), "unknown_callback");
    assert_eq!(desk.view(&id).await.status, Status::Off);
}
