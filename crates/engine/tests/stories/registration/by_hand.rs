//! A client that the person has registered.

use drawbridge_engine::view::{
    RedirectPin, SecretChange, ServerChange, ServerView, SignInOptions, Status,
};
use drawbridge_testkit::{KeptPort, Person, Sample};

use super::{DEEP_LINK, add_with_client, bound, change, move_to, refusal};
use crate::desk::{Desk, FrontEnd, error_code, is_connected};

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

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_is_never_shown_to_another_issuer() {
    let other = Sample::start().await;
    let (mut desk, id, secret) = bound(&other).await;
    desk.engine.sign_out(&id).await.unwrap();
    let (code, message, remedy) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_of_another_issuer");
    assert!(message.contains(&desk.sample.issuer()), "{message}");
    assert!(message.contains(&other.issuer()), "{message}");
    assert!(remedy.contains("client id"), "{remedy}");
    assert!(desk.screen.is_quiet() && !remedy.contains(&secret));

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

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn another_way_back_sets_no_client_free_for_another_issuer() {
    let other = Sample::start().await;
    let (mut desk, id, _) = bound(&other).await;
    let mut options = desk.view(&id).await.sign_in;
    options.redirect = RedirectPin::Loopback {
        port: None,
        path: None,
    };
    options.client_metadata_url = Some("https://example.com/client.json".to_owned());
    let pinned = ServerChange {
        sign_in: Some(options.clone()),
        ..ServerChange::default()
    };
    let view = change(&desk, &id, pinned).await;
    assert_eq!(view.status, Status::NotSignedIn);
    let (code, _, _) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_of_another_issuer");
    assert!(other.auth.secrets().is_empty() && desk.screen.is_quiet());

    // At its own it is used as before, with the other way back alone.
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = None);
    options.redirect = RedirectPin::DeepLink;
    let pinned = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    change(&desk, &id, pinned).await;
    desk.sign_in(&id).await;
    assert_eq!(desk.sample.auth.counters().registrations, 0);
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
    move_to(&desk, &other);
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

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_comes_back_to_its_own_port_or_says_that_it_is_taken() {
    let mut desk = Desk::at_a_terminal().await;
    let (squatter, _kept) = KeptPort::free().unwrap().squatted().unwrap();
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

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_the_app_opens_no_page_at_a_terminal_that_it_could_not_come_back_from() {
    let mut desk = Desk::start().await;
    let (client, _) = desk.sample.auth.add_client(DEEP_LINK, "none");
    let id = add_with_client(&desk, &client, None).await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart_as(FrontEnd::Terminal).await;
    let (code, message, remedy) = refusal(&mut desk, &id).await;
    assert_eq!(code, "redirect_of_the_app");
    assert!(message.contains(DEEP_LINK), "{message}");
    let port = desk.view(&id).await.port_by_hand;
    let here = format!("http://127.0.0.1:{port}/callback");
    assert!(remedy.contains(&here), "{remedy}");
    assert!(desk.screen.is_quiet());
    let walked = desk.engine.check_server(&id).await.unwrap();
    assert_eq!(walked.problem(), desk.view(&id).await.error.as_ref());
}

// rule: D8, R2
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_minute_of_its_issuer_moves_no_client_to_the_next_one() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    desk.sample.lists([desk.sample.issuer(), other.issuer()]);
    let (client, secret) = desk
        .sample
        .auth
        .add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &client, secret).await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    desk.sample.auth.close().await;
    let (code, _, _) = refusal(&mut desk, &id).await;
    assert_eq!(code, "unreachable");
    assert!(other.journal().is_empty());
    desk.sample.auth.reopen().await.unwrap();
    desk.sign_in(&id).await;
}
