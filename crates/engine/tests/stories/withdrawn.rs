//! A sign-in waits at its page, or still finds out, and another process does what would end it in this one.

use std::time::Duration;

use drawbridge_engine::view::{
    AuthKind, Authorization, Event, SecretChange, ServerChange, ServerView, SignInOptions, Status,
};
use drawbridge_engine::{Engine, Limits, ServerId, SignInPrompt};
use drawbridge_testkit::mcp::Access;
use drawbridge_testkit::{Gate, Person};
use rstest::rstest;

use crate::client_credentials::with_secret;
use crate::desk::{Desk, is_connected, limits, until};
use crate::neighbours::{Beside, app, beside, shown};

/// A sign-in at its page, and another process. The command follows nothing else of what others do.
async fn waiting(is_the_app: bool) -> (Desk, Beside, ServerId, SignInPrompt) {
    let mut desk = if is_the_app {
        app().await
    } else {
        Desk::start().await
    };
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await;
    let other = beside(&desk).await;
    (desk, other, id, page)
}

/// A desk with patience: what ends a sign-in here is not that it takes too long.
async fn patient(is_the_app: bool) -> Desk {
    let desk = Desk::with_limits(Limits {
        finding_out: Duration::from_hours(1),
        ..limits()
    });
    if is_the_app {
        shown(desk.await).await
    } else {
        desk.await
    }
}

/// A sign-in that is held while it finds out, and another process, which has found out already, and has signed
/// in or not.
async fn finding_out(is_the_app: bool, is_granted: bool) -> (Desk, Beside, ServerId, Gate) {
    let desk = patient(is_the_app).await;
    let id = desk.add().await;
    let mut other = beside(&desk).await;
    if is_granted {
        other.sign_in(&id).await;
        until("the grant is there", async || {
            desk.stored::<i64>("SELECT COUNT(*) FROM grant").await == 1
        })
        .await;
    } else {
        other.engine.connect(&id).await.unwrap();
        other.callback().await;
        other.engine.cancel(&id).await.unwrap();
    }
    let (desk, gate) = held(desk, &id).await;
    (desk, other, id, gate)
}

/// The same of a client that signs in by itself, and of which the other process knows nothing yet.
async fn finding_out_by_itself(is_the_app: bool) -> (Desk, Beside, ServerId, Gate) {
    let desk = patient(is_the_app).await;
    let id = with_secret(&desk, "client_secret_basic").await;
    let other = beside(&desk).await;
    let (desk, gate) = held(desk, &id).await;
    (desk, other, id, gate)
}

async fn held(mut desk: Desk, id: &ServerId) -> (Desk, Gate) {
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.metadata_gate = Some(gate.clone()));
    desk.engine.sign_in_again(id).await.unwrap();
    gate.reached(1).await;
    // Whoever comes later is not held.
    desk.sample.auth.behave(|b| b.metadata_gate = None);
    desk.pending_events();
    (desk, gate)
}

fn is_signing_in(server: &ServerView) -> bool {
    matches!(server.authorization, Authorization::SigningIn { .. })
}

async fn change(engine: &Engine, id: &ServerId, change: ServerChange) {
    engine.change_server(id, change).await.unwrap();
}

#[derive(Clone, Copy)]
enum Elsewhere {
    SignsOut,
    Moves,
    ChangesTheKind,
    ChangesTheClient,
    ChangesTheSecret,
    SwitchesOff,
    BeginsAnew,
}

impl Elsewhere {
    async fn happens(self, engine: &Engine, id: &ServerId) {
        let nothing = ServerChange::default();
        let changed = match self {
            Self::SignsOut => return engine.sign_out(id).await.unwrap(),
            Self::BeginsAnew => return engine.connect(id).await.unwrap(),
            Self::Moves => ServerChange {
                url: Some("https://elsewhere.example/mcp".into()),
                ..nothing
            },
            Self::ChangesTheKind => ServerChange {
                auth: Some(AuthKind::Headers),
                ..nothing
            },
            Self::ChangesTheClient => ServerChange {
                sign_in: Some(SignInOptions {
                    client_id: Some("another".into()),
                    ..SignInOptions::default()
                }),
                ..nothing
            },
            Self::ChangesTheSecret => ServerChange {
                client_secret: SecretChange::Set("another".into()),
                ..nothing
            },
            Self::SwitchesOff => ServerChange {
                enabled: Some(false),
                ..nothing
            },
        };
        change(engine, id, changed).await;
    }
}

// rule: T1, G10
#[rstest]
#[case::signed_out(Elsewhere::SignsOut)]
#[case::at_another_address(Elsewhere::Moves)]
#[case::of_another_kind(Elsewhere::ChangesTheKind)]
#[case::with_another_client(Elsewhere::ChangesTheClient)]
#[case::with_another_secret(Elsewhere::ChangesTheSecret)]
#[case::switched_off(Elsewhere::SwitchesOff)]
#[case::begun_anew(Elsewhere::BeginsAnew)]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_at_once_with_its_page(
    #[case] elsewhere: Elsewhere,
    #[values(false, true)] is_the_app: bool,
) {
    let (mut desk, other, id, page) = waiting(is_the_app).await;
    elsewhere.happens(&other.engine, &id).await;
    assert_eq!(desk.screen.closed().await, page.attempt);
    let view = desk.wait_for(&id, |server| !is_signing_in(server)).await;
    // As here: nothing has failed.
    assert_eq!(view.error, None);
    let late = Person::ada().follow(page.url.as_str()).await.unwrap();
    let refused = desk.engine.receive_callback(&late).await.unwrap_err();
    assert_eq!(refused.code(), "unknown_callback");
    other.engine.shutdown().await;
}

// rule: T1, G11
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_at_once_with_a_server_that_is_removed(#[values(false, true)] is_the_app: bool) {
    let (mut desk, other, id, page) = waiting(is_the_app).await;
    desk.pending_events();
    other.engine.remove_server(&id).await.unwrap();
    assert_eq!(desk.screen.closed().await, page.attempt);
    let told = desk.event().await;
    assert!(
        matches!(&told, Event::ServerRemoved { id: gone, .. } if *gone == id.as_str()),
        "{told:?}"
    );
    other.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_needs_none_any_more_is_connected_instead() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let other = beside(&desk).await;
    let none = ServerChange {
        auth: Some(AuthKind::None),
        ..ServerChange::default()
    };
    change(&other.engine, &id, none).await;
    assert_eq!(desk.screen.closed().await, page.attempt);
    desk.wait_for(&id, is_connected).await;
    other.engine.shutdown().await;
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn another_name_and_another_time_limit_leave_it_as_it_is() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await;
    let other = beside(&desk).await;
    let renamed = ServerChange {
        name: Some("Another name".into()),
        timeout_seconds: Some(77),
        ..ServerChange::default()
    };
    change(&other.engine, &id, renamed).await;
    let view = desk
        .wait_for(&id, |server| server.name == "Another name")
        .await;
    assert_eq!(view.status, Status::WaitingForYou);
    let callback = Person::ada().follow(page.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    other.engine.shutdown().await;
}

// rule: T1, G10
#[rstest]
#[case::signed_out(Elsewhere::SignsOut, true)]
#[case::signed_out_before_the_first_grant(Elsewhere::SignsOut, false)]
#[case::at_another_address(Elsewhere::Moves, false)]
#[case::of_another_kind(Elsewhere::ChangesTheKind, false)]
#[case::with_another_client(Elsewhere::ChangesTheClient, false)]
#[case::with_another_secret(Elsewhere::ChangesTheSecret, false)]
#[case::switched_off(Elsewhere::SwitchesOff, false)]
#[case::begun_anew(Elsewhere::BeginsAnew, false)]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_at_once_while_it_finds_out(
    #[case] elsewhere: Elsewhere,
    #[case] is_granted: bool,
    #[values(false, true)] is_the_app: bool,
) {
    let (mut desk, other, id, gate) = finding_out(is_the_app, is_granted).await;
    elsewhere.happens(&other.engine, &id).await;
    let view = desk.wait_for(&id, |server| !is_signing_in(server)).await;
    // As here: nothing has failed.
    assert_eq!(view.error, None);
    gate.open();
    desk.engine.shutdown().await;
    assert!(desk.screen.is_quiet());
    other.engine.shutdown().await;
}

// rule: T1, G10
#[rstest]
#[case::signed_out(Elsewhere::SignsOut)]
#[case::at_another_address(Elsewhere::Moves)]
#[case::of_another_kind(Elsewhere::ChangesTheKind)]
#[case::with_another_client(Elsewhere::ChangesTheClient)]
#[case::with_another_secret(Elsewhere::ChangesTheSecret)]
#[case::switched_off(Elsewhere::SwitchesOff)]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_at_once_while_it_finds_out_for_a_client_without_a_person(
    #[case] elsewhere: Elsewhere,
    #[values(false, true)] is_the_app: bool,
) {
    let (mut desk, other, id, gate) = finding_out_by_itself(is_the_app).await;
    elsewhere.happens(&other.engine, &id).await;
    let view = desk.wait_for(&id, |server| !is_signing_in(server)).await;
    assert_eq!(view.error, None);
    gate.open();
    desk.engine.shutdown().await;
    assert_eq!(desk.sample.auth.counters().client_tokens, 0);
    other.engine.shutdown().await;
}

// rule: T1, G11
#[rstest]
#[case::signed_out(Elsewhere::SignsOut)]
#[case::with_another_secret(Elsewhere::ChangesTheSecret)]
#[case::switched_off(Elsewhere::SwitchesOff)]
#[tokio::test(flavor = "multi_thread")]
async fn what_it_earned_by_then_is_given_back(
    #[case] elsewhere: Elsewhere,
    #[values(false, true)] is_the_app: bool,
) {
    let (mut desk, other, id, page) = waiting(is_the_app).await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|b| b.token_gate = Some(gate.clone()));
    let callback = Person::ada().follow(page.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    gate.reached(1).await;
    elsewhere.happens(&other.engine, &id).await;
    gate.open();
    let view = desk.wait_for(&id, |server| !is_signing_in(server)).await;
    // As here: nothing has failed.
    assert_eq!(view.error, None);
    desk.engine.shutdown().await;
    assert_eq!(desk.stored::<i64>("SELECT COUNT(*) FROM grant").await, 0);
    assert!(desk.sample.auth.counters().revocations > 0);
    other.engine.shutdown().await;
}

// rule: T1, G11
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_at_once_while_it_finds_out_about_a_server_that_is_removed(
    #[values(false, true)] is_the_app: bool,
    #[values(false, true)] by_itself: bool,
) {
    let (mut desk, other, id, gate) = if by_itself {
        finding_out_by_itself(is_the_app).await
    } else {
        finding_out(is_the_app, false).await
    };
    other.engine.remove_server(&id).await.unwrap();
    let told = desk.event().await;
    assert!(
        matches!(&told, Event::ServerRemoved { id: gone, .. } if *gone == id.as_str()),
        "{told:?}"
    );
    gate.open();
    desk.engine.shutdown().await;
    assert!(desk.screen.is_quiet());
    other.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_needs_none_any_more_is_connected_instead_of_found_out_about() {
    let (mut desk, other, id, gate) = finding_out(true, false).await;
    desk.sample.mcp.behave(|b| b.access = Access::Open);
    let none = ServerChange {
        auth: Some(AuthKind::None),
        ..ServerChange::default()
    };
    change(&other.engine, &id, none).await;
    desk.wait_for(&id, is_connected).await;
    assert!(desk.screen.is_quiet());
    gate.open();
    other.engine.shutdown().await;
}

// rule: G10
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_name_and_another_time_limit_let_it_find_out(
    #[values(false, true)] is_the_app: bool,
) {
    let (mut desk, other, id, gate) = finding_out(is_the_app, false).await;
    let renamed = ServerChange {
        name: Some("Another name".into()),
        timeout_seconds: Some(77),
        ..ServerChange::default()
    };
    change(&other.engine, &id, renamed).await;
    gate.open();
    let page = desk.screen.prompt().await;
    let callback = Person::ada().follow(page.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    other.engine.shutdown().await;
}
