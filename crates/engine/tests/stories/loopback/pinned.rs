//! A port and a path that the person has set.

use drawbridge_engine::view::{Authorization, RedirectPin, ServerChange, Surface};
use drawbridge_testkit::{KeptPort, Person};

use super::{local, pin, port, prompted, visit};
use crate::desk::{Desk, is_connected};

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_port_is_used_or_said_to_be_taken() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let (squatter, _kept) = KeptPort::free().unwrap().squatted().unwrap();
    let port = squatter.local_addr().unwrap().port();
    let wanted = RedirectPin::Localhost {
        port: Some(port),
        path: None,
    };
    pin(&desk, &id, wanted, Some(Surface::Browser)).await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    assert_eq!(error.code, "port_busy");
    assert!(error.message.contains(&port.to_string()));
    drop(squatter);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert_eq!(
        prompt.redirect.as_str(),
        format!("http://localhost:{port}/callback")
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R5, R6, G10
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_path_is_registered_and_the_only_one_that_is_answered() {
    let mut desk = Desk::at_a_terminal().await;
    let (id, prompt) = prompted(&mut desk, local(None, Some(" /oauth/return "))).await;
    let base = format!("http://127.0.0.1:{}", port(&prompt));
    assert_eq!(prompt.redirect.as_str(), format!("{base}/oauth/return"));
    assert_eq!(
        visit(&format!("{base}/callback?code=a&state=b")).await.0,
        404
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
    // Another path is another redirect: what was registered and granted is not for it.
    pin(&desk, &id, local(None, None), None).await;
    let view = desk.view(&id).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert!(prompt.redirect.as_str().ends_with("/callback"));
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn to_spell_out_the_usual_path_changes_nothing() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    pin(&desk, &id, local(None, None), None).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
    pin(&desk, &id, local(None, Some("/callback")), None).await;
    let view = desk.view(&id).await;
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_nobody_could_come_back_to_cannot_be_pinned() {
    let desk = Desk::start().await;
    let id = desk.add().await;
    let port = Some(0);
    for redirect in [
        local(port, None),
        RedirectPin::Localhost { port, path: None },
        local(None, Some("callback")),
        local(None, Some("//elsewhere.example")),
        local(None, Some("/a/../b")),
        local(None, Some("/a?code=b")),
        local(None, Some("/a#b")),
        local(None, Some("/a b")),
        local(None, Some("/%63allback")),
    ] {
        let mut options = desk.view(&id).await.sign_in;
        options.redirect = redirect;
        let change = ServerChange {
            sign_in: Some(options),
            ..ServerChange::default()
        };
        let refused = desk.engine.change_server(&id, change).await.unwrap_err();
        assert_eq!(refused.code(), "invalid_option");
    }
    assert_eq!(desk.view(&id).await.sign_in.redirect, RedirectPin::Auto);
}
