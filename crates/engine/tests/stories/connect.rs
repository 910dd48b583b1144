//! From Connect to connected, and every way in which that can end otherwise.

use std::time::Duration;

use drawbridge_engine::view::{
    Action, AuthKind, Authorization, Event, ReauthReason, SignInStep, Status,
};
use drawbridge_engine::{Limits, ServerId};
use drawbridge_testkit::mcp::{Access, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Gate, Person, Sample};

use crate::desk::{Desk, error_code, is_connected, limits, new_server};

// rule: T1, T2, T6, R1, R3
#[tokio::test(flavor = "multi_thread")]
async fn a_person_connects_with_the_requests_that_the_protocol_needs_and_no_other() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    assert_eq!(desk.view(&id).await.status, Status::NotSignedIn);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert_eq!(desk.view(&id).await.status, Status::WaitingForYou);
    let before_sign_in = desk.wire();
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.sample.clear_journal();
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk.wait_for(&id, is_connected).await;

    insta::assert_snapshot!(before_sign_in, @r"
    POST /mcp [initialize] → 401
    GET /.well-known/oauth-protected-resource/mcp → 200
    GET /.well-known/oauth-authorization-server → 200
    POST /register → 201
    ");
    insta::assert_snapshot!(desk.wire_of_a_session().await, @r"
    POST /mcp [server/discover] → 200
    POST /mcp [subscriptions/listen] → 200
    POST /mcp [tools/list] → 200
    POST /mcp [tools/list] → 200
    POST /token [authorization_code] → 200
    ");
    assert_eq!(view.action, None);
    assert_eq!(desk.screen.closed().await, prompt.attempt);
    assert_eq!(desk.engine.tools(&id).await.unwrap().len(), 8);
    let Authorization::SignedIn {
        issuer,
        renewable,
        expires_at,
        ..
    } = view.authorization
    else {
        panic!("not signed in: {:?}", view.authorization);
    };
    assert_eq!(issuer, desk.sample.issuer());
    assert!(renewable && expires_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn connect_uses_what_detection_found_a_moment_ago() {
    let mut desk = Desk::start().await;
    let found = desk
        .engine
        .detect(desk.sample.mcp_url().as_str())
        .await
        .unwrap();
    assert_eq!(found.auth, Some(AuthKind::OAuth));
    assert_eq!(found.issuer.as_deref(), Some(desk.sample.issuer().as_str()));
    let id = desk.add().await;
    desk.sample.clear_journal();
    desk.engine.connect(&id).await.unwrap();
    desk.screen.prompt().await;
    insta::assert_snapshot!(desk.wire(), @r"
    GET /.well-known/oauth-authorization-server → 200
    POST /register → 201
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_a_live_token_needs_no_browser_and_only_the_sessions_own_requests() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.clear_journal();
    desk.reconnect(&id).await;
    assert!(desk.screen.is_quiet());
    insta::assert_snapshot!(desk.wire_of_a_session().await, @r"
    POST /mcp [server/discover] → 200
    POST /mcp [subscriptions/listen] → 200
    POST /mcp [tools/list] → 200
    POST /mcp [tools/list] → 200
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn connect_opens_the_session_of_a_connected_server_anew_and_leaves_its_grant() {
    let (mut desk, id) = Desk::connected().await;
    let before = desk.view(&id).await.authorization;
    let ears = desk.sample.mcp.ears();
    desk.pending_events();
    desk.sample.clear_journal();
    desk.engine.connect(&id).await.unwrap();
    desk.opened(&id).await;
    desk.sample.mcp.ears_reach(ears + 1).await;
    assert!(desk.screen.is_quiet());
    assert_eq!(desk.view(&id).await.authorization, before);
    insta::assert_snapshot!(desk.wire_of_a_session().await, @r"
    POST /mcp [server/discover] → 200
    POST /mcp [subscriptions/listen] → 200
    POST /mcp [tools/list] → 200
    POST /mcp [tools/list] → 200
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_tells_every_step_in_order() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.pending_events();
    desk.come_back(&id, Person::ada()).await;
    let mut told = Vec::new();
    let mut revision = 0;
    while !matches!(told.last(), Some(Status::Connected { .. })) {
        if let Event::ServerChanged { server } = desk.event().await {
            assert!(server.revision > revision, "revisions only grow");
            revision = server.revision;
            told.push(server.status);
        }
    }
    told.dedup();
    let expected = [
        Status::FindingOut,
        Status::WaitingForYou,
        Status::SigningIn,
        Status::Connected { tools: 8 },
    ];
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_sign_in_at_once_and_the_second_comes_back_first() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let first = desk.add().await;
    let second = new_server(other.mcp_url().as_str(), AuthKind::OAuth);
    let second = ServerId::from(desk.engine.add_server(second).await.unwrap().id);
    desk.engine.connect(&first).await.unwrap();
    let first_page = desk.screen.prompt().await;
    desk.engine.connect(&second).await.unwrap();
    let second_page = desk.screen.prompt().await;
    for page in [second_page, first_page] {
        let callback = Person::ada().follow(page.url.as_str()).await.unwrap();
        assert_eq!(
            desk.engine.receive_callback(&callback).await.unwrap(),
            page.server
        );
        desk.wait_for(&page.server, is_connected).await;
    }
}

// rule: T1
#[tokio::test(flavor = "multi_thread")]
async fn a_second_connect_supersedes_the_first_and_its_callback_is_worth_nothing() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let first = desk.screen.prompt().await;
    desk.engine.connect(&id).await.unwrap();
    assert_eq!(desk.screen.closed().await, first.attempt);
    let second = desk.screen.prompt().await;
    let late = Person::ada().follow(first.url.as_str()).await.unwrap();
    let refusal = desk.engine.receive_callback(&late).await.unwrap_err();
    assert_eq!(refusal.code(), "unknown_callback");
    let callback = Person::ada().follow(second.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: T2
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_state_leaves_the_attempt_alive_and_a_replay_changes_nothing() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let forged = "dev.drawbridge.desktop:/oauth/callback?code=x&state=forged";
    assert_eq!(
        desk.engine
            .receive_callback(forged)
            .await
            .unwrap_err()
            .code(),
        "unknown_callback"
    );
    assert_eq!(desk.view(&id).await.status, Status::WaitingForYou);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    let connected = desk.wait_for(&id, is_connected).await;
    desk.clear_wire_of(1).await;
    let replay = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(replay.code(), "unknown_callback");
    assert_eq!(desk.view(&id).await.authorization, connected.authorization);
    assert_eq!(desk.wire(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_is_told_and_connect_works_afterwards() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.come_back(&id, Person::ada().deny()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("access_denied"));
    assert_eq!(view.status, Status::NotSignedIn);
    desk.sign_in(&id).await;
    assert_eq!(desk.view(&id).await.error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_means_cancelled_at_every_step() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.metadata_gate = Some(gate.clone()));
    desk.engine.connect(&id).await.unwrap();
    gate.reached(1).await;
    desk.engine.cancel(&id).await.unwrap();
    assert_eq!(desk.view(&id).await.status, Status::NotSignedIn);
    gate.open();

    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    desk.engine.cancel(&id).await.unwrap();
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let late = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(late.code(), "unknown_callback");

    let token_gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_gate = Some(token_gate.clone()));
    desk.come_back(&id, Person::ada()).await;
    token_gate.reached(1).await;
    desk.engine.cancel(&id).await.unwrap();
    token_gate.open();
    // What came all the same is given back.
    desk.sample
        .seen(|seen| seen.path == "/revoke" && seen.status.is_some())
        .await;
    assert_eq!(desk.view(&id).await.authorization, Authorization::SignedOut);
    assert_eq!(desk.view(&id).await.error, None);
    assert_eq!(desk.stored::<i64>("SELECT COUNT(*) FROM attempt").await, 0);
    assert!(desk.screen.is_quiet());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_cancels_after_a_moment() {
    let moment = Duration::from_millis(10);
    let mut desk = Desk::with_limits(Limits {
        popup_grace: moment,
        ..limits()
    })
    .await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    desk.engine.window_closed(&prompt.attempt);
    desk.wait_for(&id, |server| server.status == Status::NotSignedIn)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_while_the_callback_arrives_cancels_nothing() {
    let mut desk = Desk::with_limits(Limits {
        popup_grace: Duration::from_mins(1),
        ..limits()
    })
    .await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.window_closed(&prompt.attempt);
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_ends_times_out_with_a_reason() {
    let short = Limits {
        attempt: Duration::from_millis(50),
        ..limits()
    };
    let mut desk = Desk::with_limits(short).await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("sign_in_timed_out"));
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let late = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(late.code(), "unknown_callback");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callback_of_an_attempt_outlives_the_program() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.restart().await;
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R3
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_method_of_a_new_registration_is_replaced_once() {
    let mut desk = Desk::start().await;
    let refusal = || Canned::oauth_error(401, "invalid_client");
    desk.sample
        .auth
        .behave(|b| b.token_answers.extend([refusal(), refusal()]));
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    for _ in 0..2 {
        let prompt = desk.screen.prompt().await;
        let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
        desk.engine.receive_callback(&callback).await.unwrap();
    }
    desk.wait_for(&id, |server| server.error.is_some()).await;
    assert!(desk.screen.is_quiet());
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    desk.sign_in(&id).await;
}

// rule: R4
#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_is_kept_for_the_refresh_after_a_restart() {
    let mut desk = Desk::start().await;
    let method = Some("client_secret_basic".to_owned());
    desk.sample
        .auth
        .behave(|b| b.registered_auth_method = method);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    desk.sample.auth.expire_access_tokens();
    let greeting = serde_json::json!({ "name": "Ada" });
    desk.engine
        .call_tool(&id, "1", "greet", greeting)
        .await
        .unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_used_again_for_the_same_issuer() {
    let (mut desk, id) = Desk::connected().await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 1);
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_that_fails_leaves_the_working_grant() {
    let (mut desk, id) = Desk::connected().await;
    let before = desk.view(&id).await.authorization;
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let signing_in = desk.view(&id).await.authorization;
    let step = SignInStep::WaitingForPerson;
    assert!(matches!(signing_in, Authorization::SigningIn { step: s, .. } if s == step));
    let callback = Person::ada()
        .deny()
        .follow(prompt.url.as_str())
        .await
        .unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    let after = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(after.authorization, before);
    assert!(is_connected(&after));
}

// rule: G8
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_retried_and_never_asks_for_a_sign_in() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.close().await;
    desk.restart().await;
    let away = |server: &drawbridge_engine::view::ServerView| {
        matches!(server.status, Status::CantReach { .. })
    };
    let view = desk.wait_for(&id, away).await;
    assert_eq!(view.action, Some(Action::RetryNow));
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
    desk.sample.mcp.reopen().await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert!(desk.screen.is_quiet());
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnect_mends_a_revoked_grant() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.revoke_grants();
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", serde_json::json!({}))
        .await;
    assert_eq!(call.unwrap_err().code(), "reauth_required");
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert_eq!(view.action, Some(Action::Reconnect));
    let Authorization::ReauthRequired { reason, .. } = view.authorization else {
        panic!()
    };
    assert_eq!(reason, ReauthReason::InvalidGrant);
    desk.sign_in(&id).await;
    desk.engine
        .call_tool(&id, "2", "greet", serde_json::json!({ "name": "Ada" }))
        .await
        .unwrap();
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn connect_to_what_is_no_mcp_server_says_that() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Nowhere;
        b.answers.push_back(Canned::html(200));
    });
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("not_mcp"));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn connect_to_a_server_that_needs_no_sign_in_says_that() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.access = Access::Open;
        b.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("no_sign_in_offered"));
}

// rule: T2
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_after_its_time_changes_nothing() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let before = desk.view(&id).await.authorization;
    desk.clock.advance(601);
    let refused = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(refused.code(), "unknown_callback");
    assert_eq!(desk.view(&id).await.authorization, before);
    assert!(!desk.wire().contains("/token"));
    let grants = "SELECT COUNT(*) FROM grant";
    assert_eq!(desk.stored::<i64>(grants).await, 0);
}
