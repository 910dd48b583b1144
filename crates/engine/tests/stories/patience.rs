//! Trouble that passes: the grant stays, the row says when the next try is, and nobody is sent to a
//! browser.

use std::time::Duration;

use drawbridge_engine::view::{Authorization, Connection, Event, ServerChange, ServerView};
use drawbridge_engine::{Engine, ServerId};
use drawbridge_oauth::{HttpOptions, PretendedNames};
use drawbridge_testkit::{Canned, Gate, Sample, Seen};
use rstest::rstest;
use serde_json::json;

use crate::desk::{Desk, is_connected, limits};

/// What stands between the engine and its tokens.
enum Trouble {
    /// The token endpoint answers this.
    Answers(Canned),
    /// Nobody listens there.
    Down,
    /// Whoever listens there knows nothing of TLS.
    NoTls,
    /// The name of the endpoint leads nowhere.
    NoName,
}

const FAILURES: usize = 3;

impl Trouble {
    async fn begin(&self, desk: &Desk) {
        let address = desk.sample.auth.address();
        match self {
            Self::Answers(canned) => desk.sample.auth.behave(|b| {
                let answers = std::iter::repeat_n(canned.clone(), FAILURES);
                b.refresh_answers.extend(answers);
            }),
            Self::Down => desk.sample.auth.close().await,
            Self::NoTls => move_endpoint(desk, &format!("https://{address}/token")).await,
            Self::NoName => move_endpoint(desk, "https://as.gone.example/token").await,
        }
    }

    async fn end(&self, desk: &Desk) {
        let address = desk.sample.auth.address();
        match self {
            Self::Answers(_) => desk.sample.auth.behave(|b| b.refresh_answers.clear()),
            Self::Down => desk.sample.auth.reopen().await.unwrap(),
            Self::NoTls | Self::NoName => {
                move_endpoint(desk, &format!("http://{address}/token")).await;
            }
        }
    }
}

/// Says in the stored metadata that the token endpoint is elsewhere.
async fn move_endpoint(desk: &Desk, to: &str) {
    sqlx::query("UPDATE grant SET metadata = json_set(metadata, '$.token_endpoint', ?)")
        .bind(to)
        .execute(&desk.database().await)
        .await
        .unwrap();
}

/// A desk that does not wait half a minute for an endless answer, and on whose network no name is.
pub(crate) async fn connected() -> (Desk, ServerId) {
    let http = HttpOptions {
        oauth_deadline: Duration::from_secs(3),
        pretended_names: Some(PretendedNames::default()),
        ..HttpOptions::default()
    };
    let mut desk = Desk::on(Sample::start().await, limits(), http).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    (desk, id)
}

pub(crate) async fn greet(desk: &Desk, id: &ServerId) -> Result<(), &'static str> {
    let answer = desk
        .engine
        .call_tool(id, "call", "greet", json!({ "name": "Ada" }));
    answer.await.map(drop).map_err(|error| error.code())
}

pub(crate) fn next_try(server: &ServerView) -> Option<i64> {
    match server.connection {
        Connection::Retrying { at, .. } => Some(at),
        _ => None,
    }
}

pub(crate) fn is_retrying(server: &ServerView) -> bool {
    next_try(server).is_some()
}

pub(crate) fn is_signed_in(server: &ServerView) -> bool {
    matches!(server.authorization, Authorization::SignedIn { .. })
}

fn error_of(server: &ServerView) -> Option<&str> {
    match &server.connection {
        Connection::Retrying { error, .. } => Some(error.code.as_str()),
        _ => None,
    }
}

// rule: G5, G8
#[rstest]
#[case::unavailable(Trouble::Answers(Canned::status(503)))]
#[case::broken(Trouble::Answers(Canned::html(500)))]
#[case::too_many(Trouble::Answers(Canned::too_many_requests(2)))]
#[case::captive_portal(Trouble::Answers(Canned::html(200)))]
#[case::captive_portal_elsewhere(Trouble::Answers(
    Canned::status(302).header("location", "http://portal.example/")
))]
#[case::reset(Trouble::Answers(Canned::cut_off()))]
#[case::never_ending(Trouble::Answers(Canned::drip(200)))]
#[case::too_long(Trouble::Answers(Canned::endless(200)))]
#[case::configuration(Trouble::Answers(Canned::oauth_error(400, "invalid_target")))]
#[case::down(Trouble::Down)]
#[case::no_tls(Trouble::NoTls)]
#[case::no_name(Trouble::NoName)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_in_trouble_is_waited_for(#[case] trouble: Trouble) {
    let (mut desk, id) = connected().await;
    let pages = desk.sample.auth.counters().authorize_pages;
    trouble.begin(&desk).await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    let waiting = desk.wait_for(&id, is_retrying).await;
    assert!(is_signed_in(&waiting), "{waiting:?}");
    let wait = next_try(&waiting).unwrap() - desk.clock.now();
    assert!((-5_000..=6 * 60_000).contains(&wait), "{wait} ms");

    trouble.end(&desk).await;
    desk.clock.advance(400);
    desk.engine.woke();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
    assert_eq!(counters.authorize_pages, pages);
    assert!(desk.screen.is_quiet());
}

// rule: G5
#[rstest]
#[case::seconds("120", 120..=140)]
#[case::a_date("@600", 600..=670)]
#[case::absurd("99999999999", 3_600..=4_000)]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_asks_for_is_kept_whatever_the_network_does(
    #[case] asked: &str,
    #[case] seconds: std::ops::RangeInclusive<i64>,
) {
    let (mut desk, id) = connected().await;
    let now = std::time::SystemTime::now();
    let mut busy = Canned::status(429).header("date", &httpdate::fmt_http_date(now));
    busy = match asked.strip_prefix('@') {
        Some(ahead) => {
            let then = now + Duration::from_secs(ahead.parse().unwrap());
            busy.header("retry-after", &httpdate::fmt_http_date(then))
        }
        None => busy.header("retry-after", asked),
    };
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(busy));
    desk.sample.auth.expire_access_tokens();
    let before = desk.clock.now();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    let at = next_try(&desk.wait_for(&id, is_retrying).await).unwrap();
    let after = desk.clock.now();
    assert!(at - after <= seconds.end() * 1_000, "{} ms", at - after);
    assert!(
        at - before >= seconds.start() * 1_000 - 1_000,
        "{} ms",
        at - before
    );

    // The server would be ready, and has asked not to be asked.
    desk.sample.clear_journal();
    desk.engine.network_changed();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
    // The person may all the same.
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

/// A desk whose grant the token endpoint does not want to renew for an hour.
async fn put_off_for_an_hour() -> (Desk, ServerId) {
    let (mut desk, id) = connected().await;
    let busy = Canned::status(429).header("retry-after", "3600");
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(busy));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    desk.wait_for(&id, is_retrying).await;
    (desk, id)
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_makes_no_wait_longer_than_any_wait_is() {
    let (mut desk, id) = put_off_for_an_hour().await;
    desk.clock.advance(-86_400);
    desk.engine.woke();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G3, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_while_its_renewal_is_put_off_is_told_at_its_end() {
    let mut desk = Desk::start().await;
    let short = Duration::from_mins(1);
    desk.sample.auth.behave(|b| b.access_token_lifetime = short);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let busy = Canned::status(429).header("retry-after", "3600");
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(busy));
    // Due, and good for a few seconds more.
    desk.clock.advance(57);
    desk.engine.woke();
    desk.sample.seen(is_refresh).await;
    // Nobody calls.
    let waiting = desk.wait_for(&id, is_retrying).await;
    assert!(is_signed_in(&waiting), "{waiting:?}");
    assert_eq!(refreshes(&desk), 1);
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn retry_now_is_heard_while_somebody_looks_whether_it_is_time() {
    let (mut desk, id) = put_off_for_an_hour().await;
    let mut pause = desk.clock.pause();
    desk.engine.network_changed();
    pause.reached().await;
    desk.engine.connect(&id).await.unwrap();
    pause.end();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_fails_while_the_network_comes_back_is_not_put_off() {
    let (desk, id) = connected().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| {
        b.token_gate = Some(held);
        b.refresh_answers.push_back(Canned::status(503));
    });
    desk.sample.auth.expire_access_tokens();
    let (first, ()) = tokio::join!(greet(&desk, &id), async {
        gate.reached(1).await;
        desk.engine.network_changed();
        gate.open();
    });
    assert_eq!(first, Err("sign_in_unavailable"));
    // The clock stands still: whatever was put off would be for ever.
    assert_eq!(greet(&desk, &id).await, Ok(()));
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn each_failure_in_a_row_is_followed_by_a_longer_wait_up_to_a_cap() {
    let (mut desk, id) = connected().await;
    desk.sample.auth.behave(|b| {
        b.refresh_answers
            .extend(std::iter::repeat_n(Canned::status(503), 60));
    });
    desk.sample.auth.expire_access_tokens();
    let mut waits = Vec::new();
    for _ in 0..12 {
        let before = desk.clock.now();
        assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
        // Whatever was shown before is over by now.
        let shown = |server: &ServerView| next_try(server).is_some_and(|at| at > before);
        let at = next_try(&desk.wait_for(&id, shown).await).unwrap();
        waits.push((at - before) / 1_000);
        let ahead = (at - desk.clock.now()) / 1_000 + 1;
        desk.clock.advance(ahead.max(0));
    }
    assert!(waits[0] <= 60, "{waits:?}");
    assert!(waits[11] >= 290, "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 360), "{waits:?}");
    assert!(is_signed_in(&desk.view(&id).await));
}

// rule: G5, G8
#[tokio::test(flavor = "multi_thread")]
async fn calls_under_way_go_on_while_the_token_is_waited_for() {
    let (mut desk, id) = connected().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.mcp.behave(|b| b.call_gate = Some(held));
    let running = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move {
            engine
                .call_tool(&id, "long", "greet", json!({ "name": "Ada" }))
                .await
        }
    });
    gate.reached(1).await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::too_many_requests(300)));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    desk.wait_for(&id, is_retrying).await;
    desk.clear_wire_of(1).await;
    // Retry now: the session is as good as before, and is not opened anew.
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.wire(), "POST /token [refresh_token] → 200");
    gate.open();
    assert!(running.await.unwrap().is_ok());
}

// rule: G5a
#[tokio::test(flavor = "multi_thread")]
async fn an_impatient_person_does_not_make_silence_a_refusal() {
    let (mut desk, id) = connected().await;
    desk.sample.auth.behave(|b| {
        b.refresh_answers
            .extend(std::iter::repeat_n(Canned::html(403), 20));
    });
    desk.sample.auth.expire_access_tokens();
    for _ in 0..8 {
        assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
        let told = desk.wait_for(&id, is_retrying).await;
        assert_eq!(error_of(&told), Some("refused_without_reason"));
        let refreshes = refreshes(&desk);
        desk.engine.connect(&id).await.unwrap();
        let next = refreshes + 1;
        desk.sample.seen_times(next, is_refresh).await;
    }
    assert!(is_signed_in(&desk.view(&id).await));
}

fn is_refresh(seen: &Seen) -> bool {
    seen.note.as_deref() == Some("refresh_token")
}

fn refreshes(desk: &Desk) -> usize {
    desk.sample.journal().into_iter().filter(is_refresh).count()
}

// rule: G5
#[rstest]
#[case::scope("invalid_scope")]
#[case::request("invalid_request")]
#[case::kind("unsupported_grant_type")]
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_configuration_keeps_the_grant_and_is_told(#[case] fault: &str) {
    let (mut desk, id) = connected().await;
    let refusal = json!({ "error": fault, "error_description": "Ask the people at the desk." });
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::json(400, &refusal)));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    let view = desk.wait_for(&id, is_retrying).await;
    assert!(is_signed_in(&view));
    let Connection::Retrying { error, .. } = view.connection else {
        unreachable!()
    };
    assert_eq!(error.code, "token_request_refused");
    assert!(
        error.message.contains("Ask the people at the desk."),
        "{error:?}"
    );
}

// rule: G5
#[rstest]
#[case::network_return(Engine::network_changed)]
#[case::wake(Engine::woke)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_behind_a_portal_is_asked_at_once_when_that_is_gone(
    #[case] event: fn(&Engine),
) {
    let (mut desk, id) = connected().await;
    let portal = Canned::status(302).header("location", "http://portal.example/");
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(portal));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    let waiting = desk.wait_for(&id, is_retrying).await;
    assert!(next_try(&waiting).unwrap() - desk.clock.now() > 4 * 60_000);
    event(&desk.engine);
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

fn ends(server: &ServerView) -> Option<i64> {
    match server.authorization {
        Authorization::SignedIn { expires_at, .. } => expires_at,
        _ => None,
    }
}

// rule: G3
#[rstest]
#[case::due_meanwhile(3_590)]
#[case::over_meanwhile(100_000)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ran_out_in_its_sleep_is_renewed_at_wake(#[case] asleep: i64) {
    let (mut desk, id) = Desk::connected().await;
    let before = ends(&desk.view(&id).await);
    desk.clear_wire_of(1).await;
    desk.clock.advance(asleep);
    desk.engine.woke();
    desk.wait_for(&id, |server| ends(server) > before).await;
    assert_eq!(desk.wire(), "POST /token [refresh_token] → 200");
    assert!(is_connected(&desk.view(&id).await));
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn the_sleep_of_the_computer_is_noticed_by_itself() {
    let (mut desk, id) = Desk::connected().await;
    let before = ends(&desk.view(&id).await);
    desk.engine.watch_surroundings();
    desk.clock.advance(3_590);
    desk.wait_for(&id, |server| ends(server) > before).await;
    desk.engine.shutdown().await;
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_connected_is_not_renewed_ahead() {
    let (mut desk, id) = Desk::connected().await;
    let off = ServerChange {
        enabled: Some(false),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, off).await.unwrap();
    desk.sample.clear_journal();
    desk.clock.advance(3_590);
    desk.engine.woke();
    let on = ServerChange {
        enabled: Some(true),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, on).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let first = desk.sample.journal_lines().swap_remove(0);
    assert!(first.starts_with("POST /mcp"), "{first}");
    desk.sample.seen(is_refresh).await;
}

// rule: G5, G8
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_lives_for_seconds_is_waited_for_by_itself() {
    let mut desk = Desk::start().await;
    let short = Duration::from_secs(8);
    desk.sample.auth.behave(|b| b.access_token_lifetime = short);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let busy = Canned::status(503);
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(busy));
    desk.clock.advance(9);
    assert_eq!(greet(&desk, &id).await, Err("sign_in_unavailable"));
    // It waits for no more than a moment, which may be over before anybody looks.
    for comes in [is_retrying, is_connected] {
        let shows =
            |event: &Event| matches!(event, Event::ServerChanged { server } if comes(server));
        while !shows(&desk.event().await) {}
    }
}
