//! What servers in the wild answer to the first look.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization};
use drawbridge_testkit::Canned;
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::mcp::{Challenge, Hosts, ResourceMetadataAt};
use serde_json::json;

use crate::desk::Desk;

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
async fn a_page_with_403_for_everything_proves_nothing_and_opens_no_sign_in() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.answers.extend(vec![Canned::html(403); 20]);
        b.metadata_answers.extend(vec![Canned::html(403); 20]);
    });
    assert_eq!(detected(&desk).await, None);
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    assert!(desk.screen.is_quiet());
}
