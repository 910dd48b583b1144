//! Which port is listened at, and until when.

use drawbridge_engine::view::RedirectPin;
use drawbridge_testkit::Person;
use tokio::net::{TcpListener, TcpStream};

use super::{port, port_is_free, prompted, visit, waiting};
use crate::desk::{Desk, is_connected};

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_keeps_its_port_while_it_is_free() {
    let (mut desk, id, first) = waiting().await;
    // Superseded: the second attempt wants the port that the first still holds.
    desk.engine.connect(&id).await.unwrap();
    let second = desk.screen.prompt().await;
    assert_eq!(second.redirect, first.redirect);
    desk.engine.cancel(&id).await.unwrap();
    let squatter = port_is_free(port(&first)).await;
    desk.engine.connect(&id).await.unwrap();
    let third = desk.screen.prompt().await;
    assert_ne!(third.redirect, first.redirect);
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    drop(squatter);
    let callback = Person::ada().follow(third.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn under_its_name_this_computer_is_found_by_both_of_its_numbers() {
    let mut desk = Desk::at_a_terminal().await;
    let (_, prompt) = prompted(&mut desk, by_name()).await;
    let has_v6 = TcpListener::bind("[::1]:0").await.is_ok();
    let v4 = TcpStream::connect(("127.0.0.1", port(&prompt))).await;
    let v6 = TcpStream::connect(("::1", port(&prompt))).await;
    assert_eq!((v4.is_ok(), v6.is_ok()), (true, has_v6));
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_has_under_the_other_number_is_taken() {
    let mut desk = Desk::at_a_terminal().await;
    let (id, first) = prompted(&mut desk, by_name()).await;
    desk.engine.cancel(&id).await.unwrap();
    let v4 = port_is_free(port(&first)).await;
    drop(v4);
    let squatter = TcpListener::bind(("::1", port(&first))).await;
    desk.engine.connect(&id).await.unwrap();
    let second = desk.screen.prompt().await;
    // A browser tries that number first, and the answer would be somebody else's.
    assert_eq!(second.redirect == first.redirect, squatter.is_err());
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_attempt_leaves_no_open_port() {
    let (desk, id, prompt) = waiting().await;
    desk.engine.cancel(&id).await.unwrap();
    port_is_free(port(&prompt)).await;
}

/// As `localhost`.
fn by_name() -> RedirectPin {
    let (port, path) = (None, None);
    RedirectPin::Localhost { port, path }
}
