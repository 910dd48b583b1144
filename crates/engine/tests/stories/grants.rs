//! A grant in use: renewed once for however many callers, kept through trouble, ended only by proof.

use std::time::Duration;

use drawbridge_engine::view::{
    Authorization, Connection, Event, ReauthReason, ServerChange, ServerView, Status,
};
use drawbridge_engine::{Error, ServerId};
use drawbridge_testkit::auth::{ExpiresIn, RefreshTokens};
use drawbridge_testkit::{Canned, Gate, Seen};
use serde_json::json;

use crate::desk::{Desk, is_connected};
use crate::prompts::Prompts;

async fn greet(desk: &Desk, id: &ServerId, call: &str) -> Result<(), &'static str> {
    let answer = desk
        .engine
        .call_tool(id, call, "greet", json!({ "name": "Ada" }))
        .await;
    answer.map(drop).map_err(|error| error.code())
}

fn reason(authorization: &Authorization) -> Option<ReauthReason> {
    match authorization {
        Authorization::ReauthRequired { reason, .. } => Some(*reason),
        _ => None,
    }
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn twenty_calls_on_an_expired_token_make_one_refresh() {
    let (desk, id) = Desk::connected().await;
    desk.sample.auth.expire_access_tokens();
    let names: Vec<String> = (0..20).map(|call| call.to_string()).collect();
    let answers = futures::future::join_all(names.iter().map(|call| greet(&desk, &id, call))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

// rule: T4
#[tokio::test(flavor = "multi_thread")]
async fn the_resource_goes_with_the_code_and_with_the_refresh() {
    let (desk, id) = Desk::connected().await;
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "1").await.unwrap();
    let resources: Vec<Option<String>> = desk
        .sample
        .journal()
        .into_iter()
        .filter(|seen| seen.path == "/token" || seen.path == "/authorize")
        .map(|seen| seen.params.get("resource").cloned())
        .collect();
    assert!(resources.len() >= 3);
    assert!(
        resources
            .iter()
            .all(|it| *it == Some(desk.sample.mcp.resource())),
        "{resources:?}"
    );
}

// rule: T4
#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_the_person_has_switched_off_does_not_go_with_the_next_refresh() {
    let (desk, id) = Desk::connected().await;
    desk.sample.auth.behave(|b| b.checks_resource = false);
    let mut options = desk.view(&id).await.sign_in;
    options.omit_resource = true;
    let unnamed = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, unnamed).await.unwrap();
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "1").await.unwrap();
    let journal = desk.sample.journal();
    let refresh = |seen: &&Seen| seen.note.as_deref() == Some("refresh_token");
    let refresh = journal.iter().find(refresh).unwrap();
    assert_eq!(refresh.params.get("resource"), None);
}

// rule: G2
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_still_works_never_waits_for_a_refresh() {
    let (mut desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_gate = Some(gate.clone()));
    // Due, not over: the keeper of the session renews while callers go on.
    desk.clock.advance(3590);
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    gate.reached(1).await;
    greet(&desk, &id, "1").await.unwrap();
    gate.open();
    desk.sample
        .seen(|seen| seen.path == "/token" && seen.status == Some(200))
        .await;
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_ahead_of_its_end_without_a_call() {
    let (mut desk, id) = Desk::connected().await;
    let Authorization::SignedIn {
        expires_at: before, ..
    } = desk.view(&id).await.authorization
    else {
        panic!("not signed in");
    };
    desk.clock.advance(3590);
    desk.restart().await;
    let renewed = |authorization: &Authorization| matches!(authorization, Authorization::SignedIn { expires_at, .. } if *expires_at > before);
    desk.wait_for(&id, |server| renewed(&server.authorization))
        .await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_does_not_stop_the_refresh() {
    let (mut desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(gate.clone()));
    desk.sample.auth.expire_access_tokens();
    let caller = tokio::spawn({
        let engine = desk.engine.clone();
        let id = id.clone();
        async move {
            engine
                .call_tool(&id, "1", "greet", json!({ "name": "Ada" }))
                .await
        }
    });
    gate.reached(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    desk.pending_events();
    gate.open();
    let stored = |event: &Event| matches!(event, Event::ServerChanged { .. });
    while !stored(&desk.event().await) {}
    greet(&desk, &id, "2").await.unwrap();
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_tokens = RefreshTokens::Lasting);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    for call in ["1", "2", "3"] {
        desk.sample.auth.expire_access_tokens();
        greet(&desk, &id, call).await.unwrap();
    }
    assert_eq!(desk.sample.auth.counters().refreshes, 3);
}

// rule: G5, G9
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_is_told_once_and_its_tokens_are_erased() {
    let (mut desk, id) = Desk::connected().await;
    let prompts = Prompts::of(&desk.engine);
    desk.sample.auth.revoke_grants();
    for call in ["1", "2", "3"] {
        assert_eq!(greet(&desk, &id, call).await, Err("reauth_required"));
    }
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(
        reason(&view.authorization),
        Some(ReauthReason::InvalidGrant)
    );
    let tokens = "SELECT COUNT(*) FROM grant WHERE access_token IS NULL AND refresh_token IS NULL";
    assert_eq!(desk.stored::<i64>(tokens).await, 1);
    desk.restart().await;
    assert_eq!(prompts.counted().await, (1, 1));
    assert_eq!(desk.view(&id).await.status, Status::SignInAgain);
    assert_eq!(greet(&desk, &id, "4").await, Err("reauth_required"));
    desk.engine.shutdown().await;
    let events = desk.pending_events();
    let prompt = |event: &Event| matches!(event, Event::ReauthRequired { .. });
    assert!(!events.iter().any(prompt), "told again: {events:?}");
    let refreshes = desk.sample.journal();
    let refreshes = refreshes
        .iter()
        .filter(|seen| seen.note.as_deref() == Some("refresh_token"));
    assert_eq!(refreshes.count(), 1, "a dead grant is not tried again");
}

// rule: G9
#[tokio::test(flavor = "multi_thread")]
async fn whoever_calls_over_a_dead_grant_hears_why_it_is_dead_and_since_when() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.revoke_grants();
    let mut told = Vec::new();
    for call in ["1", "2", "3"] {
        let greeting = json!({ "name": "Ada" });
        let refused = desk.engine.call_tool(&id, call, "greet", greeting).await;
        let Err(Error::ReauthRequired { server, reason, at }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(server, id);
        told.push(Authorization::ReauthRequired { reason, at });
        // However much later somebody asks.
        desk.clock.advance(60);
        desk.restart().await;
    }
    let shown = desk.view(&id).await.authorization;
    assert_eq!(reason(&shown), Some(ReauthReason::InvalidGrant));
    assert_eq!(told, vec![shown; 3]);
}

// rule: G9
#[tokio::test(flavor = "multi_thread")]
async fn one_episode_is_one_prompt() {
    let (mut desk, id) = Desk::connected().await;
    let prompts = Prompts::of(&desk.engine);
    desk.sample.auth.revoke_grants();
    let calls = ["1", "2", "3", "4"].map(|call| greet(&desk, &id, call));
    futures::future::join_all(calls).await;
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(prompts.until_the_end_of(desk.engine).await, (1, 1));
}

// rule: G5
#[rstest::rstest]
#[case(Canned::status(503))]
#[case(Canned::too_many_requests(1))]
#[case(Canned::html(200))]
#[case(Canned::cut_off())]
#[tokio::test(flavor = "multi_thread")]
async fn trouble_at_the_token_endpoint_keeps_the_grant(#[case] trouble: Canned) {
    let (mut desk, id) = Desk::connected().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(trouble));
    desk.sample.auth.expire_access_tokens();
    assert!(greet(&desk, &id, "1").await.is_err());
    let view = desk.view(&id).await;
    assert!(
        matches!(view.authorization, Authorization::SignedIn { .. }),
        "{view:?}"
    );
    // The person does not wait for the next try by itself.
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    greet(&desk, &id, "2").await.unwrap();
    assert_eq!(desk.sample.auth.counters().refresh_reuses, 0);
    assert!(desk.screen.is_quiet());
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_a_fresh_token_is_not_asked_for_ever() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| b.refuses_tokens = true);
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(
        reason(&view.authorization),
        Some(ReauthReason::RejectedByServer)
    );
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G3, G6
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_renewed_ahead_and_never_used_may_end_early_too() {
    let (mut desk, id) = Desk::connected().await;
    desk.clock.advance(3590);
    desk.restart().await;
    let good_until = desk.clock.now() + 3_000_000;
    let is_renewed = |server: &ServerView| matches!(server.authorization, Authorization::SignedIn { expires_at, .. } if expires_at > Some(good_until));
    desk.wait_for(&id, is_renewed).await;
    desk.clock.advance(120);
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "1").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().refreshes, 2);
}

// rule: T7
#[tokio::test(flavor = "multi_thread")]
async fn no_stated_end_is_neither_never_nor_now() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.expires_in = ExpiresIn::Missing);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert!(matches!(
        desk.view(&id).await.authorization,
        Authorization::SignedIn {
            expires_at: None,
            ..
        }
    ));
    greet(&desk, &id, "1").await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "2").await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_without_refresh_token_ends_with_its_token() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_tokens = RefreshTokens::None);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.clock.advance(4000);
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(reason(&view.authorization), Some(ReauthReason::Expired));
}

// rule: R7
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_client_registers_again_at_the_next_connect() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.forget_clients();
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(
        reason(&view.authorization),
        Some(ReauthReason::ClientRejected)
    );
    assert_eq!(view.connection, Connection::Idle);
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: G5a
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_without_a_reason_is_believed_after_a_couple_of_minutes_only() {
    let (desk, id) = Desk::connected().await;
    let silent = std::iter::repeat_n(Canned::status(403), 8);
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.extend(silent));
    desk.sample.auth.expire_access_tokens();
    let began = desk.clock.now();
    let mut seconds = 0;
    let ended = loop {
        assert!(greet(&desk, &id, "1").await.is_err());
        let view = desk.view(&id).await;
        if let Some(reason) = reason(&view.authorization) {
            break reason;
        }
        desk.clock.advance(5);
        seconds += 5;
    };
    assert_eq!(ended, ReauthReason::RefusedWithoutReason);
    // What passes by itself counts, too.
    let lasted = desk.clock.now() - began;
    assert!(lasted >= 100_000, "{lasted} ms");
    assert!(seconds <= 140, "{seconds}");
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
}

// rule: G9
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_cannot_be_opened_at_start_is_told_too() {
    let (mut desk, id) = Desk::connected().await;
    sqlx::query("UPDATE grant SET access_token = zeroblob(60)")
        .execute(&desk.database().await)
        .await
        .unwrap();
    desk.restart().await;
    loop {
        if let Event::ReauthRequired { id: told, .. } = desk.event().await {
            assert_eq!(told, id.as_str());
            break;
        }
    }
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_the_disk_did_not_take_is_stored_later_and_not_repeated() {
    let (desk, id) = Desk::connected().await;
    let database = desk.database().await;
    sqlx::query(
        "CREATE TRIGGER full BEFORE UPDATE OF access_token ON grant
         BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .execute(&database)
    .await
    .unwrap();
    desk.sample.auth.expire_access_tokens();
    assert!(greet(&desk, &id, "1").await.is_err());
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    sqlx::query("DROP TRIGGER full")
        .execute(&database)
        .await
        .unwrap();
    desk.clock.advance(5);
    greet(&desk, &id, "2").await.unwrap();
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_with_a_new_life_is_asked_for_once() {
    let (desk, id) = Desk::connected().await;
    desk.sample.auth.behave(|b| b.repeats_access_token = true);
    desk.clock.advance(3700);
    let names: Vec<String> = (0..20).map(|call| call.to_string()).collect();
    let answers = futures::future::join_all(names.iter().map(|call| greet(&desk, &id, call))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: G1, G6
#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_with_a_new_life_is_good_for_all_who_were_refused_with_it() {
    let (desk, id) = Desk::connected().await;
    desk.sample.auth.behave(|b| b.repeats_access_token = true);
    let (answer, again) = (Gate::closed(), Gate::closed());
    let held = answer.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    desk.sample.mcp.behave(|b| {
        let hiccup = || ("tools/call".to_owned(), Canned::status(401));
        b.method_answers.extend([hiccup(), hiccup()]);
    });
    let calls = ["1", "2"].map(|call| Box::pin(greet(&desk, &id, call)));
    let calling = futures::future::select_all(calls);
    let refreshing = async {
        answer.reached(1).await;
        let calls = |seen: &Seen| seen.note.as_deref() == Some("tools/call greet");
        let refused = |seen: &Seen| calls(seen) && seen.status == Some(401);
        desk.sample.seen_times(2, refused).await;
        let held = again.clone();
        desk.sample
            .mcp
            .behave(|b| drop(b.method_gates.insert("tools/call".into(), held)));
        answer.open();
        // The first has not shown the server the token anew when the second gets it.
        let both = tokio::time::timeout(Duration::from_mins(1), again.reached(2));
        both.await.expect("both within a minute");
        again.open();
    };
    let ((first, _, rest), ()) = futures::join!(calling, refreshing);
    assert_eq!(
        (first, rest.into_iter().next().unwrap().await),
        (Ok(()), Ok(()))
    );
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}
