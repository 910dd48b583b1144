//! The list: what is found out, added, refused.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Event, HeaderInput, NewServer, ServerChange, Status};
use drawbridge_testkit::mcp::{Access, Challenge, Protects, ResourceMetadataAt};

use crate::desk::{Desk, is_connected, new_server};

fn header(name: &str, value: Option<&str>) -> HeaderInput {
    HeaderInput {
        name: name.into(),
        value: value.map(Into::into),
    }
}

// rule: D1, D4
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_nothing_is_seen_as_that_and_its_session_is_ended() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let found = desk
        .engine
        .detect(desk.sample.mcp_url().as_str())
        .await
        .unwrap();
    assert_eq!((found.auth, found.problem), (Some(AuthKind::None), None));
    assert_eq!(desk.sample.mcp.sessions().await, 0);
}

// rule: D5
#[rstest::rstest]
#[case(Challenge::Bearer)]
#[case(Challenge::BareBearer)]
#[case(Challenge::NegotiateFirst)]
#[case(Challenge::OneLine)]
#[tokio::test(flavor = "multi_thread")]
async fn the_bearer_challenge_counts_wherever_it_stands(#[case] challenge: Challenge) {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.challenge = challenge);
    let found = desk
        .engine
        .detect(desk.sample.mcp_url().as_str())
        .await
        .unwrap();
    assert_eq!(found.auth, Some(AuthKind::OAuth));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn a_401_without_challenge_or_metadata_asks_for_headers() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.challenge = Challenge::None;
        b.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let found = desk
        .engine
        .detect(desk.sample.mcp_url().as_str())
        .await
        .unwrap();
    assert_eq!(found.auth, Some(AuthKind::Headers));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_mcp_server_stays_unknown_and_can_be_added_all_the_same() {
    let desk = Desk::start().await;
    let page = format!("{}/", desk.sample.issuer());
    let found = desk.engine.detect(&page).await.unwrap();
    assert_eq!(found.auth, None);
    assert_eq!(found.problem.unwrap().code, "not_mcp");
    desk.engine
        .add_server(new_server(&page, AuthKind::OAuth))
        .await
        .unwrap();
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_unknown() {
    let desk = Desk::start().await;
    let url = desk.sample.mcp_url();
    desk.sample.mcp.close().await;
    let found = desk.engine.detect(url.as_str()).await.unwrap();
    assert_eq!(found.problem.unwrap().code, "unreachable");
}

// rule: D7
#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_another_resource_is_told_with_both_values() {
    let desk = Desk::start().await;
    desk.sample
        .mcp
        .behave(|b| b.resource = Some("https://other.example/mcp".into()));
    let found = desk
        .engine
        .detect(desk.sample.mcp_url().as_str())
        .await
        .unwrap();
    let problem = found.problem.unwrap();
    assert_eq!(problem.code, "resource_mismatch");
    assert!(
        problem.message.contains("https://other.example/mcp"),
        "{}",
        problem.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_url_twice_is_refused_with_a_pointer_to_the_first() {
    let desk = Desk::start().await;
    let first = desk.add().await;
    let url = desk.sample.mcp_url();
    let found = desk.engine.detect(url.as_str()).await.unwrap();
    assert_eq!(found.existing.as_deref(), Some(first.as_str()));
    let again = desk
        .engine
        .add_server(new_server(url.as_str(), AuthKind::OAuth))
        .await;
    let refusal = again.unwrap_err();
    assert_eq!(refusal.code(), "duplicate_url");
    assert!(
        refusal
            .to_string()
            .starts_with(&desk.view(&first).await.name)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_sign_in_connects_as_soon_as_it_is_added() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.wait_for(&id, is_connected).await;
}

// rule: D3
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_turns_out_to_want_a_sign_in_offers_it() {
    let mut desk = Desk::start().await;
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.wait_for(&id, |server| server.status == Status::NotSignedIn)
        .await;
    desk.sign_in(&id).await;
}

// rule: D3
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_finds_a_sign_in_is_wanted_changes_the_row_at_once() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.protects = Protects::Calls);
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.wait_for(&id, is_connected).await;
    desk.pending_events();
    let greeting = serde_json::json!({ "name": "Ada" });
    let refusal = desk.engine.call_tool(&id, "1", "greet", greeting).await;
    assert_eq!(refusal.unwrap_err().code(), "sign_in_needed");
    loop {
        if let Event::ServerChanged { server } = desk.event().await
            && server.status == Status::NotSignedIn
        {
            break;
        }
    }
    desk.sign_in(&id).await;
}

// rule: D6
// rule: T5
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_comes_late_says_what_to_ask_for() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.protects = Protects::Calls;
        b.challenge_scope = Some("calls".to_owned());
    });
    let new = new_server(desk.sample.mcp_url().as_str(), AuthKind::None);
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.wait_for(&id, is_connected).await;
    let greeting = serde_json::json!({ "name": "Ada" });
    let refusal = desk.engine.call_tool(&id, "1", "greet", greeting).await;
    assert_eq!(refusal.unwrap_err().code(), "sign_in_needed");
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await.url;
    let page: url::Url = page.as_str().parse().unwrap();
    let scope = page.query_pairs().find(|(name, _)| name == "scope");
    assert_eq!(scope.unwrap().1, "calls offline_access");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_connects_and_a_wrong_one_is_told_as_that() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.require_api_key("key-1234567890");
    let new = NewServer {
        headers: vec![header("X-Api-Key", Some("wrong-key"))],
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::Headers)
    };
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.wait_for(&id, |server| server.status == Status::KeyRefused)
        .await;
    let mend = ServerChange {
        headers: Some(vec![header("x-api-key", Some("key-1234567890"))]),
        ..ServerChange::default()
    };
    let view = desk.engine.change_server(&id, mend).await.unwrap();
    assert_eq!(view.header_names, ["x-api-key"]);
    desk.wait_for(&id, is_connected).await;
    let keep = ServerChange {
        headers: Some(vec![header("X-API-Key", None)]),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, keep).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: D4
#[tokio::test(flavor = "multi_thread")]
async fn headers_for_the_server_never_reach_the_authorization_server() {
    let mut desk = Desk::start().await;
    let new = NewServer {
        headers: vec![header("X-Team", Some("red"))],
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let id = ServerId::from(desk.engine.add_server(new).await.unwrap().id);
    desk.sign_in(&id).await;
    let carriers: Vec<_> = desk
        .sample
        .journal()
        .into_iter()
        .filter(|seen| seen.headers.iter().any(|name| name == "x-team"))
        .collect();
    assert!(!carriers.is_empty());
    assert!(
        carriers
            .iter()
            .all(|seen| seen.peer == drawbridge_testkit::Peer::Mcp)
    );
}

#[rstest::rstest]
#[case("Mcp-Session-Id", Some("x"))]
#[case("Host", Some("x"))]
#[case("bad name", Some("x"))]
#[case("X-Key", Some("two\nlines"))]
#[case("X-Key", Some("  "))]
#[case("X-Key", None)]
#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_cannot_be_sent_is_refused_without_its_value(
    #[case] name: &str,
    #[case] value: Option<&str>,
) {
    let desk = Desk::start().await;
    let new = NewServer {
        headers: vec![header(name, value)],
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::Headers)
    };
    let refusal = desk.engine.add_server(new).await.unwrap_err();
    assert_eq!(refusal.code(), "invalid_header");
    assert!(!refusal.to_string().contains("two"));
}

// rule: D2, N6
#[tokio::test(flavor = "multi_thread")]
async fn one_authorization_header_whatever_is_configured() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let own = ServerChange {
        headers: Some(vec![header("authorization", Some("Bearer my-own-key"))]),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, own).await.unwrap();
    desk.engine.shutdown().await;
    let most = desk
        .sample
        .journal()
        .iter()
        .map(|seen| {
            seen.headers
                .iter()
                .filter(|name| *name == "authorization")
                .count()
        })
        .max();
    assert_eq!(most, Some(1));
}
