//! The door of the MCP server.

use drawbridge_testkit::{
    Sample,
    mcp::{Challenge, Protects, ResourceMetadataAt},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{Client, error};

async fn get(client: &Client, path: &str) -> reqwest::Response {
    client
        .http
        .get(client.mcp.clone().join(path).unwrap())
        .send()
        .await
        .unwrap()
}

fn challenges(answer: &reqwest::Response) -> Vec<String> {
    let lines = answer.headers().get_all("www-authenticate").iter();
    lines
        .map(|line| line.to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_challenge_leads_to_the_metadata_and_that_to_the_issuer() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let lines = challenges(&client.initialize(None).await);
    let place = format!(
        "{}.well-known/oauth-protected-resource/mcp",
        sample.mcp_url().join("/").unwrap()
    );
    assert_eq!(
        lines,
        [format!(
            "Bearer scope=\"tools\", resource_metadata=\"{place}\""
        )]
    );
    let document: Value = get(&client, &place).await.json().await.unwrap();
    assert_eq!(document["resource"], sample.mcp_url().as_str());
    assert_eq!(document["authorization_servers"], json!([sample.issuer()]));
    assert_eq!(
        get(&client, "/.well-known/oauth-protected-resource")
            .await
            .status(),
        404
    );
}

#[rstest]
#[case(Challenge::None, &[])]
#[case(Challenge::BareBearer, &["Bearer"])]
#[case(Challenge::NegotiateOnly, &["Negotiate"])]
#[case(Challenge::NegotiateFirst, &["Negotiate", "Bearer scope=\"tools\""])]
#[case(Challenge::OneLine, &["Negotiate dGVzdA==, Basic realm=\"a, b\", Bearer scope=\"tools\""])]
#[tokio::test]
async fn a_refusal_can_be_told_in_many_ways(#[case] how: Challenge, #[case] lines: &[&str]) {
    let sample = Sample::start().await;
    sample.mcp.behave(|b| {
        b.challenge = how;
        b.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let client = Client::register(&sample).await;
    let answer = client.initialize(None).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(challenges(&answer), lines);
}

#[tokio::test]
async fn a_token_for_another_resource_is_refused() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let other = ("resource", "http://127.0.0.1:1/mcp");
    let url = client.authorization_url(&[other]);
    let callback = drawbridge_testkit::Person::ada()
        .follow(&url)
        .await
        .unwrap();
    let code = crate::client::param(&callback, "code").unwrap();
    let answer: Value = client.exchange(&code, &[other]).await.json().await.unwrap();
    let token = answer["access_token"].as_str();
    assert_eq!(client.initialize(token).await.status(), 401);
}

#[tokio::test]
async fn every_fresh_token_can_be_refused() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    sample.mcp.behave(|b| b.refuses_tokens = true);
    let answer = client.initialize(Some(&tokens.access)).await;
    assert!(challenges(&answer)[0].starts_with("Bearer error=\"invalid_token\""));
    assert_eq!(error(answer).await, (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn the_admin_report_wants_a_wider_scope() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    let call = json!({ "name": "admin_report" });
    let answer = client
        .rpc("tools/call", &call, Some(&tokens.access), None)
        .await;
    assert!(
        challenges(&answer)[0].starts_with("Bearer error=\"insufficient_scope\", scope=\"admin\"")
    );
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn the_handshake_can_be_open_and_the_tools_closed() {
    let sample = Sample::start().await;
    sample.mcp.behave(|b| b.protects = Protects::Tools);
    let client = Client::register(&sample).await;
    assert_eq!(client.initialize(None).await.status(), 200);
    assert_eq!(
        client
            .rpc("tools/list", &json!({}), None, None)
            .await
            .status(),
        401
    );
}

#[tokio::test]
async fn an_api_key_opens_the_door_and_counts_as_a_secret() {
    let sample = Sample::start().await;
    sample.mcp.require_api_key("key-0123456789");
    let client = Client::register(&sample).await;
    assert_eq!(client.initialize(None).await.status(), 401);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "tester", "version": "1" } } });
    let request = client
        .http
        .post(sample.mcp_url())
        .header("x-api-key", "key-0123456789");
    let request = request
        .header("accept", "application/json, text/event-stream")
        .json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert!(sample.auth.secrets().contains(&"key-0123456789".to_owned()));
}
