//! What is found out about a server before anybody signs in, and what is not guessed.

use std::time::Duration;

use drawbridge_engine::view::{
    AuthKind, Authorization, Detection, HeaderInput, NewServer, ServerChange, Status,
};
use drawbridge_engine::{Limits, ServerId};
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::mcp::{Access, Challenge, Hosts, Protects, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Gate};

use crate::desk::{Desk, is_connected, limits, new_server};

async fn detect(desk: &Desk) -> Detection {
    let url = desk.sample.mcp_url();
    desk.engine.detect(url.as_str()).await.unwrap()
}

// rule: D1
#[rstest::rstest]
#[case::not_found(Canned::status(404))]
#[case::no_such_method(Canned::status(405))]
#[case::broken(Canned::status(500))]
#[case::gateway(Canned::html(502))]
#[case::page(Canned::html(200))]
#[case::forbidding_page(Canned::html(403))]
#[case::other_json(Canned::new(200, "application/json", "{\"hello\":1}"))]
#[case::no_text(Canned::bytes(200, "application/json", b"\xff\xfe\x00"))]
#[case::endless(Canned::endless(200))]
#[tokio::test(flavor = "multi_thread")]
async fn what_says_nothing_is_unknown_and_does_not_hold_the_person_up(#[case] answer: Canned) {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Nowhere;
        b.answers.push_back(answer);
    });
    let found = detect(&desk).await;
    assert_eq!(found.auth, None);
    assert_eq!(found.problem.unwrap().code, "not_mcp");
    desk.add().await;
}

// rule: D1, N1
#[rstest::rstest]
#[case::silent(None)]
#[case::dripping(Some(Canned::drip(200)))]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_its_time_is_unknown_when_the_time_is_over(
    #[case] answer: Option<Canned>,
) {
    let desk = Desk::with_limits(Limits {
        probe: Duration::from_millis(300),
        ..limits()
    })
    .await;
    desk.sample.mcp.behave(|b| match answer {
        Some(answer) => b.answers.push_back(answer),
        None => b.gate = Some(Gate::closed()),
    });
    let found = detect(&desk).await;
    assert_eq!(found.auth, None);
    assert_eq!(found.problem.unwrap().code, "probe_timed_out");
}

// rule: T8
#[tokio::test(flavor = "multi_thread")]
async fn who_would_be_asked_is_shown_as_what_it_is() {
    let desk = Desk::start().await;
    let issuer = "https://\u{430}pple.com/\u{202e}x".to_owned();
    desk.sample
        .mcp
        .behave(|b| b.authorization_servers = Some(vec![issuer]));
    let found = detect(&desk).await;
    let shown = "https://xn--pple-43d.com/%E2%80%AEx";
    assert_eq!(found.issuer.as_deref(), Some(shown));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn a_forbidding_page_in_front_of_oauth_is_looked_behind() {
    let desk = Desk::start().await;
    desk.sample
        .mcp
        .behave(|b| b.answers.push_back(Canned::html(403)));
    assert_eq!(detect(&desk).await.auth, Some(AuthKind::OAuth));
}

// rule: D1, D6, Q-Outline
#[rstest::rstest]
#[case::no_challenge(Challenge::None)]
#[case::another_scheme(Challenge::NegotiateOnly)]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_bearer_challenge_the_well_known_places_decide(#[case] challenge: Challenge) {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.challenge = challenge);
    assert_eq!(detect(&desk).await.auth, Some(AuthKind::OAuth));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample
        .mcp
        .behave(|b| b.metadata_at = ResourceMetadataAt::Nowhere);
    assert_eq!(detect(&desk).await.auth, Some(AuthKind::Headers));
}

// rule: D1, A5
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_its_own_authorization_server_is_known_by_its_metadata() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.challenge = Challenge::None;
        b.metadata_at = ResourceMetadataAt::Nowhere;
        b.hosts = Hosts::Metadata;
    });
    let found = detect(&desk).await;
    let origin = desk.sample.mcp_url().origin().ascii_serialization();
    assert_eq!(found.auth, Some(AuthKind::OAuth));
    assert_eq!(found.issuer, Some(origin));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_enough_when_the_metadata_is_busy() {
    let desk = Desk::start().await;
    desk.sample
        .mcp
        .behave(|b| b.metadata_answers.push_back(Canned::status(503)));
    let found = detect(&desk).await;
    assert_eq!((found.auth, found.problem), (Some(AuthKind::OAuth), None));
}

// rule: D6
#[tokio::test(flavor = "multi_thread")]
async fn resource_metadata_behind_a_door_is_none() {
    let mut desk = Desk::start().await;
    let origin = desk.sample.mcp_url().origin().ascii_serialization();
    desk.sample.mcp.behave(|b| {
        for _ in 0..4 {
            b.metadata_answers.push_back(Canned::status(401));
        }
        b.hosts = Hosts::Metadata;
    });
    desk.sample.auth.behave(|b| b.iss = Iss::Wrong(origin));
    assert_eq!(detect(&desk).await.auth, Some(AuthKind::OAuth));
    let id = desk.add().await;
    desk.sign_in(&id).await;
}

// rule: D3, D4
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_protects_its_tools_alone_is_signed_in_to_when_it_asks() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.protects = Protects::Tools);
    assert_eq!(detect(&desk).await.auth, Some(AuthKind::None));
    assert_eq!(desk.sample.mcp.sessions().await, 0);
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    let asks = |server: &drawbridge_engine::view::ServerView| server.status == Status::NotSignedIn;
    desk.wait_for(&id, asks).await;
    desk.sign_in(&id).await;
}

// rule: D3, Q-Outline
#[tokio::test(flavor = "multi_thread")]
async fn a_late_refusal_without_a_challenge_leads_to_the_well_known_places_too() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.protects = Protects::Tools;
        b.challenge = Challenge::None;
    });
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    let asks = |server: &drawbridge_engine::view::ServerView| server.status == Status::NotSignedIn;
    desk.wait_for(&id, asks).await;
    desk.sign_in(&id).await;
}

fn own(name: &str) -> HeaderInput {
    HeaderInput {
        name: name.to_owned(),
        value: Some("Bearer of-my-own".to_owned()),
    }
}

// rule: D2, N6
#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_of_the_persons_own_needs_no_sign_in_and_is_sent_once() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let new = NewServer {
        headers: vec![own("Authorization")],
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    let view = desk.wait_for(&id, is_connected).await;
    assert_eq!(view.authorization, Authorization::NotNeeded);
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert!(desk.screen.is_quiet());
    for seen in desk.sample.journal() {
        let sent = seen.headers.iter().filter(|name| *name == "authorization");
        assert_eq!(sent.count(), 1, "{seen}");
    }
    let again = desk.engine.sign_in_again(&id).await;
    assert_eq!(again.unwrap_err().code(), "no_sign_in");

    let without = ServerChange {
        headers: Some(Vec::new()),
        ..ServerChange::default()
    };
    let view = desk.engine.change_server(&id, without).await.unwrap();
    assert_eq!(view.status, Status::NotSignedIn);
}

// rule: D2
#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_of_the_persons_own_silences_a_grant() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    desk.sample.clear_journal();
    let with = ServerChange {
        headers: Some(vec![own("AUTHORIZATION")]),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, with).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let secrets = desk.sample.auth.secrets();
    assert!(secrets.iter().any(|secret| secret == "of-my-own"));
    let twice = ServerChange {
        headers: Some(vec![own("Authorization"), own("authorization")]),
        ..ServerChange::default()
    };
    let refused = desk.engine.change_server(&id, twice).await.unwrap_err();
    assert_eq!(refused.code(), "invalid_header");
}
