//! Sign out, change, remove: first here, then at the authorization server.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, Event, ServerChange, Status};
use drawbridge_testkit::mcp::Protects;
use drawbridge_testkit::{Canned, Gate, Sample};
use serde_json::json;
use url::Url;

use crate::desk::{Desk, is_connected};

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn sign_out_is_done_here_before_the_server_hears_of_it() {
    let (desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.revocation_gate = Some(gate.clone()));
    desk.engine.sign_out(&id).await.unwrap();
    let view = desk.view(&id).await;
    assert_eq!(
        (view.status, view.authorization),
        (Status::NotSignedIn, Authorization::SignedOut)
    );
    assert_eq!(desk.stored::<i64>("SELECT COUNT(*) FROM grant").await, 0);
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", json!({}))
        .await
        .unwrap_err();
    assert_eq!(call.code(), "sign_in_needed");
    gate.reached(1).await;
    gate.open();
    desk.engine.shutdown().await;
    assert_eq!(
        desk.sample.auth.counters().revocations,
        2,
        "refresh token and access token"
    );
    assert_eq!(desk.sample.auth.live_grants(), 0);
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_fails_is_no_failure_of_the_sign_out() {
    let (mut desk, id) = Desk::connected().await;
    let failures = [
        Canned::status(503),
        Canned::oauth_error(400, "unsupported_token_type"),
    ];
    desk.sample
        .auth
        .behave(|b| b.revocation_answers.extend(failures));
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_under_way_does_not_bring_a_signed_out_grant_back() {
    let (desk, id) = Desk::connected().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(gate.clone()));
    desk.sample.auth.expire_access_tokens();
    let caller = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move {
            engine
                .call_tool(&id, "1", "greet", json!({ "name": "Ada" }))
                .await
        }
    });
    gate.reached(1).await;
    desk.engine.sign_out(&id).await.unwrap();
    gate.open();
    assert!(caller.await.unwrap().is_err());
    desk.engine.shutdown().await;
    assert_eq!(desk.stored::<i64>("SELECT COUNT(*) FROM grant").await, 0);
    assert_eq!(
        desk.sample.auth.live_grants(),
        0,
        "what came back was given back"
    );
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn remove_and_add_again_starts_clean() {
    let (mut desk, id) = Desk::connected().await;
    desk.pending_events();
    desk.engine.remove_server(&id).await.unwrap();
    let told = desk.pending_events();
    let removals = told.iter().filter_map(|event| match event {
        Event::ServerRemoved { id, .. } => Some(id.as_str()),
        _ => None,
    });
    assert_eq!(removals.collect::<Vec<_>>(), [id.as_str()]);
    for table in [
        "server",
        "grant",
        "registration",
        "attempt",
        "tool",
        "server_header",
    ] {
        let pool = desk.database().await;
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    assert_eq!(
        desk.engine.connect(&id).await.unwrap_err().code(),
        "unknown_server"
    );
    let again = desk.add().await;
    assert_eq!(
        desk.view(&again).await.authorization,
        Authorization::SignedOut
    );
    desk.sign_in(&again).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn what_a_removed_server_has_asked_for_is_not_asked_for_when_it_is_added_again() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample
        .mcp
        .behave(|b| b.challenge_scope = Some("admin".into()));
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    desk.engine.remove_server(&id).await.unwrap();
    // Its first answer names no scope: what is known of it decides.
    desk.sample.mcp.behave(|b| b.protects = Protects::Calls);
    let again = desk.add().await;
    desk.engine.connect(&again).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let page = Url::parse(prompt.url.as_str()).unwrap();
    let scope = page.query_pairs().find(|(name, _)| name == "scope");
    assert_eq!(scope.unwrap().1, "tools offline_access");
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_keeps_the_grant_and_a_new_url_ends_it() {
    let (mut desk, id) = Desk::connected().await;
    let rename = ServerChange {
        name: Some("Work".into()),
        description: Some("The one at work".into()),
        timeout_seconds: Some(60),
        ..ServerChange::default()
    };
    let renamed = desk.engine.change_server(&id, rename).await.unwrap();
    assert_eq!(
        (renamed.name.as_str(), renamed.timeout_seconds),
        ("Work", 60)
    );
    assert!(matches!(
        renamed.authorization,
        Authorization::SignedIn { .. }
    ));
    desk.wait_for(&id, is_connected).await;

    let other = Sample::start().await;
    let url = Some(other.mcp_url().to_string());
    let moved = ServerChange {
        url,
        ..ServerChange::default()
    };
    let moved = desk.engine.change_server(&id, moved).await.unwrap();
    assert_eq!(moved.authorization, Authorization::SignedOut);
    assert!(desk.engine.tools(&id).await.unwrap().is_empty());
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.live_grants(), 0);
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_refused_leaves_everything_as_it_was() {
    let (desk, id) = Desk::connected().await;
    let before = desk.view(&id).await;
    let bad = ServerChange {
        name: Some("Work".into()),
        url: Some("ftp://nowhere".into()),
        ..ServerChange::default()
    };
    assert_eq!(
        desk.engine
            .change_server(&id, bad)
            .await
            .unwrap_err()
            .code(),
        "invalid_url"
    );
    let after = desk.view(&id).await;
    assert_eq!(
        (after.name, after.authorization),
        (before.name, before.authorization)
    );
    assert_eq!(desk.sample.auth.live_grants(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_is_off_and_on_again_needs_no_sign_in() {
    let (mut desk, id) = Desk::connected().await;
    let off = ServerChange {
        enabled: Some(false),
        ..ServerChange::default()
    };
    assert_eq!(
        desk.engine.change_server(&id, off).await.unwrap().status,
        Status::Off
    );
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", json!({}))
        .await
        .unwrap_err();
    assert_eq!(call.code(), "disabled");
    desk.restart().await;
    assert_eq!(desk.view(&id).await.status, Status::Off);
    let on = ServerChange {
        enabled: Some(true),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, on).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert!(desk.screen.is_quiet());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_server_leaves_other_servers_alone() {
    let (mut desk, first) = Desk::connected().await;
    let other = Sample::start().await;
    let new = crate::desk::new_server(
        other.mcp_url().as_str(),
        drawbridge_engine::view::AuthKind::OAuth,
    );
    let second = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.sign_in_at(&other, &second).await;
    desk.engine.remove_server(&first).await.unwrap();
    let answer = desk
        .engine
        .call_tool(&second, "1", "greet", json!({ "name": "Ada" }))
        .await;
    assert!(answer.is_ok());
}

// rule: G10
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_access_ends_the_grant(
    #[values(AuthKind::None, AuthKind::Headers)] kind: AuthKind,
) {
    let (desk, id) = Desk::connected().await;
    let change = ServerChange {
        auth: Some(kind),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    for table in [
        "SELECT COUNT(*) FROM grant",
        "SELECT COUNT(*) FROM registration",
    ] {
        assert_eq!(desk.stored::<i64>(table).await, 0, "{table}");
    }
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.live_grants(), 0);
}
