//! Drawbridge registers itself: where it may not, with what it gets, and once more.

use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, Authorization, Event, NewServer, ReauthReason, SecretChange, ServerChange,
    SignInOptions, Status, Surface,
};
use drawbridge_testkit::{Canned, Person, PersonError};
use serde_json::{Value, json};

use super::{DEEP_LINK, change, refusal};
use crate::desk::{Desk, FrontEnd, error_code, is_connected};

/// Puts what changes with every run out of a text.
fn settled(desk: &Desk, text: &str) -> String {
    text.replace(&desk.sample.issuer(), "<issuer>")
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

// rule: G10, R8
#[tokio::test(flavor = "multi_thread")]
async fn registering_again_leaves_a_grant_that_works_its_client() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.engine.sign_in_again(&id).await.unwrap();
    desk.screen.prompt().await;
    desk.engine.register_again(&id).await.unwrap();
    desk.screen.prompt().await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    desk.engine.cancel(&id).await.unwrap();

    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    let shown = desk.view(&id).await.redirect_uri;
    assert_eq!(shown.as_deref(), Some(DEEP_LINK));

    // The next grant has the new one, and nobody needs the old one any more.
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, |server| {
        is_connected(server) && matches!(server.authorization, Authorization::SignedIn { .. })
    })
    .await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    let clients = "SELECT COUNT(*) FROM registration";
    assert_eq!(desk.stored::<i64>(clients).await, 1);
}

/// Connected, with a person who is about to come back from the page of another sign-in.
async fn at_the_page_again() -> (Desk, ServerId, String) {
    let mut desk = Desk::start().await;
    // An attempt is good for ten minutes.
    desk.sample
        .auth
        .behave(|auth| auth.access_token_lifetime = Duration::from_secs(400));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.engine.sign_in_again(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    (desk, id, callback)
}

/// The token is renewed ahead of its end, which ends the grant.
async fn renewal_ends_the_grant(desk: &mut Desk) {
    desk.pending_events();
    desk.clock.advance(390);
    desk.engine.woke();
    while !matches!(
        desk.event().await,
        Event::ReauthRequired {
            reason: ReauthReason::ClientRejected,
            ..
        }
    ) {}
}

// rule: T1, R7
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_refused_for_its_client_takes_no_page_from_the_person() {
    let (mut desk, id, callback) = at_the_page_again().await;
    let refusal = Canned::oauth_error(400, "unauthorized_client");
    desk.sample
        .auth
        .behave(|auth| auth.refresh_answers.push_back(refusal));
    renewal_ends_the_grant(&mut desk).await;
    assert_eq!(desk.view(&id).await.status, Status::WaitingForYou);
    // The provider lets it sign in all the same.
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;

    // Of the next sign-in it is no client any more.
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    let clients = "SELECT COUNT(*) FROM registration";
    assert_eq!(desk.stored::<i64>(clients).await, 1);
}

// rule: T1, R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_forgotten_meanwhile_is_told_when_the_person_comes_back() {
    let (mut desk, id, callback) = at_the_page_again().await;
    desk.sample.auth.forget_clients();
    renewal_ends_the_grant(&mut desk).await;
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("invalid_client"));
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    let clients = "SELECT COUNT(*) FROM registration";
    assert_eq!(desk.stored::<i64>(clients).await, 1);
}
