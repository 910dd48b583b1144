use insta::assert_snapshot;
use rstest::rstest;

use super::*;
use crate::wire::{Wire, answer, http, texts};
use crate::{AuthMethod, ClientId, ClientSecret};

const JSON: &str = "application/json";

async fn hand_back(wire: &Wire, method: AuthMethod) -> Result<(), Error> {
    let (id, secret) = (ClientId::new("c1"), ClientSecret::new("s1"));
    let client = ClientAuth {
        client_id: &id,
        secret: Some(&secret),
        method,
    };
    let token = RefreshToken::new("hunter2");
    revoke(
        &http(),
        &wire.metadata(),
        client,
        Revocable::Refresh(&token),
    )
    .await
}

// rule: G11
#[rstest]
#[case::public(AuthMethod::None, None, None)]
#[case::basic(AuthMethod::ClientSecretBasic, Some("Basic YzE6czE="), None)]
#[case::post(AuthMethod::ClientSecretPost, None, Some("s1"))]
#[tokio::test]
async fn the_client_proves_itself_as_it_is_registered(
    #[case] method: AuthMethod,
    #[case] header: Option<&str>,
    #[case] field: Option<&str>,
) {
    let wire = Wire::new(|_, _| answer(200, JSON, "")).await;
    hand_back(&wire, method).await.unwrap();
    let seen = wire.only();
    assert_eq!(seen.target, "/revoke");
    assert_eq!(seen.field("token").as_deref(), Some("hunter2"));
    assert_eq!(
        seen.field("token_type_hint").as_deref(),
        Some("refresh_token")
    );
    assert_eq!(seen.field("client_secret").as_deref(), field);
    assert_eq!(
        seen.headers
            .get("authorization")
            .map(|value| value.to_str().unwrap()),
        header
    );
}

// rule: G11
#[rstest]
#[case::nothing_to_say(204, "")]
#[case::a_page(200, "<html>")]
#[case::not_this_type(400, r#"{"error":"unsupported_token_type"}"#)]
#[case::gone_already(400, r#"{"error":"invalid_token"}"#)]
#[tokio::test]
async fn a_token_that_is_gone_or_cannot_go_is_no_failure(
    #[case] status: u16,
    #[case] body: &'static str,
) {
    let wire = Wire::new(move |_, _| answer(status, JSON, body)).await;
    hand_back(&wire, AuthMethod::None).await.unwrap();
}

// rule: G11
#[tokio::test]
async fn a_refusal_is_told_without_the_token() {
    let body = r#"{"error":"invalid_client","error_description":"no hunter2 for you"}"#;
    let wire = Wire::new(move |_, _| answer(401, JSON, body)).await;
    let error = hand_back(&wire, AuthMethod::None).await.unwrap_err();
    assert_snapshot!(error, @"The authorization server refused: no <redacted> for you");
    assert!(!texts(&error).contains("hunter2"));
}

// rule: G11
#[tokio::test]
async fn a_server_that_cannot_revoke_is_told_as_such() {
    let wire = Wire::new(|_, _| answer(200, JSON, "")).await;
    let server = ServerMetadata {
        revocation_endpoint: None,
        ..wire.metadata()
    };
    let id = ClientId::new("c1");
    let token = AccessToken::new("hunter2");
    let client = crate::wire::public(&id);
    let error = revoke(&http(), &server, client, Revocable::Access(&token))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "no_revocation");
}

// rule: N4
#[tokio::test]
async fn a_token_is_not_handed_back_in_the_clear() {
    let wire = Wire::new(|_, _| answer(200, JSON, "")).await;
    let endpoint = "http://as.example/revoke".parse().unwrap();
    let server = ServerMetadata {
        revocation_endpoint: Some(endpoint),
        ..wire.metadata()
    };
    let id = ClientId::new("c1");
    let token = AccessToken::new("hunter2");
    let client = crate::wire::public(&id);
    let error = revoke(&http(), &server, client, Revocable::Access(&token))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "insecure_endpoint");
}
