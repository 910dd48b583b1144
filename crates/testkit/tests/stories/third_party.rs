//! The servers of other houses work as we believe they do.

use drawbridge_testkit::{
    Person,
    third_party::{Sdk, ThirdParty},
};
use rstest::rstest;
use serde_json::Value;

use crate::client::{Client, REDIRECT, STATE, Tokens, error, param};

#[rstest]
#[case::for_typescript(Sdk::TypeScript)]
#[case::for_python(Sdk::Python)]
#[tokio::test]
async fn the_whole_path_against_oidc_provider_and_the_official_sdk(#[case] sdk: Sdk) {
    let third = ThirdParty::start(sdk).await.unwrap();
    let client = Client::register_at(third.mcp_url(), third.issuer(), "reg").await;
    assert_eq!(client.initialize(None).await.status(), 401);

    let offline = [("scope", "tools offline_access"), ("prompt", "consent")];
    let url = client.authorization_url_at("auth", &offline);
    let refusal = Person::ada().deny().follow(&url).await.unwrap();
    assert_eq!(param(&refusal, "error").unwrap(), "access_denied");
    let callback = third.person_follow(&url).await.unwrap();
    assert!(callback.starts_with(&format!("{REDIRECT}?")));
    assert_eq!(param(&callback, "state").unwrap(), STATE);
    assert_eq!(param(&callback, "iss").unwrap(), third.issuer());

    let code = param(&callback, "code").unwrap();
    let first: Value = client.exchange(&code, &[]).await.json().await.unwrap();
    let first = Tokens::from(first);
    assert_eq!(client.initialize(Some(&first.access)).await.status(), 200);

    third.expire_access_tokens().await.unwrap();
    assert_eq!(client.initialize(Some(&first.access)).await.status(), 401);
    let second: Value = client
        .refresh(&first.refresh, &[])
        .await
        .json()
        .await
        .unwrap();
    let second = Tokens::from(second);
    assert_eq!(client.initialize(Some(&second.access)).await.status(), 200);
    let reuse = client.refresh(&first.refresh, &[]).await;
    assert_eq!(error(reuse).await, (400, "invalid_grant".to_owned()));
    assert_eq!(client.initialize(Some(&second.access)).await.status(), 401);

    let counters = third.counters().await.unwrap();
    assert_eq!(
        (
            counters.registrations,
            counters.token_exchanges,
            counters.refreshes
        ),
        (1, 1, 1)
    );
    let secrets = third.secrets().await.unwrap();
    for secret in [&code, &first.access, &first.refresh, &second.refresh] {
        assert!(secrets.contains(secret));
    }
}

#[tokio::test]
async fn grants_can_be_revoked_at_the_third_party_and_lives_shortened() {
    let third = ThirdParty::start(Sdk::TypeScript).await.unwrap();
    third.access_token_seconds(77).await.unwrap();
    let client = Client::register_at(third.mcp_url(), third.issuer(), "reg").await;
    let offline = [("scope", "tools offline_access"), ("prompt", "consent")];
    let url = client.authorization_url_at("auth", &offline);
    let code = param(&third.person_follow(&url).await.unwrap(), "code").unwrap();
    let answer: Value = client.exchange(&code, &[]).await.json().await.unwrap();
    assert_eq!(answer["expires_in"], 77);
    let tokens = Tokens::from(answer);
    third.revoke_grants().await.unwrap();
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 401);
    assert_eq!(
        error(client.refresh(&tokens.refresh, &[]).await).await.1,
        "invalid_grant"
    );
}
