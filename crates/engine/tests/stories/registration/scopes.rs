//! A client that may ask for no more than it registered for (RFC 7591 §2).

use drawbridge_engine::ServerId;
use drawbridge_testkit::Person;
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected};

/// A desk that is signed in with what its server asks for at first.
async fn bound() -> (Desk, ServerId) {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|auth| auth.binds_scopes = true);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    (desk, id)
}

/// The next page, to its end.
async fn come_back(desk: &mut Desk) {
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
}

async fn call(desk: &Desk, id: &ServerId, tool: &str) -> Result<(), &'static str> {
    let answer = desk
        .engine
        .call_tool(id, tool, tool, json!({ "name": "Ada" }));
    answer.await.map(drop).map_err(|error| error.code())
}

// rule: R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_registered_for_too_little_is_registered_anew_and_the_sign_in_goes_on() {
    let (mut desk, id) = bound().await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.sample
        .mcp
        .behave(|mcp| mcp.challenge_scope = Some("tools admin".into()));
    desk.engine.connect(&id).await.unwrap();
    come_back(&mut desk).await;
    come_back(&mut desk).await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(call(&desk, &id, "admin_report").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    let clients = "SELECT COUNT(*) FROM registration";
    assert_eq!(desk.stored::<i64>(clients).await, 1);
}

// rule: R7, G7, G10
#[tokio::test(flavor = "multi_thread")]
async fn more_access_takes_another_client_and_leaves_a_grant_that_works_its_own() {
    let (mut desk, id) = bound().await;
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("more_access_needed")
    );
    desk.engine.connect(&id).await.unwrap();
    come_back(&mut desk).await;
    let second = desk.screen.prompt().await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(call(&desk, &id, "greet").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    let callback = Person::ada().follow(second.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(call(&desk, &id, "admin_report").await, Ok(()));
}

// rule: R7, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_that_is_refused_the_same_is_not_registered_once_more() {
    let (mut desk, id) = bound().await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.sample
        .auth
        .behave(|auth| auth.authorize_error = Some("invalid_scope".into()));
    desk.engine.connect(&id).await.unwrap();
    come_back(&mut desk).await;
    come_back(&mut desk).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("authorization_refused"));
    assert!(desk.screen.is_quiet());
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}
