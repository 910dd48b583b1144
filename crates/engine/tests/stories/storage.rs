//! What lies on the disk, and what happens when it cannot be opened.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use drawbridge_engine::view::{
    Authorization, Event, ReauthReason, SecretChange, ServerChange, SignInOptions, Status,
    VaultView,
};

use crate::desk::{Desk, is_connected};

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn every_file_is_for_its_owner_alone() {
    let (desk, _) = Desk::connected().await;
    let mut folders = vec![desk.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            let expected = if about.is_dir() { 0o700 } else { 0o600 };
            let mode = about.permissions().mode() & 0o777;
            assert_eq!(mode, expected, "{}", entry.path().display());
            if about.is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_cannot_be_opened_degrades_its_own_row_alone() {
    let (mut desk, id) = Desk::connected().await;
    let other = drawbridge_testkit::Sample::start().await;
    let auth = drawbridge_engine::view::AuthKind::OAuth;
    let second = crate::desk::new_server(other.mcp_url().as_str(), auth);
    let second = desk.engine.add_server(second).await.unwrap().id.into();
    desk.sign_in_at(&other, &second).await;
    sqlx::query("UPDATE grant SET access_token = zeroblob(60) WHERE server = ?")
        .bind(id.as_str())
        .execute(&desk.database().await)
        .await
        .unwrap();
    desk.restart().await;
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    assert!(matches!(
        view.authorization,
        Authorization::ReauthRequired {
            reason: ReauthReason::Unreadable,
            ..
        }
    ));
    desk.wait_for(&second, is_connected).await;
    desk.sign_in(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_moved_to_another_server_does_not_open_there() {
    let (mut desk, first) = Desk::connected().await;
    let other = drawbridge_testkit::Sample::start().await;
    let auth = drawbridge_engine::view::AuthKind::OAuth;
    let second = crate::desk::new_server(other.mcp_url().as_str(), auth);
    let second: drawbridge_engine::ServerId =
        desk.engine.add_server(second).await.unwrap().id.into();
    desk.sign_in_at(&other, &second).await;
    sqlx::query(
        "UPDATE grant SET access_token = (SELECT access_token FROM grant WHERE server = ?1)
         WHERE server = ?2",
    )
    .bind(first.as_str())
    .bind(second.as_str())
    .execute(&desk.database().await)
    .await
    .unwrap();
    desk.restart().await;
    desk.wait_for(&second, |server| server.status == Status::SignInAgain)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_is_told_and_a_new_one_is_the_persons_choice() {
    let (mut desk, id) = Desk::connected().await;
    std::fs::remove_file(desk.folder.path().join("drawbridge.key")).unwrap();
    desk.restart().await;
    let vault = desk.engine.snapshot().await.unwrap().vault;
    assert!(matches!(vault, VaultView::Unavailable { .. }), "{vault:?}");
    // Nothing is lost as long as the key may come back.
    assert!(matches!(
        desk.view(&id).await.authorization,
        Authorization::SignedIn { .. }
    ));
    let refused = desk.engine.connect(&id).await;
    assert!(refused.is_ok());
    assert!(desk.screen.is_quiet());

    let vault = desk.engine.replace_lost_key().await.unwrap();
    assert!(matches!(vault, VaultView::File { .. }), "{vault:?}");
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    desk.sign_in(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_not_taken_while_a_secret_of_a_client_is_sealed_with_the_old_one() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let change = ServerChange {
        sign_in: Some(SignInOptions {
            client_id: Some("client".to_owned()),
            ..SignInOptions::default()
        }),
        client_secret: SecretChange::Set("its secret".to_owned()),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    let key = desk.folder.path().join("drawbridge.key");
    std::fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n").unwrap();
    desk.restart().await;
    let VaultView::Unavailable { error } = desk.engine.snapshot().await.unwrap().vault else {
        panic!("that is another key");
    };
    assert_eq!(error.code, "vault_lost_key");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_that_others_can_read_is_not_used_until_it_is_mended() {
    let (mut desk, id) = Desk::connected().await;
    let key = desk.folder.path().join("drawbridge.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.restart().await;
    let vault = desk.engine.snapshot().await.unwrap().vault;
    assert!(matches!(vault, VaultView::Unavailable { .. }), "{vault:?}");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    desk.engine.retry_vault().await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert!(desk.screen.is_quiet());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_vault_is_told_on_the_row_and_not_tried_for_ever() {
    let (mut desk, id) = Desk::connected().await;
    let key = desk.folder.path().join("drawbridge.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.restart().await;
    let vault = desk.engine.snapshot().await.unwrap().vault;
    let VaultView::Unavailable { error } = vault else {
        panic!("{vault:?}");
    };
    let view = desk
        .wait_for(&id, |server| server.status == Status::Failed)
        .await;
    let failed = drawbridge_engine::view::Connection::Failed { error };
    assert_eq!(view.connection, failed);
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_asked_for_again_disturbs_no_open_session() {
    let (mut desk, id) = Desk::connected().await;
    desk.reconnect(&id).await;
    desk.engine.retry_vault().await.unwrap();
    assert!(is_connected(&desk.view(&id).await));
    let disturbed = desk
        .pending_events()
        .into_iter()
        .any(|event| matches!(event, Event::ServerChanged { .. }));
    assert!(!disturbed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_key_file_is_told_and_kept_when_the_person_begins_with_a_new_key() {
    let (mut desk, id) = Desk::connected().await;
    let key = desk.folder.path().join("drawbridge.key");
    std::fs::write(&key, "what was once a key").unwrap();
    desk.restart().await;
    let VaultView::Unavailable { error } = desk.engine.snapshot().await.unwrap().vault else {
        panic!("the key is there");
    };
    assert_eq!(error.code, "vault_key_file");
    assert!(error.remedy.unwrap().contains("begin with a new key"));
    let still = desk.engine.retry_vault().await.unwrap();
    assert!(matches!(still, VaultView::Unavailable { .. }), "{still:?}");

    let vault = desk.engine.replace_lost_key().await.unwrap();
    assert!(matches!(vault, VaultView::File { .. }), "{vault:?}");
    let kept = key.with_file_name("drawbridge.key.replaced");
    assert_eq!(
        std::fs::read_to_string(kept).unwrap(),
        "what was once a key"
    );
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    desk.sign_in(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_there_is_not_replaced() {
    let (mut desk, id) = Desk::connected().await;
    desk.engine.replace_lost_key().await.unwrap();
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
}
