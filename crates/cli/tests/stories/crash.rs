//! The process dies in the middle of things (`kill -KILL`), and the next one goes on.

use std::os::unix::process::ExitStatusExt as _;

use drawbridge_testkit::auth::RefreshTokens;
use drawbridge_testkit::{Canned, Gate, Person};
use tokio::process::{Child, Command};

use crate::desk::{CALL, Desk, browser, ended};

fn dying_at(desk: &Desk, place: &str, words: &[&str]) -> Command {
    let mut command = desk.command(words);
    command.env("DRAWBRIDGE_KILL_AT", place);
    command
}

/// A call that dies at a place of its own renewal, of which there is exactly one.
async fn call_dying_at(desk: &Desk, place: &str) {
    desk.sample.auth.expire_access_tokens();
    was_killed(dying_at(desk, place, &CALL).spawn().unwrap()).await;
}

async fn was_killed(child: Child) {
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.signal(), Some(9), "{output:?}");
}

fn refreshes_and_reuses(desk: &Desk) -> (usize, usize) {
    let counters = desk.sample.auth.counters();
    (counters.refreshes, counters.refresh_reuses)
}

/// The reason that `status` gives for a sign-in that is over.
async fn reauth_reason(desk: &Desk) -> String {
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    object["servers"][0]["reauth"]["reason"]
        .as_str()
        .unwrap()
        .to_owned()
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_refresh_is_sent_the_next_call_refreshes() {
    let desk = Desk::signed_in().await;
    call_dying_at(&desk, "renewal_noted").await;
    assert_eq!(refreshes_and_reuses(&desk), (0, 0));
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    assert_eq!(refreshes_and_reuses(&desk), (1, 0));
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_once_the_new_grant_is_stored_the_next_call_has_it() {
    let desk = Desk::signed_in().await;
    call_dying_at(&desk, "refresh_stored").await;
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    assert_eq!(refreshes_and_reuses(&desk), (1, 0));
}

/// The rotated token is tried once, and the outcome told plainly.
async fn is_over_and_says_so(desk: &Desk) {
    let called = desk.run(&CALL).await;
    assert_eq!(called.error(), (3, "reauth_required".to_owned()));
    assert_eq!(refreshes_and_reuses(desk), (1, 1));
    assert_eq!(reauth_reason(desk).await, "interrupted");
    let again = desk.run(&CALL).await;
    assert_eq!(again.code, 3, "{again:?}");
    assert_eq!(refreshes_and_reuses(desk), (1, 1));

    desk.sign_in().await;
    assert_eq!(desk.run(&CALL).await.code, 0);
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_with_the_answer_in_hand_a_rotated_token_is_tried_once() {
    let desk = Desk::signed_in().await;
    call_dying_at(&desk, "refresh_answered").await;
    is_over_and_says_so(&desk).await;
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_answer_is_on_its_way_a_rotated_token_is_tried_once() {
    let desk = Desk::signed_in().await;
    let answer = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(answer.clone()));
    desk.sample.auth.expire_access_tokens();
    let mut call = desk.command(&CALL).spawn().unwrap();
    answer.reached(1).await;
    call.kill().await.unwrap();
    answer.open();
    desk.sample.auth.behave(|b| b.token_answer_gate = None);
    is_over_and_says_so(&desk).await;
}

// rule: G4, G5
#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_is_remembered_over_a_server_that_is_not_ready() {
    let desk = Desk::signed_in().await;
    call_dying_at(&desk, "refresh_answered").await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers = [503, 503].map(Canned::status).into());
    let called = desk.run(&CALL).await;
    assert_eq!(called.error(), (4, "sign_in_unavailable".to_owned()));
    is_over_and_says_so(&desk).await;
}

// rule: G5, G8
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_found_nobody_was_not_cut_off() {
    let desk = Desk::signed_in().await;
    desk.sample.auth.expire_access_tokens();
    desk.sample.auth.close().await;
    let called = desk.run(&CALL).await;
    assert_eq!(called.error(), (4, "sign_in_unavailable".to_owned()));
    desk.sample.auth.reopen().await.unwrap();
    desk.sample.auth.revoke_grants();
    assert_eq!(desk.run(&CALL).await.code, 3);
    assert_eq!(reauth_reason(&desk).await, "invalid_grant");
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_a_token_be_used_again_gives_the_grant_back() {
    let desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_tokens = RefreshTokens::Lasting);
    desk.add().await;
    desk.sign_in().await;
    call_dying_at(&desk, "refresh_answered").await;
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    assert_eq!(refreshes_and_reuses(&desk), (2, 0));
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn who_dies_while_refreshing_holds_nobody_up() {
    let desk = Desk::signed_in().await;
    let request = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_gate = Some(request.clone()));
    desk.sample.auth.expire_access_tokens();
    let mut first = desk.command(&CALL).spawn().unwrap();
    request.reached(1).await;
    desk.sample.auth.behave(|b| b.token_gate = None);
    let second = desk.command(&CALL).spawn().unwrap();
    first.kill().await.unwrap();
    let second = ended(second).await;
    assert_eq!(second.code, 0, "{second:?}");
    assert_eq!(refreshes_and_reuses(&desk), (1, 0));
    assert_eq!(desk.sample.auth.counters().authorize_pages, 1);
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn four_processes_that_meet_one_expiry_refresh_once() {
    let desk = Desk::signed_in().await;
    desk.sample.auth.expire_access_tokens();
    let calls: Vec<Child> = (0..4)
        .map(|_| desk.command(&CALL).spawn().unwrap())
        .collect();
    for call in calls {
        let called = ended(call).await;
        assert_eq!(called.code, 0, "{called:?}");
    }
    assert_eq!(refreshes_and_reuses(&desk), (1, 0));
    assert_eq!(desk.sample.auth.counters().authorize_pages, 1);
}

/// Signs in for a command that dies on the way.
async fn connect_dying_at(desk: &Desk, place: &str) {
    let child = dying_at(desk, place, &["connect", "Notes"])
        .spawn()
        .unwrap();
    let callback = Person::ada().follow(&desk.page().await).await.unwrap();
    // Whether a page is shown depends on who is faster.
    let _ = browser().get(callback).send().await;
    was_killed(child).await;
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_with_the_code_redeemed_nothing_half_is_left() {
    let desk = Desk::start().await;
    desk.add().await;
    connect_dying_at(&desk, "code_redeemed").await;
    assert_eq!(desk.run(&CALL).await.code, 3);
    desk.sign_in().await;
    assert_eq!(desk.run(&CALL).await.code, 0);
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn killed_once_the_first_grant_is_stored_the_person_is_signed_in() {
    let desk = Desk::start().await;
    desk.add().await;
    connect_dying_at(&desk, "grant_stored").await;
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    assert_eq!(desk.sample.auth.counters().token_exchanges, 1);
}
