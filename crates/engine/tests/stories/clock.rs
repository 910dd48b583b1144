//! The clock of the computer is set while tokens live by it.

use drawbridge_engine::view::{Authorization, ServerView, Status};
use drawbridge_engine::{Clock, ServerId};
use drawbridge_testkit::Gate;
use drawbridge_testkit::auth::RefreshTokens;

use crate::desk::{Desk, error_code, is_connected};
use crate::two_processes::greet;

const DAY: i64 = 86_400;

async fn calls(desk: &Desk, id: &ServerId) {
    for call in ["1", "2", "3"] {
        greet(&desk.engine, id, call).await.unwrap();
    }
}

/// Whether its token lives for no more than two hours by the clock of now.
fn is_short(clock: &Clock) -> impl Fn(&ServerView) -> bool + use<> {
    let clock = clock.clone();
    move |server| match server.authorization {
        Authorization::SignedIn { expires_at, .. } => {
            expires_at.is_some_and(|end| end - clock.now() < 2 * 3_600_000)
        }
        _ => false,
    }
}

fn refreshes(desk: &Desk) -> (usize, usize) {
    let counters = desk.sample.auth.counters();
    (counters.refreshes, counters.refresh_reuses)
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_forward_by_a_day_costs_one_refresh() {
    let (mut desk, id) = Desk::connected().await;
    desk.clock.advance(DAY);
    calls(&desk, &id).await;
    assert_eq!(refreshes(&desk), (1, 0));
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    calls(&desk, &id).await;
    assert_eq!(refreshes(&desk), (1, 0));
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_by_a_day_makes_no_token_live_a_day_longer() {
    let (mut desk, id) = Desk::connected().await;
    desk.clock.advance(-DAY);
    let is_short = is_short(&desk.clock.clock());
    assert!(!is_short(&desk.view(&id).await));
    desk.restart().await;
    desk.wait_for(&id, is_short).await;
    desk.wait_for(&id, is_connected).await;
    calls(&desk, &id).await;
    assert_eq!(refreshes(&desk), (1, 0));
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    calls(&desk, &id).await;
    assert_eq!(refreshes(&desk), (1, 0));
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_while_the_app_runs_is_noticed() {
    let mut desk = Desk::start().await;
    desk.engine.watch_surroundings();
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.clock.advance(-DAY);
    desk.wait_for(&id, is_short(&desk.clock.clock())).await;
    assert_eq!(refreshes(&desk), (1, 0));
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_ends_no_sign_in_that_cannot_be_renewed() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_tokens = RefreshTokens::None);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.clock.advance(DAY);
    calls(&desk, &id).await;
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    desk.clock.advance(-DAY);
    calls(&desk, &id).await;
    assert!(desk.screen.is_quiet());
}

// rule: G3, G6
#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_answer_came_over_a_sleep_is_as_old_as_that_and_no_reason_to_sign_in() {
    let (mut desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(gate.clone()));
    desk.sample.auth.expire_access_tokens();
    let call = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move { greet(&engine, &id, "1").await }
    });
    gate.reached(1).await;
    // The answer is on its way when the computer goes to sleep, and its token ends before it wakes.
    desk.sample.auth.behave(|b| b.token_answer_gate = None);
    desk.sample.auth.expire_access_tokens();
    desk.clock.advance(3_700);
    gate.open();
    assert_eq!(call.await.unwrap(), Ok(()));
    desk.wait_for(&id, is_connected).await;
    calls(&desk, &id).await;
    assert_eq!(refreshes(&desk), (2, 0));
}

// rule: T1
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_over_by_the_clock_waits_no_longer_after_a_sleep() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await;
    desk.wait_for(&id, |server| server.status == Status::WaitingForYou)
        .await;
    // The timers of the program stood still meanwhile.
    desk.clock.advance(601);
    desk.engine.woke();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("sign_in_timed_out"));
    assert_eq!(desk.screen.closed().await, page.attempt);
}
