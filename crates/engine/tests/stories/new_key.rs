//! A new key that another process has begun with.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, Connection, Event, HeaderInput, NewServer, ServerView, Status, VaultView,
};
use drawbridge_testkit::Sample;
use drawbridge_testkit::mcp::Access;

use crate::desk::{Desk, is_connected, new_server};
use crate::neighbours::{Beside, app, beside};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_another_began_with_is_fetched_and_ends_no_grant() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    // The key is gone, and this process still has the old one in memory.
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    let mut command = beside(&desk).await;
    command.engine.replace_lost_key().await.unwrap();
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    command.sign_in(&id).await;
    desk.wait_for(&id, is_connected).await;
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_without_its_key_goes_on_with_the_new_one_that_another_began_with() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    desk.restart().await;
    let vault = async |desk: &Desk| desk.engine.snapshot().await.unwrap().vault;
    let lost = vault(&desk).await;
    assert!(
        matches!(&lost, VaultView::Unavailable { error } if error.code == "vault_key_file"),
        "{lost:?}"
    );
    let mut command = beside(&desk).await;
    command.engine.replace_lost_key().await.unwrap();
    let told = async {
        loop {
            if let Event::VaultChanged { vault } = desk.event().await {
                break vault;
            }
        }
    };
    let told = told.await;
    assert!(matches!(told, VaultView::File { .. }), "{told:?}");
    assert_eq!(vault(&desk).await, told);
    // What the old key had sealed is found to be lost, without a wait for the next try.
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    command.sign_in(&id).await;
    desk.wait_for(&id, is_connected).await;
    command.engine.shutdown().await;
}

/// A server that wants a key.
fn with_a_key(desk: &Desk) -> NewServer {
    desk.sample
        .mcp
        .behave(|b| b.access = Access::ApiKey("the key".to_owned()));
    NewServer {
        headers: vec![HeaderInput {
            name: "X-Api-Key".to_owned(),
            value: Some("the key".to_owned()),
        }],
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::Headers)
    }
}

fn failed_with(server: &ServerView, code: &str) -> bool {
    matches!(&server.connection, Connection::Failed { error } if error.code == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_opens_what_was_closed_whoever_fetches_it_first() {
    let mut desk = app().await;
    let added = desk.engine.add_server(with_a_key(&desk)).await.unwrap();
    let id = ServerId::from(added.id);
    desk.wait_for(&id, is_connected).await;
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    desk.restart().await;
    desk.wait_for(&id, |server| failed_with(server, "vault_key_file"))
        .await;
    let command = beside(&desk).await;
    command.engine.replace_lost_key().await.unwrap();
    // Fetches the key before this process has heard of it.
    let another = Sample::start().await;
    let another = new_server(another.mcp_url().as_str(), AuthKind::OAuth);
    desk.engine.add_server(another).await.unwrap();
    // What the old key had sealed is found to be lost, without a wait for the next try.
    desk.wait_for(&id, |server| failed_with(server, "vault_unreadable"))
        .await;
    command.engine.shutdown().await;
}

/// A desk whose key was lost while it had it in memory, and that has not looked since another process
/// began with a new one; and that process.
async fn with_the_old_key() -> (Desk, Beside) {
    let desk = Desk::start().await;
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    let command = beside(&desk).await;
    command.engine.replace_lost_key().await.unwrap();
    (desk, command)
}

/// How it goes with what stands in the database.
async fn outcome(command: &Beside, id: &ServerId) -> Status {
    let mut events = command.engine.events();
    command.engine.connect(id).await.unwrap();
    loop {
        if let Event::ServerChanged { server } = events.recv().await.unwrap()
            && server.id == id.as_str()
            && server.status != Status::Connecting
        {
            return server.status;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_sealed_with_the_key_that_another_began_with() {
    let (mut desk, command) = with_the_old_key().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let status = outcome(&command, &id).await;
    assert!(matches!(status, Status::Connected { .. }), "{status:?}");
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_a_server_is_sealed_with_the_key_that_another_began_with() {
    let (desk, command) = with_the_old_key().await;
    let added = desk.engine.add_server(with_a_key(&desk)).await.unwrap();
    let id = ServerId::from(added.id);
    let status = outcome(&command, &id).await;
    assert!(matches!(status, Status::Connected { .. }), "{status:?}");
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_another_began_with_is_fetched_before_anything_is_sealed() {
    let mut desk = app().await;
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    let command = beside(&desk).await;
    command.engine.replace_lost_key().await.unwrap();
    while !matches!(desk.event().await, Event::VaultChanged { .. }) {}
    command.engine.shutdown().await;
}
