//! What is left of a database when something happened to its files.

use std::fs;
use std::path::{Path, PathBuf};

use drawbridge_engine::vault::VaultChoice;
use drawbridge_engine::view::{AuthKind, Authorization, Snapshot};
use drawbridge_engine::{Catalogue, Engine, EngineOptions, ServerId, kept_aside};
use rstest::rstest;
use tempfile::TempDir;

use crate::desk::{Desk, Screen, is_connected, limits, new_server};

const DATABASE: &str = "drawbridge.sqlite";
const LOG: &str = "drawbridge.sqlite-wal";
const INDEX: &str = "drawbridge.sqlite-shm";

fn options(desk: &Desk, folder: &Path) -> EngineOptions {
    EngineOptions {
        data_dir: folder.to_owned(),
        vault: VaultChoice::NewFile(folder.join("drawbridge.key")),
        surface: Screen::new().0,
        clock: desk.clock.clock(),
        limits: limits(),
    }
}

/// What a process that is killed this moment leaves behind: no file is closed, no log played back.
fn killed(desk: &Desk) -> TempDir {
    let left = tempfile::tempdir().unwrap();
    for name in [DATABASE, LOG, "drawbridge.key"] {
        fs::copy(desk.folder.path().join(name), left.path().join(name)).unwrap();
    }
    left
}

async fn opened(desk: &Desk, folder: &Path) -> (Engine, Snapshot) {
    let engine = Engine::open(options(desk, folder)).await.unwrap();
    let snapshot = engine.snapshot().await.unwrap();
    (engine, snapshot)
}

fn signed_in(snapshot: &Snapshot, id: &ServerId) -> bool {
    snapshot.servers.iter().any(|server| {
        server.id == id.as_str() && matches!(server.authorization, Authorization::SignedIn { .. })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_a_killed_process_left_is_played_back() {
    let (desk, id) = Desk::connected().await;
    let left = killed(&desk);
    // Nothing of it was in the database yet.
    assert!(fs::metadata(left.path().join(LOG)).unwrap().len() > 0);
    let (engine, snapshot) = opened(&desk, left.path()).await;
    assert!(signed_in(&snapshot, &id));
    assert_eq!(snapshot.set_aside, None);
    engine.shutdown().await;
}

#[rstest]
#[case::gone(None)]
#[case::emptied(Some(&b""[..]))]
#[case::of_something_else(Some(&[7; 8192][..]))]
#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_the_log_that_is_lost_is_made_anew(#[case] index: Option<&[u8]>) {
    let (desk, id) = Desk::connected().await;
    let left = killed(&desk);
    if let Some(index) = index {
        fs::write(left.path().join(INDEX), index).unwrap();
    }
    let (engine, snapshot) = opened(&desk, left.path()).await;
    assert!(signed_in(&snapshot, &id));
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_loses_what_was_cut_and_no_more() {
    let (desk, id) = Desk::connected().await;
    let left = killed(&desk);
    desk.engine.sign_out(&id).await.unwrap();
    let before = fs::metadata(left.path().join(LOG)).unwrap().len();
    let log = fs::read(desk.folder.path().join(LOG)).unwrap();
    assert!(u64::try_from(log.len()).unwrap() > before);
    // The sign-out is half in the log: its commit did not get there.
    fs::write(
        left.path().join(LOG),
        &log[..usize::try_from(before).unwrap() + 100],
    )
    .unwrap();
    let (engine, snapshot) = opened(&desk, left.path()).await;
    assert!(signed_in(&snapshot, &id));
    assert_eq!(snapshot.set_aside, None);
    engine.shutdown().await;
}

fn overwritten(path: &Path) {
    fs::write(path, "This was a database once.".repeat(400)).unwrap();
}

fn cut(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length / 2).unwrap();
}

fn scribbled_on(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    for page in 1..bytes.len() / 4096 {
        bytes[page * 4096..page * 4096 + 64].fill(0xab);
    }
    fs::write(path, bytes).unwrap();
}

fn emptied_beside_its_log(path: &Path) {
    fs::write(path, "").unwrap();
    fs::write(path.with_extension("sqlite-wal"), [1; 5000]).unwrap();
}

#[rstest]
#[case::overwritten(overwritten)]
#[case::cut(cut)]
#[case::scribbled_on(scribbled_on)]
#[case::emptied(emptied_beside_its_log)]
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_kept_aside_and_told_of(#[case] damage: fn(&Path)) {
    let (mut desk, _) = Desk::connected().await;
    desk.engine.shutdown().await;
    let path = desk.folder.path().join(DATABASE);
    damage(&path);
    let damaged = fs::read(&path).unwrap();
    desk.restart().await;

    let snapshot = desk.engine.snapshot().await.unwrap();
    assert!(snapshot.servers.is_empty());
    let aside = snapshot.set_aside.unwrap();
    let kept = PathBuf::from(&aside.path);
    assert_eq!(kept.parent(), Some(desk.folder.path()));
    assert_eq!(fs::read(kept).unwrap(), damaged);
    assert!((aside.at - desk.clock.clock().now()).abs() < 60_000);

    // It is a list like any other.
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    let still_told = desk.engine.snapshot().await.unwrap().set_aside;
    assert_eq!(still_told.as_ref(), Some(&aside));
    desk.engine.forget_set_aside().await.unwrap();
    desk.restart().await;
    assert_eq!(desk.engine.snapshot().await.unwrap().set_aside, None);
    assert!(PathBuf::from(aside.path).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_damaged_database_keeps_it_aside_too() {
    let (desk, _) = Desk::connected().await;
    desk.engine.shutdown().await;
    overwritten(&desk.folder.path().join(DATABASE));
    let catalogue = Catalogue::open(desk.folder.path()).await.unwrap().unwrap();
    assert!(catalogue.servers().await.unwrap().is_empty());
    catalogue.close().await;
    assert_eq!(kept_aside(desk.folder.path()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_not_taken_from_whoever_has_it_open() {
    let (mut desk, _) = Desk::connected().await;
    let path = desk.folder.path().join(DATABASE);
    // Else whoever opens it reads what it was, out of the log.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&desk.database().await)
        .await
        .unwrap();
    overwritten(&path);
    let damaged = fs::read(&path).unwrap();
    let refused = Engine::open(options(&desk, desk.folder.path())).await;
    assert_eq!(refused.err().unwrap().code(), "database_in_use");
    assert_eq!(fs::read(&path).unwrap(), damaged);
    // Whoever had it open is gone.
    desk.restart().await;
    assert_eq!(kept_aside(desk.folder.path()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_find_it_damaged_at_once_keep_it_aside_once() {
    let (desk, _) = Desk::connected().await;
    desk.engine.shutdown().await;
    overwritten(&desk.folder.path().join(DATABASE));
    let folder = desk.folder.path();
    let (one, two) = tokio::join!(opened(&desk, folder), opened(&desk, folder));
    assert!(one.1.set_aside.is_some());
    assert_eq!(one.1.set_aside, two.1.set_aside);
    assert_eq!(kept_aside(folder).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_is_left_alone() {
    let (desk, _) = Desk::connected().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&desk.database().await)
    .await
    .unwrap();
    let refused = Engine::open(options(&desk, desk.folder.path())).await;
    assert_eq!(refused.err().unwrap().code(), "database_newer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_holds_is_waited_for_and_loses_nothing() {
    let limits = drawbridge_engine::Limits {
        database: std::time::Duration::from_secs(2),
        ..limits()
    };
    let mut desk = Desk::with_limits(limits).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let database = desk.database().await;
    let mut holder = database.acquire().await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE")
        .execute(&mut *holder)
        .await
        .unwrap();
    let change = drawbridge_engine::view::ServerChange {
        name: Some("Another name".into()),
        ..Default::default()
    };
    let refused = desk.engine.change_server(&id, change.clone()).await;
    assert_eq!(refused.unwrap_err().code(), "database_busy");
    // Reading goes on.
    assert!(is_connected(&desk.view(&id).await));
    sqlx::query("COMMIT").execute(&mut *holder).await.unwrap();
    let changed = desk.engine.change_server(&id, change).await.unwrap();
    assert_eq!(changed.name, "Another name");
}

#[rstest]
#[case::settings("UPDATE server SET sign_in = '{ oops' WHERE id = ?")]
#[case::kind("UPDATE server SET auth = 'sorcery' WHERE id = ?")]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_keeps_no_other_back(#[case] damage: &'static str) {
    let desk = Desk::start().await;
    let damaged = desk.add().await;
    let other = new_server("https://other.example.com/mcp", AuthKind::OAuth);
    let other = desk.engine.add_server(other).await.unwrap();
    sqlx::query(damage)
        .bind(damaged.as_str())
        .execute(&desk.database().await)
        .await
        .unwrap();
    let shown = desk.engine.snapshot().await.unwrap().servers;
    let shown: Vec<_> = shown.iter().map(|server| &server.id).collect();
    assert_eq!(shown, [&other.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_text_is_shown_as_far_as_it_is() {
    let desk = Desk::start().await;
    let damaged = desk.add().await;
    sqlx::query("UPDATE server SET name = CAST(x'4eff' AS TEXT) WHERE id = ?")
        .bind(damaged.as_str())
        .execute(&desk.database().await)
        .await
        .unwrap();
    assert_eq!(desk.view(&damaged).await.name, "N\u{FFFD}");
}
