//! A server that greets everybody and asks who calls only at its tools: what it names then is known to whoever
//! signs in later (rules D3, D6).

use drawbridge_engine::ServerId;
use drawbridge_engine::doctor::{Check, Outcome};
use drawbridge_engine::view::{AuthKind, ServerChange, ServerView, Status};
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::mcp::{Hosts, Protects, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Person};
use rstest::rstest;

use crate::desk::{Desk, FrontEnd, error_code, is_connected, new_server};
use crate::metadata::trouble;
use crate::network::Internet;
use crate::step_up::{asked_for, set};

const ELSEWHERE: &str = "/resource-of-the-tools";

/// A desk whose server protects its tools alone, and says where its metadata is only when it asks.
async fn desk() -> Desk {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.protects = Protects::Tools;
        b.metadata_at = ResourceMetadataAt::Elsewhere;
    });
    desk
}

/// Adds the server as one that needs nothing, and waits until it has asked for a sign-in.
async fn asked(desk: &mut Desk) -> ServerId {
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    let asks = |server: &ServerView| server.status == Status::NotSignedIn;
    desk.wait_for(&id, asks).await;
    id
}

/// The next list of tools is refused with this status and what it says.
fn refuses(desk: &Desk, status: u16, says: &str) {
    let refusal = Canned::status(status).header("www-authenticate", says);
    let refusal = ("tools/list".to_owned(), refusal);
    desk.sample
        .mcp
        .behave(|b| b.method_answers.push_back(refusal));
}

fn is_its_own_authorization_server(desk: &Desk) {
    let origin = desk.sample.mcp_url().origin().ascii_serialization();
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Nowhere;
        b.hosts = Hosts::Metadata;
    });
    desk.sample.auth.behave(|b| b.iss = Iss::Wrong(origin));
}

// rule: D3, D6
#[rstest]
#[case::unauthorized(401)]
#[case::forbidden(403)]
#[tokio::test(flavor = "multi_thread")]
async fn where_its_metadata_is_is_known_after_a_restart(#[case] status: u16) {
    let mut desk = desk().await;
    let place = desk.sample.mcp_url().join(ELSEWHERE).unwrap();
    refuses(
        &desk,
        status,
        &format!("Bearer resource_metadata=\"{place}\""),
    );
    let id = asked(&mut desk).await;
    desk.restart().await;
    desk.sign_in(&id).await;
}

// rule: D3, A5
#[rstest]
#[case::unauthorized(401)]
#[case::forbidden(403)]
#[tokio::test(flavor = "multi_thread")]
async fn that_it_asks_is_known_after_a_restart_where_it_has_no_metadata(#[case] status: u16) {
    let mut desk = desk().await;
    is_its_own_authorization_server(&desk);
    refuses(&desk, status, "Bearer");
    let id = asked(&mut desk).await;
    desk.restart().await;
    desk.sign_in(&id).await;
}

// rule: D6, T5
#[tokio::test(flavor = "multi_thread")]
async fn what_it_asks_for_is_asked_for_by_the_next_command() {
    let mut desk = desk().await;
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Path;
        b.challenge_scope = Some("tools admin".to_owned());
    });
    let id = asked(&mut desk).await;
    desk.restart_as(FrontEnd::Terminal).await;
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(asked_for(&desk), set(&["tools", "admin", "offline_access"]));
}

// rule: D6, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_names_less_takes_nothing_from_what_was_named() {
    let (mut desk, id) = signed_in_with_what_was_named().await;
    refuses(&desk, 401, "Bearer error=\"invalid_token\"");
    desk.reconnect(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools", "admin", "offline_access"]));
}

async fn signed_in_with_what_was_named() -> (Desk, ServerId) {
    let mut desk = desk().await;
    desk.sample
        .mcp
        .behave(|b| b.challenge_scope = Some("tools admin".to_owned()));
    let id = asked(&mut desk).await;
    desk.sign_in(&id).await;
    (desk, id)
}

// rule: D6, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_the_authorization_server_does_not_know_is_asked_for_once() {
    let mut desk = desk().await;
    desk.sample
        .mcp
        .behave(|b| b.challenge_scope = Some("tools bogus".to_owned()));
    let id = asked(&mut desk).await;
    desk.restart().await;
    desk.come_back(&id, Person::ada()).await;
    let refused = |server: &ServerView| error_code(server) == Some("authorization_refused");
    desk.wait_for(&id, refused).await;
    assert!(asked_for(&desk).contains("bogus"));
    desk.restart().await;
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools", "offline_access"]));
}

// rule: D6, G10
#[tokio::test(flavor = "multi_thread")]
async fn what_was_named_at_another_address_is_forgotten() {
    let mut desk = desk().await;
    let id = asked(&mut desk).await;
    let here = desk.sample.mcp_url();
    for url in ["https://elsewhere.example/mcp", here.as_str()] {
        let moved = ServerChange {
            url: Some(url.to_owned()),
            ..ServerChange::default()
        };
        desk.engine.change_server(&id, moved).await.unwrap();
    }
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("no_sign_in_offered"));
}

// rule: D3, D6
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_after_a_restart_goes_where_the_sign_in_would() {
    let mut desk = desk().await;
    let id = asked(&mut desk).await;
    desk.restart().await;
    let checkup = desk.engine.check_server(&id).await.unwrap();
    let outcome = |check| {
        let step = checkup.steps.iter().find(|step| step.check == check);
        step.unwrap().outcome
    };
    assert_eq!(outcome(Check::Probe), Outcome::Note);
    assert_eq!(outcome(Check::ResourceMetadata), Outcome::Ok);
    assert_eq!(outcome(Check::ServerMetadata), Outcome::Ok);
}

// rule: D6, N2
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_kept_is_looked_at_as_one_that_has_just_come() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.mcp.behave(|b| {
        b.protects = Protects::Tools;
        b.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let id = internet.desk.add().await;
    sqlx::query("UPDATE server SET challenge = ?")
        .bind(r#"{"resource_metadata":"https://inside.example/resource","scope":["tools"]}"#)
        .execute(&internet.desk.database().await)
        .await
        .unwrap();
    internet.trouble(&id).await;
    assert!(internet.inside.journal().is_empty());
}
