//! The program and the command on one data folder at the same time (rule G1).

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use drawbridge_engine::view::{
    AuthKind, Authorization, NewServer, ServerChange, ServerView, Status,
};
use drawbridge_engine::{Engine, Limits, ServerId};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::Gate;
use serde_json::json;

use crate::desk::{Desk, Screen, is_connected, limits, new_server, open};
use crate::neighbours::beside;
use crate::patience::is_retrying;
use crate::put_off::{busy, fail, started};

/// A program that follows what others do in its data folder, with a session.
pub(crate) async fn following() -> (Desk, ServerId) {
    let (mut desk, id) = Desk::connected().await;
    desk.reconnect(&id).await;
    (desk, id)
}

/// Two of them.
pub(crate) async fn two_following() -> (Desk, Engine, ServerId) {
    let (desk, id) = following().await;
    let other = second(&desk, limits(), &id).await;
    (desk, other, id)
}

/// A program that does not, and another one that does, each with a session.
async fn two_connected() -> (Desk, Engine, ServerId) {
    let (desk, id) = Desk::connected().await;
    let other = second(&desk, limits(), &id).await;
    (desk, other, id)
}

/// Another engine on the folder of a desk, with a session that hears of changes. It shares nothing with
/// the first but the disk.
pub(crate) async fn second(desk: &Desk, limits: Limits, id: &ServerId) -> Engine {
    let (surface, _) = Screen::new();
    let engine = open(
        desk.folder.path(),
        &desk.clock,
        limits,
        surface,
        HttpOptions::default(),
    )
    .await;
    let mut events = engine.events();
    let ears = desk.sample.mcp.ears();
    engine.start().await.unwrap();
    let connected = async {
        loop {
            let snapshot = engine.snapshot().await.unwrap();
            let server = snapshot.servers.iter().find(|it| it.id == id.as_str());
            if matches!(server.unwrap().status, Status::Connected { .. }) {
                break;
            }
            events.recv().await.unwrap();
        }
    };
    let connected = tokio::time::timeout(Duration::from_mins(1), connected);
    connected.await.expect("a session within a minute");
    desk.sample.mcp.ears_reach(ears + 1).await;
    engine
}

pub(crate) async fn greet(engine: &Engine, id: &ServerId, call: &str) -> Result<(), &'static str> {
    let answer = engine.call_tool(id, call, "greet", json!({ "name": "Ada" }));
    answer.await.map(drop).map_err(|error| error.code())
}

/// Starts the program anew; its renewal ahead of time waits at this gate.
async fn renewing(desk: &mut Desk) -> Gate {
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| b.token_gate = Some(held));
    desk.clock.advance(3590);
    desk.restart().await;
    gate.reached(1).await;
    gate
}

fn lock_of(desk: &Desk, id: &ServerId) -> PathBuf {
    desk.folder.path().join("locks").join(format!("{id}.lock"))
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn forty_callers_in_two_processes_make_one_refresh() {
    let (desk, other, id) = two_connected().await;
    desk.sample.auth.expire_access_tokens();
    let names: Vec<String> = (0..20).map(|call| call.to_string()).collect();
    let here = names.iter().map(|call| greet(&desk.engine, &id, call));
    let there = names.iter().map(|call| greet(&other, &id, call));
    let answers = futures::future::join_all(here.chain(there).map(futures::FutureExt::boxed));
    let answers = answers.await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
    other.shutdown().await;
}

// rule: G1, G2
#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_takes_the_token_that_the_first_one_got() {
    let (desk, other, id) = two_connected().await;
    for round in ["1", "2", "3"] {
        desk.sample.auth.expire_access_tokens();
        greet(&desk.engine, &id, round).await.unwrap();
        greet(&other, &id, round).await.unwrap();
    }
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (3, 0));
    other.shutdown().await;
}

// rule: G1, G3
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_ahead_of_time_is_made_by_one_of_them() {
    let (mut desk, id) = Desk::connected().await;
    let ends = |server: &ServerView| match server.authorization {
        Authorization::SignedIn { expires_at, .. } => expires_at,
        _ => None,
    };
    let first = ends(&desk.view(&id).await);
    let gate = renewing(&mut desk).await;
    // Its own renewal is due at once, and the first process is at it.
    let other = second(&desk, limits(), &id).await;
    gate.open();
    desk.wait_for(&id, |server| ends(server) > first).await;
    greet(&desk.engine, &id, "1").await.unwrap();
    greet(&other, &id, "1").await.unwrap();
    // A caller whose token is refused waits behind every renewal of its process.
    desk.sample.auth.expire_access_tokens();
    greet(&other, &id, "2").await.unwrap();
    greet(&desk.engine, &id, "2").await.unwrap();
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (2, 0));
    other.shutdown().await;
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_early_after_the_other_process_used_it_is_refreshed() {
    let (mut desk, id) = Desk::connected().await;
    let gate = renewing(&mut desk).await;
    let other = second(&desk, limits(), &id).await;
    let before = desk.wait_for(&id, is_connected).await.authorization;
    gate.open();
    // Renewed here, and used there alone.
    desk.wait_for(&id, |server| server.authorization != before)
        .await;
    greet(&other, &id, "1").await.unwrap();
    // No call waits until that is told.
    let told = async {
        while desk.stored("SELECT untested FROM grant").await {
            tokio::task::yield_now().await;
        }
    };
    let told = tokio::time::timeout(Duration::from_mins(1), told).await;
    told.expect("the other one tells it within a minute");
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (2, 0));
    other.shutdown().await;
}

// rule: G1, G10
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_comes_back_to_the_grant_of_a_later_sign_in_leaves_it_alone() {
    let (mut desk, other, id) = two_connected().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    desk.sample.auth.expire_access_tokens();
    let late = tokio::spawn({
        let (other, id) = (other.clone(), id.clone());
        async move { greet(&other, &id, "late").await }
    });
    gate.reached(1).await;
    desk.sample.auth.behave(|b| b.token_answer_gate = None);
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    gate.open();
    late.await.unwrap().ok();
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    assert_eq!(greet(&other, &id, "2").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().authorize_pages, 2);
    other.shutdown().await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_told_to_wait_goes_on_with_the_token_that_another_process_got() {
    let (mut desk, other, id) = two_following().await;
    fail(&mut desk, &id, busy("600")).await;
    // The person there does not wait.
    other.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    greet(&desk.engine, &id, "2").await.unwrap();
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
    other.shutdown().await;
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_not_opened_for_want_of_a_token_is_when_another_process_gets_one() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(busy("3600")));
    desk.clock.advance(3_700);
    desk.restart().await;
    desk.wait_for(&id, is_retrying).await;
    let other = started(&desk).await;
    other.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    greet(&desk.engine, &id, "1").await.unwrap();
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
    other.shutdown().await;
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_too_long_for_another_process_fails_and_does_not_go_on() {
    let (desk, id) = Desk::connected().await;
    let impatient = Limits {
        refresh_wait: Duration::from_secs(2),
        ..limits()
    };
    let other = second(&desk, impatient, &id).await;
    // The first refresh makes the file.
    desk.sample.auth.expire_access_tokens();
    greet(&desk.engine, &id, "1").await.unwrap();
    greet(&other, &id, "1").await.unwrap();

    let process = File::open(lock_of(&desk, &id)).unwrap();
    process.lock().unwrap();
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&other, &id, "2").await, Err("sign_in_unavailable"));
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    let view = desk.view(&id).await;
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));

    // It crashes, and the operating system takes its lock away.
    drop(process);
    greet(&desk.engine, &id, "3").await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 2);
    other.shutdown().await;
}

// rule: G1
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_look_at_the_locks() {
    use std::os::unix::fs::PermissionsExt;

    let (desk, id) = Desk::connected().await;
    desk.sample.auth.expire_access_tokens();
    greet(&desk.engine, &id, "1").await.unwrap();
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(lock_of(&desk, &id)), 0o600);
    assert_eq!(mode(desk.folder.path().join("locks")), 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_move_a_server_to_one_address_one_does() {
    let desk = Desk::start().await;
    let kind = AuthKind::OAuth;
    let url = |name: usize| format!("https://{name}.example/mcp");
    let mut engines = Vec::new();
    for name in 0..4 {
        let engine = beside(&desk).await.engine;
        let added = engine.add_server(new_server(&url(name), kind)).await;
        engines.push((engine, ServerId::from(added.unwrap().id)));
    }
    let adding = beside(&desk).await.engine;
    for round in 10..20 {
        let to = ServerChange {
            url: Some(url(round)),
            ..ServerChange::default()
        };
        let moved = engines.iter().map(async |(engine, id)| {
            let moved = engine.change_server(id, to.clone()).await;
            moved.map(drop).map_err(|error| error.code())
        });
        let moved = futures::future::join_all(moved);
        let added = adding.add_server(new_server(&url(round), kind));
        let (moved, added) = tokio::join!(moved, added);
        let mut all = moved;
        all.push(added.map(drop).map_err(|error| error.code()));
        let through = all.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(through, 1, "{all:?}");
        let refused = all
            .iter()
            .filter(|outcome| **outcome == Err("duplicate_url"));
        assert_eq!(refused.count(), 4, "{all:?}");
    }
    for (engine, _) in engines {
        engine.shutdown().await;
    }
    adding.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_account_is_renamed_where_it_is() {
    let desk = Desk::start().await;
    let first = desk.add().await;
    let account = NewServer {
        same_url: true,
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let second = desk.engine.add_server(account).await.unwrap().id;
    for id in [first, ServerId::from(second)] {
        let renamed = ServerChange {
            name: Some("Another name".into()),
            url: Some(desk.sample.mcp_url().to_string()),
            ..ServerChange::default()
        };
        let view = desk.engine.change_server(&id, renamed).await.unwrap();
        assert_eq!(view.name, "Another name");
    }
}
