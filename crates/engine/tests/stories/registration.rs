//! Who Drawbridge is at an authorization server, and what it does where nobody wants to know it.

use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, NewServer, Preferences, RedirectPin, SecretChange, ServerChange, ServerView,
    SignInOptions, Status, Surface,
};
use drawbridge_testkit::{Canned, Person, PersonError, Sample};
use serde_json::{Value, json};
use url::Url;

use crate::desk::{Desk, FrontEnd, error_code, is_connected};

const DEEP_LINK: &str = "dev.drawbridge.desktop:/oauth/callback";
const PUBLISHED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/client-metadata.json"
));

fn published() -> Value {
    serde_json::from_str(PUBLISHED).unwrap()
}

/// Adds the sample server with a client that was registered by hand.
async fn add_with_client(desk: &Desk, id: &str, secret: Option<String>) -> ServerId {
    let server = NewServer {
        sign_in: SignInOptions {
            client_id: Some(id.to_owned()),
            ..SignInOptions::default()
        },
        client_secret: secret.map_or(SecretChange::Keep, SecretChange::Set),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    ServerId::from(desk.engine.add_server(server).await.unwrap().id)
}

async fn change(desk: &Desk, id: &ServerId, change: ServerChange) -> ServerView {
    desk.engine.change_server(id, change).await.unwrap()
}

/// Presses Connect and waits until it is told why not.
async fn refusal(desk: &mut Desk, id: &ServerId) -> (String, String, String) {
    desk.engine.connect(id).await.unwrap();
    let view = desk.wait_for(id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    (error.code, error.message, error.remedy.unwrap_or_default())
}

/// Puts what changes with every run out of a text.
fn settled(desk: &Desk, text: &str) -> String {
    text.replace(&desk.sample.issuer(), "<issuer>")
}

// rule: R1, T6
#[rstest::rstest]
#[case::basic(&["client_secret_post", "client_secret_basic"], "client_secret_basic")]
#[case::post(&["client_secret_post"], "client_secret_post")]
#[case::nothing_listed(&[], "client_secret_basic")]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_is_used_with_its_secret_and_nothing_is_registered(
    #[case] listed: &[&str],
    #[case] method: &str,
) {
    let mut desk = Desk::start().await;
    let listed = (!listed.is_empty()).then(|| listed.iter().map(|&name| name.to_owned()).collect());
    desk.sample
        .auth
        .behave(|auth| auth.token_auth_methods = listed);
    let (client, secret) = desk.sample.auth.add_client(DEEP_LINK, method);
    let id = add_with_client(&desk, &client, secret).await;
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 0);
    assert!(!desk.wire().contains("/register"));
    // And at the refresh after a restart.
    desk.sample.auth.expire_access_tokens();
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    let kind: String = desk.stored("SELECT kind FROM registration").await;
    assert_eq!(kind, "pre_registered");
}

// rule: R1
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_without_a_secret_is_public() {
    let mut desk = Desk::start().await;
    let (client, _) = desk.sample.auth.add_client(DEEP_LINK, "none");
    let id = add_with_client(&desk, &client, None).await;
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 0);
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

// rule: R1, R9
#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_used_with_a_loopback_redirect_of_any_port() {
    let mut desk = Desk::at_a_terminal().await;
    let document = published();
    desk.sample.auth.publish_client_document(&document);
    let id = desk.add().await;
    let options = SignInOptions {
        client_metadata_url: Some(document["client_id"].as_str().unwrap().to_owned()),
        ..SignInOptions::default()
    };
    let with_document = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    change(&desk, &id, with_document).await;
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

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_is_never_shown_to_another_issuer() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let (client, secret) = desk
        .sample
        .auth
        .add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &client, secret.clone()).await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    let elsewhere = vec![other.issuer()];
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(elsewhere));
    let (code, message, remedy) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_of_another_issuer");
    assert!(message.contains(&desk.sample.issuer()), "{message}");
    assert!(message.contains(&other.issuer()), "{message}");
    assert!(remedy.contains("client id"), "{remedy}");
    assert!(desk.screen.is_quiet() && !remedy.contains(secret.as_deref().unwrap()));

    // Typed in anew for the new issuer, it is that one's.
    let (moved, secret) = other.auth.add_client(DEEP_LINK, "client_secret_post");
    let options = SignInOptions {
        client_id: Some(moved.clone()),
        ..SignInOptions::default()
    };
    let typed = ServerChange {
        sign_in: Some(options),
        client_secret: SecretChange::Set(secret.unwrap()),
        ..ServerChange::default()
    };
    change(&desk, &id, typed).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert!(prompt.url.as_str().contains(&moved));
    assert!(prompt.url.as_str().starts_with(&other.issuer()));
}

// rule: R2, R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_stays_bound_when_its_own_server_refuses_it() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let (client, _) = desk
        .sample
        .auth
        .add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &client, Some("mistyped".to_owned())).await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("invalid_client"));
    let elsewhere = vec![other.issuer()];
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(elsewhere));
    desk.engine.connect(&id).await.unwrap();
    let told = |server: &ServerView| error_code(server) == Some("client_of_another_issuer");
    desk.wait_for(&id, told).await;
}

// rule: R1, G10
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_replaced_kept_when_left_out_and_forgotten_when_cleared() {
    let mut desk = Desk::start().await;
    let auth = desk.sample.auth.clone();
    let (first, first_secret) = auth.add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &first, first_secret).await;
    desk.sign_in(&id).await;

    // Left out: a change of something else keeps it, and the grant.
    let renamed = ServerChange {
        name: Some("Another name".to_owned()),
        ..ServerChange::default()
    };
    assert!(change(&desk, &id, renamed).await.has_client_secret);
    assert_eq!(auth.live_grants(), 1);

    // Replaced, with the id: the old grant ends, and the new client is used.
    let (second, second_secret) = auth.add_client(DEEP_LINK, "client_secret_basic");
    let options = SignInOptions {
        client_id: Some(second.clone()),
        ..SignInOptions::default()
    };
    let replaced = ServerChange {
        sign_in: Some(options.clone()),
        client_secret: SecretChange::Set(second_secret.unwrap()),
        ..ServerChange::default()
    };
    assert_eq!(
        change(&desk, &id, replaced).await.status,
        Status::NotSignedIn
    );
    desk.sign_in(&id).await;

    // Cleared: the client is public now, which this server does not like.
    let cleared = ServerChange {
        client_secret: SecretChange::Clear,
        ..ServerChange::default()
    };
    let view = change(&desk, &id, cleared).await;
    assert!(!view.has_client_secret);
    assert_eq!(view.status, Status::NotSignedIn);
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("invalid_client"));
    assert_eq!(auth.counters().registrations, 0);
}

// rule: R1, R7
// rule: Q-GitHub
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_registration_is_told_with_the_redirect_to_register() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|auth| {
        auth.metadata_patch
            .insert("registration_endpoint".to_owned(), Value::Null);
    });
    let id = desk.add().await;
    let (code, message, remedy) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_id_needed");
    insta::assert_snapshot!(settled(&desk, &message), @"The authorization server <issuer> does not let apps register themselves.");
    insta::assert_snapshot!(remedy, @"Register an app with the provider, with the redirect URI dev.drawbridge.desktop:/oauth/callback, and enter its client id in the settings. If the provider gives out access tokens, choose Headers instead.");

    // What was shown works.
    let (client, secret) = desk.sample.auth.add_client(DEEP_LINK, "client_secret_post");
    let options = SignInOptions {
        client_id: Some(client),
        ..SignInOptions::default()
    };
    let typed = ServerChange {
        sign_in: Some(options),
        client_secret: SecretChange::Set(secret.unwrap()),
        ..ServerChange::default()
    };
    desk.sample
        .auth
        .behave(|auth| auth.token_auth_methods = Some(vec!["client_secret_post".to_owned()]));
    // The metadata may be remembered for a while.
    desk.restart().await;
    change(&desk, &id, typed).await;
    desk.sign_in(&id).await;
}

// rule: R7, T8
// rule: Q-Figma
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_admits_only_some_names_is_told_in_its_words() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|auth| {
        let forbidden = Canned::new(
            403,
            "text/plain",
            "Forbidden: this client is not on the list",
        );
        auth.registration_answers.push_back(forbidden);
    });
    let id = desk.add().await;
    let (code, message, remedy) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_id_needed");
    insta::assert_snapshot!(settled(&desk, &message), @"The authorization server <issuer> refused to register Drawbridge: Forbidden: this client is not on the list.");
    insta::assert_snapshot!(remedy, @"The provider admits only apps that it knows: register one with it, with the redirect URI dev.drawbridge.desktop:/oauth/callback, and enter its client id in the settings.");
    // The ladder is for redirects: a name is not admitted with another of them.
    assert_eq!(desk.wire().matches("POST /register").count(), 1);
}

// rule: R4
// rule: Q-Figma
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_comes_with_none_is_kept_and_not_sent() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|auth| auth.registration_always_has_secret = true);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let sealed: Option<Vec<u8>> = desk.stored("SELECT secret FROM registration").await;
    assert!(sealed.is_some());
}

// rule: R4
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_whose_secret_has_ended_is_made_anew() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|auth| {
        auth.registered_auth_method = Some("client_secret_post".to_owned());
        auth.client_secret_lifetime = Some(Duration::from_hours(1));
    });
    let id = desk.add().await;
    for registrations in [1, 1, 2] {
        desk.sign_in(&id).await;
        assert_eq!(desk.sample.auth.counters().registrations, registrations);
        desk.engine.sign_out(&id).await.unwrap();
        desk.clock.advance(45 * 60);
    }
}

// rule: R7
// rule: Q-Supabase
#[rstest::rstest]
#[case::json_422(Canned::json(422, &json!({"message": "Unrecognized client_id"})))]
#[case::html(Canned::new(400, "text/html", "<h1>Unknown client</h1>"))]
#[case::unauthorized_client(Canned::oauth_error(400, "unauthorized_client"))]
#[case::invalid_client(Canned::oauth_error(401, "invalid_client"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_the_token_endpoint_forgot_is_registered_anew_at_the_next_connect(
    #[case] answer: Canned,
) {
    let mut desk = Desk::start().await;
    let bystander = desk.add().await;
    desk.sign_in(&bystander).await;
    desk.engine.sign_out(&bystander).await.unwrap();
    desk.engine.connect(&bystander).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.sample.auth.forget_clients();
    desk.sample
        .auth
        .behave(|auth| auth.stranger_answer = Some(answer));
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk
        .wait_for(&bystander, |server| server.error.is_some())
        .await;
    assert_eq!(error_code(&view), Some("invalid_client"));
    assert_eq!(
        desk.stored::<i64>("SELECT COUNT(*) FROM registration")
            .await,
        0
    );
    desk.sign_in(&bystander).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: R7
#[tokio::test(flavor = "multi_thread")]
async fn the_registration_of_another_server_stays_when_one_is_refused() {
    let mut desk = Desk::start().await;
    let first = desk.add().await;
    desk.sign_in(&first).await;
    let second = NewServer {
        same_url: true,
        name: Some("The same once more".to_owned()),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let second = ServerId::from(desk.engine.add_server(second).await.unwrap().id);
    desk.sample.auth.behave(|auth| {
        // Twice: a registration made a moment ago is tried with another method first.
        let refusal = Canned::oauth_error(401, "invalid_client");
        auth.token_answers.extend([refusal.clone(), refusal]);
    });
    desk.come_back(&second, Person::ada()).await;
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&second, |server| server.error.is_some())
        .await;
    let kept: String = desk.stored("SELECT server FROM registration").await;
    assert_eq!(kept, first.as_str());
}

// rule: R8
// rule: Q-Supabase
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_know_drawbridge_any_more_is_mended_by_registering_again() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.sample.auth.forget_clients();
    let stranger = Canned::json(422, &json!({"message": "Unrecognized client_id"}));
    desk.sample
        .auth
        .behave(|auth| auth.stranger_answer = Some(stranger));
    desk.engine.connect(&id).await.unwrap();
    let lost = desk.screen.prompt().await;
    let error = Person::ada().follow(lost.url.as_str()).await.unwrap_err();
    assert!(matches!(error, PersonError::Page { status: 422, .. }));
    // Nobody told Drawbridge.
    assert_eq!(desk.view(&id).await.status, Status::WaitingForYou);

    desk.engine.register_again(&id).await.unwrap();
    let mut closed = desk.screen.closed().await;
    while closed != lost.attempt {
        closed = desk.screen.closed().await;
    }
    let anew = desk.screen.prompt().await;
    assert_ne!(anew.attempt, lost.attempt);
    let callback = Person::ada().follow(anew.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    let nothing = desk.engine.register_again(&id).await.unwrap_err();
    assert_eq!(nothing.code(), "no_sign_in");
}

// rule: R8
#[tokio::test(flavor = "multi_thread")]
async fn registering_again_tries_no_other_registration_of_the_same_server() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    // Another program registered with another redirect.
    desk.restart_as(FrontEnd::Terminal).await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    desk.sample.auth.forget_clients();
    desk.engine.connect(&id).await.unwrap();
    let lost = desk.screen.prompt().await;
    assert!(Person::ada().follow(lost.url.as_str()).await.is_err());
    desk.engine.register_again(&id).await.unwrap();
    let anew = desk.screen.prompt().await;
    let callback = Person::ada().follow(anew.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R8
#[tokio::test(flavor = "multi_thread")]
async fn registering_again_stays_where_the_person_is() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    desk.screen.prompt().await;
    desk.engine.register_again(&id).await.unwrap();
    assert_eq!(desk.screen.prompt().await.surface, Surface::Browser);
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_comes_back_to_its_own_port_or_says_that_it_is_taken() {
    let mut desk = Desk::at_a_terminal().await;
    let squatter = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = squatter.local_addr().unwrap().port();
    let redirect = format!("http://127.0.0.1:{port}/callback");
    let (client, _) = desk.sample.auth.add_client(&redirect, "none");
    let id = add_with_client(&desk, &client, None).await;
    let mut options = desk.view(&id).await.sign_in;
    options.redirect = RedirectPin::Loopback {
        port: Some(port),
        path: None,
    };
    let pinned = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    change(&desk, &id, pinned).await;
    let (code, message, _) = refusal(&mut desk, &id).await;
    assert_eq!(code, "port_busy");
    assert!(message.contains(&port.to_string()), "{message}");
    drop(squatter);
    desk.sign_in(&id).await;
}
