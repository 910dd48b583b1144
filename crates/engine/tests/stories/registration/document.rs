//! A document that says who the client is.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{Preferences, ServerChange, SignInOptions};
use drawbridge_testkit::{Person, Sample};
use serde_json::{Value, json};
use url::Url;

use super::{DEEP_LINK, add_with_client, change, move_to};
use crate::desk::{Desk, is_connected};

const PUBLISHED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/client-metadata.json"
));

fn published() -> Value {
    serde_json::from_str(PUBLISHED).unwrap()
}

// rule: R1
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_goes_before_a_document_and_a_document_before_registering() {
    let mut desk = Desk::start().await;
    let document = published();
    desk.sample.auth.publish_client_document(&document);
    let url = document["client_id"].as_str().unwrap().to_owned();
    let preferences = Preferences {
        client_metadata_url: Some(url.clone()),
        ..Preferences::default()
    };
    desk.engine.set_preferences(preferences).await.unwrap();
    let (client, _) = desk.sample.auth.add_client(DEEP_LINK, "none");
    let id = add_with_client(&desk, &client, None).await;
    let sent = |desk: &Desk| {
        let journal = desk.sample.journal();
        let token = journal.iter().rev().find(|seen| seen.path == "/token");
        token.unwrap().params["client_id"].clone()
    };
    desk.sign_in(&id).await;
    assert_eq!(sent(&desk), client);

    let without = ServerChange {
        sign_in: Some(SignInOptions::default()),
        ..ServerChange::default()
    };
    change(&desk, &id, without.clone()).await;
    desk.sign_in(&id).await;
    assert_eq!(sent(&desk), url);
    assert_eq!(desk.sample.auth.counters().registrations, 0);

    desk.engine
        .set_preferences(Preferences::default())
        .await
        .unwrap();
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 1);
}

/// A server whose client is the one that this document describes.
async fn add_with(desk: &Desk, document: &Value) -> ServerId {
    let id = desk.add().await;
    let options = SignInOptions {
        client_metadata_url: Some(document["client_id"].as_str().unwrap().to_owned()),
        ..SignInOptions::default()
    };
    let with_document = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    change(desk, &id, with_document).await;
    id
}

// rule: R1, R9
#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_used_with_a_loopback_redirect_of_any_port() {
    let mut desk = Desk::at_a_terminal().await;
    let document = published();
    desk.sample.auth.publish_client_document(&document);
    let id = add_with(&desk, &document).await;
    for _ in 0..2 {
        desk.engine.sign_in_again(&id).await.unwrap();
        let prompt = desk.screen.prompt().await;
        assert!(prompt.redirect.as_str().starts_with("http://127.0.0.1:"));
        let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
        desk.engine.receive_callback(&callback).await.unwrap();
        desk.wait_for(&id, is_connected).await;
    }
    assert_eq!(desk.sample.auth.counters().registrations, 0);
    assert_eq!(
        desk.stored::<i64>("SELECT COUNT(*) FROM registration")
            .await,
        1
    );
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_a_client_of_its_own_at_each_issuer() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let document = published();
    for sample in [&desk.sample, &other] {
        sample.auth.publish_client_document(&document);
    }
    let id = add_with(&desk, &document).await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    move_to(&desk, &other);
    desk.engine.connect(&id).await.unwrap();
    desk.screen.prompt().await;
    let issuers = "SELECT COUNT(DISTINCT issuer) FROM registration";
    assert_eq!(desk.stored::<i64>(issuers).await, 2);
}

// rule: R1
#[rstest::rstest]
#[case::it_reads_no_documents(json!({"client_id_metadata_document_supported": null}))]
#[case::it_wants_a_secret(json!({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}))]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_that_takes_the_document_drawbridge_registers(#[case] patch: Value) {
    let mut desk = Desk::start().await;
    let document = published();
    desk.sample.auth.publish_client_document(&document);
    desk.sample.auth.behave(|auth| {
        auth.metadata_patch
            .extend(patch.as_object().unwrap().clone());
    });
    let preferences = Preferences {
        client_metadata_url: Some(document["client_id"].as_str().unwrap().to_owned()),
        ..Preferences::default()
    };
    desk.engine.set_preferences(preferences).await.unwrap();
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 1);
}

// rule: R1
#[rstest::rstest]
#[case("http://example.com/client.json")]
#[case("https://example.com")]
#[case("https://example.com/")]
#[case("https://example.com/a/../client.json")]
#[case("https://example.com/client.json#me")]
#[case("https://ada@example.com/client.json")]
#[case("client.json")]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_can_be_no_document_is_refused_as_it_is_typed(#[case] url: &str) {
    let desk = Desk::start().await;
    let preferences = Preferences {
        client_metadata_url: Some(url.to_owned()),
        ..Preferences::default()
    };
    let refused = desk.engine.set_preferences(preferences).await.unwrap_err();
    assert_eq!(refused.code(), "invalid_option");
    assert_eq!(desk.engine.preferences(), Preferences::default());
    let id = desk.add().await;
    let options = SignInOptions {
        client_metadata_url: Some(url.to_owned()),
        ..SignInOptions::default()
    };
    let typed = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    let refused = desk.engine.change_server(&id, typed).await.unwrap_err();
    assert_eq!(refused.code(), "invalid_option");
}

// rule: R9
#[test]
fn the_published_document_names_loopback_redirects_alone_and_its_own_address() {
    let document = published();
    let address = Url::parse(document["client_id"].as_str().unwrap()).unwrap();
    assert_eq!(address.scheme(), "https");
    assert!(address.path().ends_with("/client-metadata.json"));
    let redirects = document["redirect_uris"].as_array().unwrap();
    let redirects: Vec<_> = redirects.iter().map(|uri| uri.as_str().unwrap()).collect();
    assert_eq!(
        redirects,
        ["http://127.0.0.1/callback", "http://localhost/callback"]
    );
    assert_eq!(document["client_name"], "Drawbridge");
    assert_eq!(document["token_endpoint_auth_method"], "none");
    assert_eq!(document["application_type"], "native");
    assert_eq!(
        document["grant_types"],
        json!(["authorization_code", "refresh_token"])
    );
    assert_eq!(document["response_types"], json!(["code"]));
    assert!(document.get("client_secret").is_none());
}
