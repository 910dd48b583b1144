//! Between popup and browser.

use std::time::Duration;

use drawbridge_engine::view::{AuthKind, Authorization, NewServer, Status, Surface};
use drawbridge_engine::{Limits, ServerId};
use drawbridge_testkit::Person;
use tokio::net::{TcpListener, TcpStream};

use super::{local, port, prompted, visit};
use crate::desk::{Desk, FrontEnd, is_connected, limits, new_server};

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_popup_catches_a_loopback_redirect_itself_and_no_port_is_bound() {
    let mut desk = Desk::start().await;
    let (id, prompt) = prompted(&mut desk, local(None, None)).await;
    assert_eq!(prompt.surface, Surface::Popup);
    let bound = TcpStream::connect(("127.0.0.1", port(&prompt))).await;
    assert_eq!(
        bound.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionRefused
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn handed_over_the_same_attempt_goes_on_in_the_browser() {
    let mut desk = Desk::start().await;
    let (id, popup) = prompted(&mut desk, local(None, None)).await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    let browser = desk.screen.prompt().await;
    assert_eq!(browser.surface, Surface::Browser);
    assert_eq!(browser.attempt, popup.attempt);
    assert_eq!(browser.url.as_str(), popup.url.as_str());
    let Authorization::SigningIn { surface, .. } = desk.view(&id).await.authorization else {
        panic!("not signing in");
    };
    assert_eq!(surface, Surface::Browser);
    // The popup goes: that ends nothing now.
    desk.engine.window_closed(&popup.attempt);
    let callback = Person::ada().follow(popup.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_can_be_handed_over_too() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    let browser = desk.screen.prompt().await;
    assert_eq!(
        browser.redirect.as_str(),
        "dev.drawbridge.desktop:/oauth/callback"
    );
    let callback = Person::ada().follow(browser.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let over = desk.engine.hand_over(&popup.attempt).await.unwrap_err();
    assert_eq!(over.code(), "no_sign_in");
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_that_leads_elsewhere_from_a_browser_is_for_popups_alone() {
    let mut desk = Desk::start().await;
    desk.restart_as(FrontEnd::Copy).await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    assert_eq!(
        popup.redirect.as_str(),
        "dev.drawbridge.desktop:/oauth/callback"
    );
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    assert_eq!(desk.screen.closed().await, popup.attempt);
    let browser = desk.screen.prompt().await;
    let callback = Person::ada().follow(browser.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_was_closed_just_before_the_hand_over_cancels_nothing() {
    let mut desk = Desk::with_limits(Limits {
        popup_grace: Duration::from_secs(5),
        ..limits()
    })
    .await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    let other = NewServer {
        same_url: true,
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let other = ServerId::from(desk.engine.add_server(other).await.unwrap().id);
    desk.engine.connect(&other).await.unwrap();
    let others = desk.screen.prompt().await;
    desk.engine.window_closed(&popup.attempt);
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    desk.screen.prompt().await;
    // Closed later, so when it has ended, the grace of the first is over too.
    desk.engine.window_closed(&others.attempt);
    desk.wait_for(&other, |server| server.status == Status::NotSignedIn)
        .await;
    let callback = Person::ada().follow(popup.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_to_a_port_that_is_taken_begins_anew_in_the_browser() {
    let mut desk = Desk::start().await;
    let (id, popup) = prompted(&mut desk, local(None, None)).await;
    // Or somebody has it already.
    let _squatter = TcpListener::bind(("127.0.0.1", port(&popup))).await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    assert_eq!(desk.screen.closed().await, popup.attempt);
    let anew = desk.screen.prompt().await;
    assert_eq!(anew.surface, Surface::Browser);
    assert_ne!(anew.attempt, popup.attempt);
    assert_ne!(anew.redirect, popup.redirect);
    let callback = Person::ada().follow(anew.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}
