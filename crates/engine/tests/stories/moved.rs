//! Another process moves a server while somebody signs in to it: what is for the old place stays there.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{Authorization, ServerChange, Status};
use drawbridge_testkit::{Gate, Person, Sample};

use crate::client_credentials::with_secret;
use crate::desk::Desk;
use crate::neighbours::beside;

/// Another process moves the server to an address of this sample.
async fn moves(desk: &Desk, id: &ServerId, to: &Sample) {
    let command = beside(desk).await;
    let change = ServerChange {
        url: Some(to.mcp_url().to_string()),
        ..ServerChange::default()
    };
    command.engine.change_server(id, change).await.unwrap();
    command.engine.shutdown().await;
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_moves_while_its_sign_in_is_found_out_opens_no_page_of_the_old_place() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| b.metadata_gate = Some(held));
    desk.engine.connect(&id).await.unwrap();
    gate.reached(1).await;
    let elsewhere = Sample::start().await;
    moves(&desk, &id, &elsewhere).await;
    gate.open();
    let view = desk
        .wait_for(&id, |server| server.status != Status::FindingOut)
        .await;
    assert_eq!((view.status, view.error), (Status::NotSignedIn, None));
    assert!(desk.screen.is_quiet());
    let attempts = "SELECT COUNT(*) FROM attempt";
    assert_eq!(desk.stored::<i64>(attempts).await, 0);
}

// rule: G10
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_of_the_old_place_is_given_back_and_not_used_at_the_new_one(
    #[values(false, true)] by_itself: bool,
) {
    let mut desk = Desk::start().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    let id = if by_itself {
        let id = with_secret(&desk, "client_secret_basic").await;
        desk.engine.connect(&id).await.unwrap();
        id
    } else {
        let id = desk.add().await;
        desk.come_back(&id, Person::ada()).await;
        id
    };
    gate.reached(1).await;
    let elsewhere = Sample::start().await;
    moves(&desk, &id, &elsewhere).await;
    gate.open();
    let view = desk
        .wait_for(&id, |server| {
            server.authorization == Authorization::SignedOut
        })
        .await;
    assert_eq!(view.error, None);
    desk.engine.shutdown().await;
    assert_eq!(desk.stored::<i64>("SELECT COUNT(*) FROM grant").await, 0);
    assert_eq!(
        desk.sample.auth.counters().revocations,
        if by_itself { 1 } else { 2 }
    );
    assert!(elsewhere.journal().is_empty(), "{:?}", elsewhere.journal());
}
