//! The database, when something happened to it, as a script sees it.

use std::fs;
use std::process::Stdio;

use sqlx::{Executor as _, SqliteConnection};
use tokio::process::Command;

use crate::desk::{CALL, DATABASE, Desk, Ran, ended};

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_kept_aside_and_the_person_is_told_where() {
    let desk = Desk::signed_in().await;
    let damaged = "no database any more".repeat(1000);
    fs::write(desk.path(DATABASE), &damaged).unwrap();
    let listed = desk.run(&["--json", "list"]).await;
    assert_eq!(listed.stdout.trim(), r#"{"servers":[]}"#);
    let told = listed.stderr.trim();
    let (_, status) = desk.json(&["status"], "status").await;
    let kept = status["kept_aside"][0].as_str().unwrap();
    assert_eq!(
        told,
        format!("The database was damaged. It is kept aside as {kept}, and a new list was begun.")
    );
    assert_eq!(fs::read_to_string(kept).unwrap(), damaged);
    // It is told once, and goes on to be named.
    let listed = desk.run(&["list"]).await;
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    desk.add().await;
    desk.sign_in().await;
    let status = desk.run(&["status"]).await;
    assert!(status.stdout.contains(kept), "{status:?}");
}

/// Runs the command where no file may grow beyond 32 KiB: enough for what SQLite needs to begin.
async fn run_without_room(desk: &Desk, words: &[&str]) -> Ran {
    let command = desk.command(words);
    let command = command.as_std();
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .current_dir(command.get_current_dir().unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ended(limited.spawn().unwrap()).await
}

/// A log that is as long already, and cannot begin anew while somebody reads in it.
async fn fill_the_disk(desk: &Desk) -> SqliteConnection {
    let mut database = desk.database().await;
    for statement in [
        "PRAGMA wal_autocheckpoint = 0",
        "CREATE TABLE ballast (v BLOB)",
        "INSERT INTO ballast VALUES (randomblob(100000))",
        "BEGIN",
        "SELECT COUNT(*) FROM ballast",
    ] {
        database.execute(statement).await.unwrap();
    }
    database
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_no_call_and_spends_no_refresh_token() {
    let desk = Desk::signed_in().await;
    let ballast = fill_the_disk(&desk).await;
    let called = run_without_room(&desk, &CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    let added = run_without_room(
        &desk,
        &["--json", "add", "http://127.0.0.1:9/mcp", "--auth", "none"],
    );
    assert_eq!(added.await.error(), (1, "disk_failed".to_owned()));

    desk.sample.auth.expire_access_tokens();
    let refused = run_without_room(&desk, &CALL).await;
    assert_eq!(refused.error(), (4, "sign_in_unavailable".to_owned()));
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
    drop(ballast);
    let called = desk.run(&CALL).await;
    assert_eq!(called.code, 0, "{called:?}");
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_given_back_though_the_answer_cannot_be_made() {
    let desk = Desk::signed_in().await;
    let mut database = desk.database().await;
    let damage = "UPDATE tool SET tool = 'no tool any more'";
    database.execute(damage).await.unwrap();
    let refused = desk.run(&["logout", "Notes"]).await;
    assert_ne!(refused.code, 0, "{refused:?}");
    // Both of them.
    assert_eq!(desk.sample.auth.counters().revocations, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_told() {
    let desk = Desk::start().await;
    // Nobody can make a folder there, whoever asks.
    let refused = desk.run(&[
        "--json",
        "--data-dir",
        "/sys/drawbridge",
        "add",
        "http://127.0.0.1:9/mcp",
    ]);
    assert_eq!(refused.await.error(), (1, "data_folder".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_key_file_has_a_way_out() {
    let desk = Desk::signed_in().await;
    let key = desk.path("key");
    fs::write(&key, "not a key").unwrap();
    let refused = desk.run(&["--json", "tools", "Notes"]).await;
    assert_eq!(refused.code, 6);
    let (_, object) = refused.json("error");
    assert_eq!(object["error"]["code"], "vault_key_file");
    let remedy = object["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("drawbridge new-key"), "{remedy}");

    let (code, object) = desk.json(&["new-key"], "new-key").await;
    assert_eq!(code, 0, "{object}");
    assert_eq!(
        object["key"]["path"].as_str().unwrap(),
        key.display().to_string()
    );
    assert_eq!(
        fs::read_to_string(desk.path("key.replaced")).unwrap(),
        "not a key"
    );
    assert_eq!(desk.run(&["tools", "Notes"]).await.code, 3);
    desk.sign_in().await;
    // A second time there is nothing to replace.
    let refused = desk.run(&["--json", "new-key"]).await;
    assert_eq!(refused.error(), (2, "key_there".to_owned()));
    assert_eq!(desk.run(&["tools", "Notes"]).await.code, 0);
}
