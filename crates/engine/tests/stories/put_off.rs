//! What an authorization server tells one process about waiting binds every process on the data folder
//! (rules G1, G5).

use drawbridge_engine::view::{ServerChange, ServerView, SignInOptions, Status};
use drawbridge_engine::{Engine, ServerId};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::{Canned, Gate, Person, Seen};
use futures::FutureExt as _;
use rstest::rstest;

use crate::desk::{Desk, Screen, is_connected, limits, open, until};
use crate::neighbours::beside;
use crate::patience::{is_retrying, next_try};
use crate::two_processes::{following, greet, two_following};

const DAY: i64 = 86_400;

pub(crate) fn busy(seconds: &str) -> Canned {
    Canned::status(429).header("retry-after", seconds)
}

fn portal() -> Canned {
    Canned::status(302).header("location", "http://portal.example/")
}

/// How often the token endpoint was asked for a renewal, whatever it said.
fn asked(desk: &Desk) -> usize {
    let is_renewal = |seen: &Seen| seen.note.as_deref() == Some("refresh_token");
    desk.sample.journal().into_iter().filter(is_renewal).count()
}

fn renewed_at_the_second_try(desk: &Desk) {
    let renewed = desk.sample.auth.counters().refreshes;
    assert_eq!((asked(desk), renewed), (2, 1));
}

/// The process of the desk is refused a renewal; says when it tries again.
pub(crate) async fn fail(desk: &mut Desk, id: &ServerId, answer: Canned) -> i64 {
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(answer));
    desk.sample.auth.expire_access_tokens();
    let refused = greet(&desk.engine, id, "refused").await;
    assert_eq!(refused, Err("sign_in_unavailable"));
    next_try(&desk.wait_for(id, is_retrying).await).unwrap()
}

/// Another process, which opens its sessions as the app does when it starts.
pub(crate) async fn started(desk: &Desk) -> Engine {
    let (surface, _) = Screen::new();
    let http = HttpOptions::default();
    let engine = open(desk.folder.path(), &desk.clock, limits(), surface, http).await;
    engine.start().await.unwrap();
    engine
}

/// An app with a session, and a command that has none yet.
async fn connected_beside_a_command() -> (Desk, Engine, ServerId) {
    let (desk, id) = Desk::connected().await;
    let other = beside(&desk).await.engine;
    (desk, other, id)
}

async fn view(engine: &Engine, id: &ServerId) -> ServerView {
    let servers = engine.snapshot().await.unwrap().servers;
    let server = servers.into_iter().find(|it| it.id == id.as_str());
    server.unwrap()
}

async fn shows(engine: &Engine, id: &ServerId, what: &str, fits: impl Fn(&ServerView) -> bool) {
    until(what, async || fits(&view(engine, id).await)).await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_waits_as_long_as_another_was_told_to() {
    let (mut desk, id) = following().await;
    let at = fail(&mut desk, &id, busy("600")).await;

    let other = started(&desk).await;
    shows(&other, &id, "retrying", is_retrying).await;
    assert_eq!(next_try(&view(&other, &id).await), Some(at));
    other.network_changed();
    assert!(greet(&other, &id, "too early").await.is_err());
    assert_eq!(asked(&desk), 1);

    desk.clock.advance(700);
    other.woke();
    shows(&other, &id, "connected", is_connected).await;
    desk.wait_for(&id, is_connected).await;
    greet(&desk.engine, &id, "1").await.unwrap();
    greet(&other, &id, "2").await.unwrap();
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_the_lock_takes_the_failure_of_its_holder_for_its_own() {
    let (mut desk, other, id) = two_following().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| {
        b.token_gate = Some(held);
        b.refresh_answers.push_back(busy("600"));
    });
    desk.sample.auth.expire_access_tokens();
    desk.sample.clear_journal();
    let here = greet(&desk.engine, &id, "here");
    let there = greet(&other, &id, "there");
    let opened = async {
        let is_refused = |seen: &Seen| seen.status == Some(401);
        desk.sample.seen_times(2, is_refused).await;
        gate.reached(1).await;
        gate.open();
    };
    let (here, there, ()) = tokio::join!(here, there, opened);
    assert_eq!(
        (here, there),
        (Err("sign_in_unavailable"), Err("sign_in_unavailable"))
    );
    assert_eq!(asked(&desk), 1);
    let at = next_try(&desk.wait_for(&id, is_retrying).await);
    shows(&other, &id, "retrying at the same time", |it| {
        next_try(it) == at
    })
    .await;
    other.shutdown().await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn retry_now_in_one_process_asks_at_once_and_helps_the_other() {
    let (mut desk, id) = following().await;
    fail(&mut desk, &id, busy("3600")).await;
    let other = started(&desk).await;
    shows(&other, &id, "retrying", is_retrying).await;
    other.connect_in_turn(&id).await.unwrap();
    shows(&other, &id, "retrying", is_retrying).await;
    assert_eq!(asked(&desk), 1);

    other.connect(&id).await.unwrap();
    shows(&other, &id, "connected", is_connected).await;
    desk.wait_for(&id, is_connected).await;
    greet(&desk.engine, &id, "1").await.unwrap();
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn four_callers_in_two_processes_ask_once_each_time_that_it_is_due() {
    let (desk, other, id) = two_following().await;
    let away = Canned::status(503).header("retry-after", "600");
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.extend([away.clone(), away]));
    desk.sample.auth.expire_access_tokens();
    let four = async || {
        let callers = [&desk.engine, &desk.engine, &other, &other];
        let calls = callers.into_iter().zip(["1", "2", "3", "4"]);
        let calls = calls.map(|(engine, call)| greet(engine, &id, call).boxed());
        futures::future::join_all(calls).await
    };
    for tries in [1, 2] {
        for _ in 0..2 {
            assert_eq!(four().await, [Err("sign_in_unavailable"); 4]);
            assert_eq!(asked(&desk), tries);
        }
        desk.clock.advance(700);
    }
    assert_eq!(four().await, [Ok(()); 4]);
    let counters = desk.sample.auth.counters();
    assert_eq!(
        (asked(&desk), counters.refreshes, counters.refresh_reuses),
        (3, 1, 0)
    );
    other.shutdown().await;
}

// rule: G5
#[rstest]
#[case::back_afterwards(0, -DAY)]
#[case::forward_afterwards(0, DAY)]
#[case::ahead_meanwhile(DAY, -DAY)]
#[case::back_by_more_than_the_wait(0, -600)]
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_makes_no_other_process_wait_longer(
    #[case] before: i64,
    #[case] after: i64,
) {
    let (mut desk, id) = Desk::connected().await;
    desk.clock.advance(before);
    fail(&mut desk, &id, busy("30")).await;
    desk.engine.shutdown().await;
    desk.clock.advance(after);
    let other = started(&desk).await;
    shows(&other, &id, "connected", is_connected).await;
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_tries_what_failed_before_unless_the_server_said_when() {
    let (mut desk, id) = Desk::connected().await;
    fail(&mut desk, &id, portal()).await;
    desk.clock.advance(10);
    let other = started(&desk).await;
    shows(&other, &id, "connected", is_connected).await;
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_comes_back_ends_the_wait_that_another_process_has_left() {
    let (mut desk, other, id) = connected_beside_a_command().await;
    fail(&mut desk, &id, portal()).await;
    other.connect_in_turn(&id).await.unwrap();
    shows(&other, &id, "retrying", is_retrying).await;
    assert_eq!(asked(&desk), 1);
    other.network_changed();
    shows(&other, &id, "connected", is_connected).await;
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_was_back_before_the_failure_is_no_news() {
    let (mut desk, other, id) = connected_beside_a_command().await;
    other.network_changed();
    fail(&mut desk, &id, portal()).await;
    other.connect_in_turn(&id).await.unwrap();
    shows(&other, &id, "retrying", is_retrying).await;
    assert_eq!(asked(&desk), 1);
    other.shutdown().await;
}

// rule: G5, G10
#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_waits_for_nothing_that_the_one_before_was_told() {
    let (mut desk, id) = Desk::connected().await;
    fail(&mut desk, &id, busy("3600")).await;
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    desk.reconnect(&id).await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

/// Settings that the grant outlives.
async fn change_the_sign_in(engine: &Engine, id: &ServerId) {
    let changed = ServerChange {
        sign_in: Some(SignInOptions {
            allow_missing_pkce: true,
            ..SignInOptions::default()
        }),
        ..ServerChange::default()
    };
    engine.change_server(id, changed).await.unwrap();
}

// rule: G5, G10
#[rstest]
#[case::of_a_session_that_is_open(false)]
#[case::of_one_that_could_not_be_opened(true)]
#[tokio::test(flavor = "multi_thread")]
async fn other_sign_in_settings_are_tried_at_once(#[case] anew: bool) {
    let (mut desk, id) = Desk::connected().await;
    fail(&mut desk, &id, busy("3600")).await;
    if anew {
        desk.restart().await;
        desk.wait_for(&id, is_retrying).await;
    }
    assert_eq!(asked(&desk), 1);
    change_the_sign_in(&desk.engine, &id).await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    renewed_at_the_second_try(&desk);
}

// rule: G1, G5, G10
#[tokio::test(flavor = "multi_thread")]
async fn other_sign_in_settings_end_the_wait_of_another_process() {
    let (mut desk, id) = Desk::connected().await;
    let other = started(&desk).await;
    shows(&other, &id, "connected", is_connected).await;
    fail(&mut desk, &id, busy("3600")).await;
    assert!(greet(&other, &id, "too early").await.is_err());
    assert_eq!(asked(&desk), 1);
    change_the_sign_in(&desk.engine, &id).await;
    assert_eq!(greet(&other, &id, "1").await, Ok(()));
    renewed_at_the_second_try(&desk);
    other.shutdown().await;
}

// rule: G5a
#[tokio::test(flavor = "multi_thread")]
async fn refusals_without_a_reason_are_counted_over_all_processes() {
    let (mut desk, id) = Desk::connected().await;
    fail(&mut desk, &id, Canned::html(403)).await;
    desk.engine.shutdown().await;
    desk.sample.auth.behave(|b| {
        b.refresh_answers
            .extend(std::iter::repeat_n(Canned::html(403), 3));
    });
    for tries in 2..=4 {
        desk.clock.advance(120);
        let next = started(&desk).await;
        let is_over = |server: &ServerView| server.status == Status::SignInAgain;
        if tries < 4 {
            shows(&next, &id, "retrying", is_retrying).await;
        } else {
            shows(&next, &id, "over", is_over).await;
        }
        assert_eq!(asked(&desk), tries);
        next.shutdown().await;
    }
}
