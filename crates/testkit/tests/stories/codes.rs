//! The authorization request and its code.

use drawbridge_testkit::{Person, PersonError, Sample};
use rstest::rstest;

use crate::client::{Client, REDIRECT, STATE, error, param};

#[tokio::test]
async fn a_sign_in_gives_a_token_that_opens_the_door() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    assert_eq!(client.initialize(None).await.status(), 401);
    let tokens = client.sign_in().await;
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 200);
    assert_eq!(sample.auth.live_grants(), 1);
}

#[tokio::test]
async fn the_callback_is_the_registered_uri_with_state_and_issuer() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let callback = Person::ada()
        .follow(&client.authorization_url(&[]))
        .await
        .unwrap();
    assert!(callback.starts_with(&format!("{REDIRECT}?")));
    assert_eq!(param(&callback, "state").unwrap(), STATE);
    assert_eq!(param(&callback, "iss").unwrap(), sample.issuer());
}

#[tokio::test]
async fn a_no_comes_back_as_access_denied() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let callback = Person::ada()
        .deny()
        .follow(&client.authorization_url(&[]))
        .await
        .unwrap();
    assert_eq!(param(&callback, "error").unwrap(), "access_denied");
    assert_eq!(param(&callback, "state").unwrap(), STATE);
    assert_eq!(param(&callback, "code"), None);
}

#[rstest]
#[case::another_verifier(("code_verifier", "another-verifier-of-forty-three-characters-0"), "invalid_grant")]
#[case::no_verifier(("code_verifier", ""), "invalid_request")]
#[case::another_redirect(("redirect_uri", "http://127.0.0.1/"), "invalid_grant")]
#[case::another_resource(("resource", "http://127.0.0.1/other"), "invalid_target")]
#[case::no_resource(("resource", ""), "invalid_target")]
#[case::unknown_client(("client_id", "client_nobody"), "invalid_client")]
#[case::another_grant_type(("grant_type", "password"), "unsupported_grant_type")]
#[tokio::test]
async fn a_code_is_worth_nothing_with(#[case] change: (&str, &str), #[case] refused: &str) {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let code = client.code().await;
    let (_, told) = error(client.exchange(&code, &[change]).await).await;
    assert_eq!(told, refused);
    assert_eq!(sample.auth.counters().token_exchanges, 0);
}

#[tokio::test]
async fn a_code_works_once_and_its_second_use_ends_the_grant() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let code = client.code().await;
    let first: serde_json::Value = client.exchange(&code, &[]).await.json().await.unwrap();
    let access = first["access_token"].as_str().unwrap();
    assert_eq!(client.initialize(Some(access)).await.status(), 200);
    assert_eq!(
        error(client.exchange(&code, &[]).await).await,
        (400, "invalid_grant".to_owned())
    );
    assert_eq!(client.initialize(Some(access)).await.status(), 401);
}

#[rstest]
#[case::unknown_redirect(("redirect_uri", "dev.drawbridge.desktop:/oauth/callback/"))]
#[case::unknown_client(("client_id", "client_nobody"))]
#[tokio::test]
async fn nobody_is_sent_anywhere_for(#[case] change: (&str, &str)) {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let walk = Person::ada()
        .follow(&client.authorization_url(&[change]))
        .await;
    assert!(matches!(walk, Err(PersonError::Page { status: 400, .. })));
}

#[rstest]
#[case::plain_pkce(("code_challenge_method", "plain"), "invalid_request")]
#[case::no_pkce(("code_challenge", ""), "invalid_request")]
#[case::unknown_scope(("scope", "tools everything"), "invalid_scope")]
#[case::implicit(("response_type", "token"), "unsupported_response_type")]
#[tokio::test]
async fn an_authorization_is_refused_for(#[case] change: (&str, &str), #[case] refused: &str) {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let callback = Person::ada()
        .follow(&client.authorization_url(&[change]))
        .await
        .unwrap();
    assert_eq!(param(&callback, "error").unwrap(), refused);
}

#[tokio::test]
async fn strangers_do_not_get_past_the_login_page() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let page = client
        .http
        .get(client.authorization_url(&[]))
        .send()
        .await
        .unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(!policy.contains("form-action") && policy.contains("default-src 'none'"));
    let page = page.text().await.unwrap();
    let request = page.split_once("name=\"request\" value=\"").unwrap().1;
    let request = request.split_once('"').unwrap().0;
    let post = async |path: &str, form: &[(&str, &str)]| {
        let url = format!("{}{path}", sample.issuer());
        client
            .http
            .post(url)
            .form(form)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let bob = post(
        "/login",
        &[("request", request), ("user", "bob"), ("password", "x")],
    )
    .await;
    assert!(bob.contains("Nobody of that name"));
    let hasty = post("/consent", &[("request", request), ("decision", "allow")]).await;
    assert!(hasty.contains("Cannot go on"));
}
