//! Bounded work, whatever servers say and however many there are.

use std::time::{Duration, Instant};

use drawbridge_engine::view::{AuthKind, Authorization, NewServer, ServerView, Status};
use drawbridge_engine::{Engine, ServerId};
use drawbridge_testkit::auth::ExpiresIn;
use drawbridge_testkit::{Person, Seen};
use futures::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::desk::{Desk, is_connected};
use crate::prompts::Prompts;

async fn greet(engine: &Engine, id: &ServerId) -> Result<(), &'static str> {
    let call = id.as_str();
    let answer = engine.call_tool(id, call, "greet", json!({ "name": "Ada" }));
    answer.await.map(drop).map_err(|error| error.code())
}

fn is_refresh(seen: &Seen) -> bool {
    seen.note.as_deref() == Some("refresh_token") && seen.status.is_some()
}

const CROWD: usize = 200;

/// So many servers, each with a grant of its own.
async fn crowd(desk: &mut Desk) -> Vec<ServerId> {
    desk.sample.auth.behave(|b| b.consents_at_once = true);
    let url = desk.sample.mcp_url();
    let mut ids = Vec::new();
    for number in 0..CROWD {
        let server = NewServer {
            name: Some(format!("Server {number}")),
            same_url: true,
            ..NewServer::at(url.as_str(), AuthKind::OAuth)
        };
        let added = desk.engine.add_server(server).await.unwrap();
        ids.push(ServerId::from(added.id));
    }
    for some in ids.chunks(20) {
        for id in some {
            desk.engine.connect(id).await.unwrap();
        }
        let mut returns = Vec::new();
        for _ in some {
            let prompt = desk.screen.prompt().await;
            let engine = desk.engine.clone();
            returns.push(async move {
                let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
                engine.receive_callback(&callback).await.unwrap();
            });
        }
        join_all(returns).await;
        all(&desk.engine, some, is_connected).await;
    }
    ids
}

/// Returns when all of these servers fit.
async fn all(engine: &Engine, ids: &[ServerId], fits: impl Fn(&ServerView) -> bool) {
    let mut events = engine.events();
    let waited = async {
        loop {
            let servers = engine.snapshot().await.unwrap().servers;
            let mut asked = servers
                .iter()
                .filter(|server| ids.iter().any(|id| id.as_str() == server.id));
            if asked.all(&fits) {
                break;
            }
            // What comes together is looked at together.
            let _ = events.recv().await;
            while events.try_recv().is_ok() {}
        }
    };
    let waited = tokio::time::timeout(Duration::from_mins(3), waited);
    waited.await.expect("all of them within three minutes");
}

fn ends(server: &ServerView) -> i64 {
    match server.authorization {
        Authorization::SignedIn { expires_at, .. } => expires_at.unwrap_or_default(),
        _ => 0,
    }
}

// rule: G3, G9
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tokens_that_end_in_the_same_minute_cost_two_hundred_refreshes() {
    let mut desk = Desk::start().await;
    let ids = crowd(&mut desk).await;
    let prompts = Prompts::of(&desk.engine);
    desk.clear_wire_of(CROWD).await;
    desk.clock.advance(3_590);
    let now = desk.clock.now();
    desk.engine.woke();
    all(&desk.engine, &ids, |server| ends(server) > now + 60_000).await;
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (CROWD, 0));
    assert_eq!(desk.sample.journal().len(), CROWD, "and nothing else");

    // All of them are taken back, and all find out at the same time.
    desk.sample.auth.revoke_grants();
    desk.sample.clear_journal();
    desk.clock.advance(3_590);
    desk.engine.woke();
    let over = |server: &ServerView| server.status == Status::SignInAgain;
    all(&desk.engine, &ids, over).await;
    let calls = ids.iter().map(|id| greet(&desk.engine, id));
    let answers = join_all(calls).await;
    assert!(answers.iter().all(|it| *it == Err("reauth_required")));
    desk.engine.woke();
    desk.engine.network_changed();
    let prompts = prompts.until_the_end_of(desk.engine).await;
    assert_eq!(prompts, (CROWD, CROWD), "each once");
    let refreshes = desk.sample.journal().into_iter().filter(is_refresh);
    assert_eq!(refreshes.count(), CROWD, "a dead grant is not tried again");
    assert!(desk.screen.is_quiet());
}

// rule: G6, T7
#[rstest]
#[case::stated(ExpiresIn::True)]
#[case::unstated(ExpiresIn::Missing)]
#[case::nothing(ExpiresIn::Stated(0))]
#[case::negative(ExpiresIn::Stated(-5))]
#[case::a_second(ExpiresIn::Stated(1))]
#[case::ten_years(ExpiresIn::Stated(315_360_000))]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_every_fresh_token_is_asked_once(#[case] expires_in: ExpiresIn) {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| b.expires_in = expires_in);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    // The token of the sign-in is at its end, whatever was said of it; it is renewed once.
    desk.sample.auth.expire_access_tokens();
    greet(&desk.engine, &id).await.unwrap();
    let prompts = Prompts::of(&desk.engine);
    desk.sample.clear_journal();
    desk.sample.mcp.behave(|b| b.refuses_tokens = true);
    for _ in 0..50 {
        assert_eq!(greet(&desk.engine, &id).await, Err("reauth_required"));
    }
    desk.engine.woke();
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(prompts.until_the_end_of(desk.engine).await, (1, 1));
    let journal = desk.sample.journal();
    let count = |note: &str| {
        let noted = journal.iter().filter(|it| it.note.as_deref() == Some(note));
        noted.count()
    };
    assert!(
        count("refresh_token") <= 1,
        "{:#?}",
        desk.sample.journal_lines()
    );
    assert!(
        count("tools/call greet") <= 2,
        "{:#?}",
        desk.sample.journal_lines()
    );
}

// rule: T7, G6
#[rstest]
#[case::nothing("0")]
#[case::a_second("1")]
#[case::a_fraction("1.5")]
#[case::less_than_nothing("-5")]
#[case::null("null")]
#[case::text("\"3600\"")]
#[case::a_fraction_in_text("\"0.5\"")]
#[case::words("\"soon\"")]
#[case::a_list("[1]")]
#[case::truth("true")]
#[case::ten_years("315360000")]
#[case::without_end("1e99")]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_said_of_its_life_a_token_is_used_and_seldom_renewed(
    #[case] said: &'static str,
) {
    let began = Instant::now();
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.expires_in = ExpiresIn::Literal(said));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    for _ in 0..20 {
        assert_eq!(greet(&desk.engine, &id).await, Ok(()));
        desk.clock.advance(1);
        desk.engine.woke();
    }
    desk.wait_for(&id, is_connected).await;
    desk.engine.shutdown().await;
    let most = 1 + (20 + began.elapsed().as_secs()) / 5;
    let refreshes = desk.sample.auth.counters().refreshes;
    assert!(
        refreshes as u64 <= most,
        "{refreshes} refreshes, {most} at most"
    );
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_honestly_lives_two_seconds_is_renewed_for_ever() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.expires_in = ExpiresIn::Stated(2));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    for _ in 0..40 {
        desk.clock.advance(3);
        desk.sample.auth.expire_access_tokens();
        assert_eq!(greet(&desk.engine, &id).await, Ok(()));
    }
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (40, 0));
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_each_token_once_is_humoured_thirty_times_an_hour() {
    let (mut desk, id) = Desk::connected().await;
    for _ in 0..30 {
        desk.sample.auth.expire_access_tokens();
        assert_eq!(greet(&desk.engine, &id).await, Ok(()));
    }
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk.engine, &id).await, Err("reauth_required"));
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(desk.sample.auth.counters().refreshes, 30);
}
