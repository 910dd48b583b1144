//! The life of a grant.

use std::time::Duration;

use drawbridge_testkit::{
    Person, Sample,
    auth::{ExpiresIn, RefreshTokens},
};
use serde_json::Value;

use crate::client::{Client, Tokens, error, param};

#[tokio::test]
async fn a_refresh_token_changes_at_each_use() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let first = client.sign_in().await;
    let second = Tokens::from(
        client
            .refresh(&first.refresh, &[])
            .await
            .json::<Value>()
            .await
            .unwrap(),
    );
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(client.initialize(Some(&second.access)).await.status(), 200);
    assert_eq!(client.refresh(&second.refresh, &[]).await.status(), 200);
    assert_eq!(sample.auth.counters().refreshes, 2);
}

#[tokio::test]
async fn an_old_refresh_token_ends_the_whole_family_and_is_counted() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let first = client.sign_in().await;
    let second = Tokens::from(
        client
            .refresh(&first.refresh, &[])
            .await
            .json::<Value>()
            .await
            .unwrap(),
    );
    let reuse = client.refresh(&first.refresh, &[]).await;
    assert_eq!(error(reuse).await, (400, "invalid_grant".to_owned()));
    assert_eq!(sample.auth.counters().refresh_reuses, 1);
    assert_eq!(client.initialize(Some(&second.access)).await.status(), 401);
    let (_, told) = error(client.refresh(&second.refresh, &[]).await).await;
    assert_eq!(told, "invalid_grant");
    assert_eq!(sample.auth.live_grants(), 0);
}

#[tokio::test]
async fn a_refresh_must_name_the_same_resource_and_no_more_scopes() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    for (change, refused) in [
        (("resource", ""), "invalid_target"),
        (("resource", "http://127.0.0.1/mcp"), "invalid_target"),
        (("scope", "tools admin"), "invalid_scope"),
        (("client_id", "client_nobody"), "invalid_client"),
    ] {
        assert_eq!(
            error(client.refresh(&tokens.refresh, &[change]).await)
                .await
                .1,
            refused
        );
    }
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn access_tokens_can_expire_early_and_the_grant_lives_on() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    sample.auth.expire_access_tokens();
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 401);
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_the_grant_and_an_access_token_only_itself() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    assert_eq!(client.revoke(&tokens.access).await.status(), 200);
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 401);
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
    assert_eq!(client.revoke(&tokens.refresh).await.status(), 200);
    assert_eq!(sample.auth.live_grants(), 0);
    assert_eq!(sample.auth.counters().revocations, 2);
}

#[tokio::test]
async fn a_stranger_cannot_revoke_somebody_elses_token() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let stranger = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    assert_eq!(stranger.revoke(&tokens.refresh).await.status(), 200);
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn revoked_grants_are_dead_at_both_servers() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    sample.auth.revoke_grants();
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 401);
    assert_eq!(
        error(client.refresh(&tokens.refresh, &[]).await).await.1,
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_refresh_token_can_depend_on_offline_access() {
    let sample = Sample::start().await;
    sample
        .auth
        .behave(|b| b.refresh_tokens = RefreshTokens::OnRequest);
    let client = Client::register(&sample).await;
    assert_eq!(client.sign_in().await.refresh, "");
    let url = client.authorization_url(&[("scope", "tools offline_access")]);
    let callback = Person::ada().follow(&url).await.unwrap();
    let code = param(&callback, "code").unwrap();
    let tokens = Tokens::from(
        client
            .exchange(&code, &[])
            .await
            .json::<Value>()
            .await
            .unwrap(),
    );
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn answers_can_leave_out_the_refresh_token_and_the_expiry() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    sample.auth.behave(|b| {
        b.refresh_tokens = RefreshTokens::None;
        b.expires_in = ExpiresIn::Missing;
    });
    let code = client.code().await;
    let bare: Value = client.exchange(&code, &[]).await.json().await.unwrap();
    assert!(bare.get("refresh_token").is_none() && bare.get("expires_in").is_none());

    sample.auth.behave(|b| {
        b.refresh_tokens = RefreshTokens::Lasting;
        b.expires_in = ExpiresIn::Stated(-5);
    });
    let tokens = client.sign_in().await;
    let again: Value = client
        .refresh(&tokens.refresh, &[])
        .await
        .json()
        .await
        .unwrap();
    assert!(again.get("refresh_token").is_none());
    assert_eq!(again["expires_in"], -5);
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn tokens_in_use_can_be_ended_without_those_that_nobody_has_shown() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let (used, unused) = (client.sign_in().await, client.sign_in().await);
    assert_eq!(client.initialize(Some(&used.access)).await.status(), 200);
    let ended = |time| sample.auth.expire_access_tokens_in_use_for(time);
    assert_eq!(ended(Duration::from_hours(1)), 0);
    assert_eq!(ended(Duration::ZERO), 1);
    assert_eq!(client.initialize(Some(&used.access)).await.status(), 401);
    assert_eq!(client.initialize(Some(&unused.access)).await.status(), 200);
}
