//! Down the ladder of redirect URIs, as far as an authorization server wants it.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, NewServer, RedirectPin, SecretChange, ServerChange, SignInOptions,
};
use drawbridge_testkit::{Canned, Person};
use serde_json::json;

use crate::desk::{Desk, FrontEnd, is_connected};

const SCHEME: &str = "dev.drawbridge.desktop:";
const NUMBER: &str = "http://127.0.0.1";
const NAME: &str = "http://localhost";

fn refuse(desk: &Desk, starts: &[&str]) {
    let starts = starts.iter().map(|&start| start.to_owned()).collect();
    desk.sample
        .auth
        .behave(|auth| auth.refused_redirects = starts);
}

fn registrations(desk: &Desk) -> usize {
    desk.wire().matches("POST /register").count()
}

/// Presses Connect, signs in, and says where the page led back to.
async fn sign_in(desk: &mut Desk, id: &ServerId) -> String {
    desk.engine.connect(id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let shown = Some(prompt.redirect.to_string());
    assert_eq!(desk.view(id).await.redirect_uri, shown);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(id, is_connected).await;
    assert_eq!(desk.view(id).await.redirect_uri, shown);
    prompt.redirect.to_string()
}

async fn pin(desk: &Desk, id: &ServerId, redirect: RedirectPin) {
    let options = SignInOptions {
        redirect,
        ..desk.view(id).await.sign_in
    };
    let change = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(id, change).await.unwrap();
}

async fn type_in(desk: &Desk, id: &ServerId, client: String, redirect: RedirectPin) {
    let options = SignInOptions {
        client_id: Some(client),
        redirect,
        ..SignInOptions::default()
    };
    let change = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(id, change).await.unwrap();
}

// rule: R5
// rule: Q-Datadog
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_only_the_number_of_this_computer_gets_that() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[SCHEME, NAME]);
    let id = desk.add().await;
    assert!(sign_in(&mut desk, &id).await.starts_with(NUMBER));
    assert_eq!(registrations(&desk), 2);
}

// rule: R5
// rule: Q-Salesforce
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_only_the_name_of_this_computer_gets_that() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[SCHEME, NUMBER]);
    let id = desk.add().await;
    assert!(sign_in(&mut desk, &id).await.starts_with(NAME));
    assert_eq!(registrations(&desk), 3);
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn one_redirect_at_a_time_and_the_one_that_was_taken_is_remembered_for_the_issuer() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[SCHEME, NUMBER]);
    let id = desk.add().await;
    sign_in(&mut desk, &id).await;
    desk.restart().await;
    desk.sample.clear_journal();
    let second = NewServer {
        same_url: true,
        name: Some("The same once more".to_owned()),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let second = ServerId::from(desk.engine.add_server(second).await.unwrap().id);
    assert!(sign_in(&mut desk, &second).await.starts_with(NAME));
    assert_eq!(registrations(&desk), 1);
    let remembered: String = desk.stored("SELECT redirect FROM issuer").await;
    assert_eq!(remembered, "localhost");

    desk.engine.remove_server(&id).await.unwrap();
    let issuers = "SELECT count(*) FROM issuer";
    assert_eq!(
        desk.stored::<i64>(issuers).await,
        1,
        "the other one uses it"
    );
    desk.engine.remove_server(&second).await.unwrap();
    assert_eq!(desk.stored::<i64>(issuers).await, 0);
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_is_a_beginning_and_no_law() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[SCHEME]);
    let id = desk.add().await;
    assert!(sign_in(&mut desk, &id).await.starts_with(NUMBER));
    refuse(&desk, &[NUMBER, NAME]);
    let second = NewServer {
        same_url: true,
        name: Some("The same once more".to_owned()),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let second = ServerId::from(desk.engine.add_server(second).await.unwrap().id);
    assert!(sign_in(&mut desk, &second).await.starts_with(SCHEME));
}

// rule: R5
#[rstest::rstest]
#[case::bare_422(Canned::status(422), 6)]
#[case::bare_400(Canned::status(400), 6)]
#[case::metadata(Canned::oauth_error(400, "invalid_client_metadata"), 6)]
#[case::redirect(Canned::oauth_error(400, "invalid_redirect_uri"), 3)]
#[case::field_by_name(
    Canned::json(400, &json!({"error": "invalid_client_metadata", "error_description": "application_type is unknown"})),
    4
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_none_is_asked_so_often_and_no_more_and_then_the_person(
    #[case] answer: Canned,
    #[case] requests: usize,
) {
    let mut desk = Desk::start().await;
    let answers = std::iter::repeat_n(answer, 20);
    desk.sample
        .auth
        .behave(|auth| auth.registration_answers.extend(answers));
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    assert_eq!(error.code, "client_id_needed");
    assert_eq!(registrations(&desk), requests);

    // The very redirect that is shown is the one that a client registered by hand comes back to.
    let remedy = error.remedy.unwrap();
    let (_, rest) = remedy.split_once("the redirect URI ").unwrap();
    let (shown, _) = rest.split_once(',').unwrap();
    assert!(shown.starts_with(NUMBER), "{remedy}");
    assert_eq!(desk.view(&id).await.redirect_by_hand, shown);
    let (client, secret) = desk.sample.auth.add_client(shown, "client_secret_basic");
    let options = SignInOptions {
        client_id: Some(client),
        ..SignInOptions::default()
    };
    let change = ServerChange {
        sign_in: Some(options),
        client_secret: SecretChange::Set(secret.unwrap()),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    assert_eq!(sign_in(&mut desk, &id).await, shown);
}

// rule: R3, R5
#[tokio::test(flavor = "multi_thread")]
async fn a_field_and_a_redirect_that_are_both_refused_are_told_apart() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[SCHEME]);
    desk.sample
        .auth
        .behave(|auth| auth.registration_refuses_application_type = true);
    let id = desk.add().await;
    assert!(sign_in(&mut desk, &id).await.starts_with(NUMBER));
    // With the field, without it, and without it at the next redirect.
    assert_eq!(registrations(&desk), 3);
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_redirect_is_the_only_one_that_is_tried() {
    let mut desk = Desk::start().await;
    refuse(&desk, &[NUMBER]);
    let id = desk.add().await;
    let pinned = RedirectPin::Loopback {
        port: Some(4321),
        path: None,
    };
    pin(&desk, &id, pinned).await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    assert_eq!(error.code, "client_id_needed");
    let shown = "http://127.0.0.1:4321/callback";
    assert!(error.remedy.unwrap().contains(shown));
    assert_eq!(registrations(&desk), 1);
    pin(
        &desk,
        &id,
        RedirectPin::Localhost {
            port: Some(4321),
            path: None,
        },
    )
    .await;
    let redirect = sign_in(&mut desk, &id).await;
    assert_eq!(redirect, "http://localhost:4321/callback");
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_no_deep_link_leads_to_begins_at_loopback() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    assert!(sign_in(&mut desk, &id).await.starts_with(SCHEME));
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart_as(FrontEnd::Terminal).await;
    assert!(sign_in(&mut desk, &id).await.starts_with(NUMBER));
    // The app still has its own.
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    desk.sample.clear_journal();
    assert!(sign_in(&mut desk, &id).await.starts_with(SCHEME));
    assert_eq!(registrations(&desk), 0);
}

// rule: R1, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_at_a_terminal_comes_back_to_the_same_place_in_the_app() {
    let mut desk = Desk::at_a_terminal().await;
    desk.sample.auth.behave(|auth| {
        let none = serde_json::Value::Null;
        auth.metadata_patch
            .insert("registration_endpoint".to_owned(), none);
    });
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    let remedy = view.error.unwrap().remedy.unwrap();
    let (_, rest) = remedy.split_once("the redirect URI ").unwrap();
    let (shown, _) = rest.split_once(',').unwrap();
    let (client, _) = desk.sample.auth.add_client(shown, "none");
    let options = SignInOptions {
        client_id: Some(client),
        ..SignInOptions::default()
    };
    let change = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    assert_eq!(sign_in(&mut desk, &id).await, shown);
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    assert_eq!(sign_in(&mut desk, &id).await, shown);
}

// rule: R1, R5, R6
#[rstest::rstest]
#[case::that_another_pinned(&[])]
#[case::that_another_was_left_with(&[SCHEME])]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_stays_where_it_came_back_to_whatever_another_does_at_its_issuer(
    #[case] refused: &[&str],
) {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let shown = desk.view(&id).await.redirect_by_hand;
    let (client, _) = desk.sample.auth.add_client(&shown, "none");
    type_in(&desk, &id, client, RedirectPin::Auto).await;
    assert_eq!(sign_in(&mut desk, &id).await, shown);

    let another = NewServer {
        same_url: true,
        name: Some("Another account".to_owned()),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let another = ServerId::from(desk.engine.add_server(another).await.unwrap().id);
    if refused.is_empty() {
        let elsewhere = "http://127.0.0.1:4321/callback";
        let (client, _) = desk.sample.auth.add_client(elsewhere, "none");
        let pinned = RedirectPin::Loopback {
            port: Some(4321),
            path: None,
        };
        type_in(&desk, &another, client, pinned).await;
    }
    refuse(&desk, refused);
    assert!(sign_in(&mut desk, &another).await.starts_with(NUMBER));

    assert_eq!(desk.view(&id).await.redirect_by_hand, shown);
    desk.engine.sign_out(&id).await.unwrap();
    assert_eq!(sign_in(&mut desk, &id).await, shown);
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_redirect_is_no_longer_pinned_comes_back_where_it_did() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let place = "http://localhost:4321/oauth/return";
    let (client, _) = desk.sample.auth.add_client(place, "none");
    let pinned = RedirectPin::Localhost {
        port: Some(4321),
        path: Some("/oauth/return".to_owned()),
    };
    type_in(&desk, &id, client, pinned).await;
    assert_eq!(sign_in(&mut desk, &id).await, place);
    pin(&desk, &id, RedirectPin::Auto).await;
    assert_eq!(desk.view(&id).await.redirect_by_hand, place);
    assert_eq!(sign_in(&mut desk, &id).await, place);
}
