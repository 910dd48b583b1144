//! What servers in the wild do otherwise at the first look and at the token endpoint.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, ReauthReason, Status};
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::mcp::{Challenge, Hosts, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Person};
use serde_json::json;

use crate::desk::{Desk, is_connected};

async fn detected(desk: &Desk) -> Option<AuthKind> {
    let url = desk.sample.mcp_url().to_string();
    desk.engine.detect(&url).await.unwrap().auth
}

async fn greet(desk: &Desk, id: &ServerId) -> Result<(), &'static str> {
    let call = desk
        .engine
        .call_tool(id, "1", "greet", json!({ "name": "Ada" }));
    call.await.map(drop).map_err(|error| error.code())
}

/// Why the grant ended, once the row says so.
async fn ended(desk: &mut Desk, id: &ServerId) -> ReauthReason {
    let view = desk
        .wait_for(id, |server| server.status == Status::SignInAgain)
        .await;
    match view.authorization {
        Authorization::ReauthRequired { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

// rule: Q-Outline, Q-negotiate, D1
#[rstest::rstest]
#[case::without_a_challenge(Challenge::None)]
#[case::with_another_one(Challenge::NegotiateOnly)]
#[tokio::test(flavor = "multi_thread")]
async fn a_401_without_a_bearer_challenge_is_a_sign_in_where_a_resource_document_is(
    #[case] challenge: Challenge,
) {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.challenge = challenge);
    assert_eq!(detected(&desk).await, Some(AuthKind::OAuth));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
}

// rule: Q-negotiate, D1
#[tokio::test(flavor = "multi_thread")]
async fn negotiate_alone_and_no_document_asks_for_headers() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.challenge = Challenge::NegotiateOnly;
        b.metadata_at = ResourceMetadataAt::Nowhere;
    });
    assert_eq!(detected(&desk).await, Some(AuthKind::Headers));
}

// rule: Q-metadata-401, D1, A5
#[tokio::test(flavor = "multi_thread")]
async fn a_resource_document_that_wants_a_sign_in_itself_is_no_document() {
    let mut desk = Desk::start().await;
    let origin = desk.sample.mcp_url().origin().ascii_serialization();
    desk.sample.mcp.behave(|b| {
        b.metadata_answers.extend(vec![Canned::status(401); 20]);
        b.hosts = Hosts::Metadata;
    });
    desk.sample.auth.behave(|b| b.iss = Iss::Wrong(origin));
    assert_eq!(detected(&desk).await, Some(AuthKind::OAuth));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
}

// rule: Q-403-html, D1
#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_403_for_everything_asks_for_headers_and_opens_no_sign_in() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.answers.extend(vec![Canned::html(403); 20]);
        b.metadata_answers.extend(vec![Canned::html(403); 20]);
    });
    assert_eq!(detected(&desk).await, Some(AuthKind::Headers));
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    assert!(desk.screen.is_quiet());
}

// rule: Q-Slack, T7, T8
#[tokio::test(flavor = "multi_thread")]
async fn a_200_that_is_not_ok_is_a_refusal_in_the_servers_words() {
    let mut desk = Desk::start().await;
    let answer = Canned::json(200, &json!({ "ok": false, "error": "invalid_code" }));
    desk.sample
        .auth
        .behave(|b| b.token_answers.push_back(answer));
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    assert!(view.error.unwrap().message.contains("invalid_code"));
    desk.sign_in(&id).await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
}

// rule: Q-Slack, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_is_not_ok_ends_the_grant_though_it_is_a_200() {
    let (mut desk, id) = Desk::connected().await;
    let answer = json!({ "ok": false, "error": "invalid_refresh_token" });
    let answer = Canned::json(200, &answer);
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(answer));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("reauth_required"));
    assert_eq!(ended(&mut desk, &id).await, ReauthReason::InvalidGrant);
}

// rule: Q-Linear, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_not_found_is_a_dead_grant() {
    let (mut desk, id) = Desk::connected().await;
    let answer = Canned::oauth_error(400, "Grant not found");
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(answer));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("reauth_required"));
    assert_eq!(ended(&mut desk, &id).await, ReauthReason::InvalidGrant);
    desk.sign_in(&id).await;
    assert_eq!(greet(&desk, &id).await, Ok(()));
}

// rule: Q-Supabase, R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_not_recognized_registers_again_at_the_next_connect() {
    let (mut desk, id) = Desk::connected().await;
    let answer = Canned::json(422, &json!({ "message": "Unrecognized client_id" }));
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(answer));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id).await, Err("reauth_required"));
    assert_eq!(ended(&mut desk, &id).await, ReauthReason::ClientRejected);
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: Q-Notion, G1, G4
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_works_once_is_used_once_by_any_number_of_callers() {
    let (mut desk, id) = Desk::connected().await;
    // The testkit revokes the whole family when one of its tokens comes twice.
    for round in 1..=3 {
        desk.sample.auth.expire_access_tokens();
        let calls = (0..10).map(|call| {
            let call = format!("{round}.{call}");
            let (engine, id) = (desk.engine.clone(), id.clone());
            async move {
                let arguments = json!({ "name": "Ada" });
                engine.call_tool(&id, &call, "greet", arguments).await
            }
        });
        for answer in futures::future::join_all(calls).await {
            answer.unwrap();
        }
        assert_eq!(desk.sample.auth.counters().refreshes, round);
        desk.restart().await;
        desk.wait_for(&id, is_connected).await;
    }
}
