//! Commands that begin at the same moment on one data folder.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, File};

use drawbridge_testkit::mcp::Access;
use drawbridge_testkit::{Canned, Gate, Seen};
use rstest::rstest;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

use crate::desk::{CALL, DATABASE, Desk, ended};

/// What a program with the first so many migrations has left.
async fn write_schema(desk: &Desk, schema: usize) {
    let file = SqliteConnectOptions::new().filename(desk.path(DATABASE));
    let mut database = file.create_if_missing(true).connect().await.unwrap();
    let mut migrations = sqlx::migrate!("../engine/migrations");
    migrations.migrations = Cow::Owned(migrations.migrations[..schema].to_vec());
    migrations
        .run_direct(None, &mut database, false)
        .await
        .unwrap();
}

#[rstest]
#[case::in_a_new_folder(None)]
#[case::after_an_update(Some(4))]
#[tokio::test(flavor = "multi_thread")]
async fn all_wait_for_the_one_that_makes_the_schema(#[case] found: Option<usize>) {
    let desk = Desk::start().await;
    let locks = desk.path(DATABASE).with_file_name("locks");
    fs::create_dir_all(&locks).unwrap();
    if let Some(schema) = found {
        write_schema(&desk, schema).await;
    }
    let first = File::create(locks.join("schema.lock")).unwrap();
    first.lock().unwrap();

    let mut waiting = Vec::new();
    for _ in 0..4 {
        let mut child = desk.command(&["-v", "export"]).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        loop {
            let line = said.next_line().await.unwrap();
            if line
                .expect("it waits")
                .contains("brings the schema up to date")
            {
                break;
            }
        }
        waiting.push((child, said));
    }
    drop(first);
    for (child, _said) in waiting {
        let ran = ended(child).await;
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_four_connect_to_is_in_the_list_once() {
    let desk = Desk::start().await;
    let gate = Gate::closed();
    desk.sample.mcp.behave(|mcp| {
        mcp.access = Access::Open;
        mcp.gate = Some(gate.clone());
    });
    // None has found it in the list by then.
    let words = ["--json", "connect", &desk.url()];
    let connecting: Vec<Child> = (0..4)
        .map(|_| desk.command(&words).spawn().unwrap())
        .collect();
    gate.reached(4).await;
    gate.open();
    let mut ids = HashSet::new();
    for child in connecting {
        let (code, object) = ended(child).await.json("one");
        assert_eq!(code, 0, "{object}");
        ids.insert(object["server"]["id"].to_string());
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
    let (_, list) = desk.json(&["list"], "list").await;
    assert_eq!(list["servers"].as_array().map(Vec::len), Some(1));
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn of_three_whose_token_is_refused_at_once_one_refreshes() {
    let desk = Desk::signed_in().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|auth| auth.token_gate = Some(gate.clone()));
    desk.sample.auth.expire_access_tokens();
    desk.sample.clear_journal();
    let calling: Vec<Child> = (0..3)
        .map(|_| desk.command(&CALL).spawn().unwrap())
        .collect();
    // All have to refresh, and none has got anything yet.
    let refused = |seen: &Seen| seen.status == Some(401);
    desk.sample.seen_times(3, refused).await;
    gate.reached(1).await;
    gate.open();
    for child in calling {
        let called = ended(child).await;
        assert_eq!(called.code, 0, "{called:?}");
    }
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
    let wire = desk.sample.journal_lines().join("\n");
    assert_eq!(wire.matches("POST /token").count(), 1, "{wire}");
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn of_four_that_come_one_after_the_other_one_is_told_to_wait_and_the_others_know() {
    let desk = Desk::signed_in().await;
    let busy = Canned::too_many_requests(600);
    desk.sample
        .auth
        .behave(|auth| auth.refresh_answers.push_back(busy));
    desk.sample.auth.expire_access_tokens();
    desk.sample.clear_journal();
    let asked = || {
        let wire = desk.sample.journal_lines().join("\n");
        wire.matches("POST /token").count()
    };
    for _ in 0..4 {
        let (code, object) = desk.run(&CALL).await.json("error");
        let error = &object["error"];
        assert_eq!((code, &error["code"]), (4, &"sign_in_unavailable".into()));
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("status 429. The next try is in "),
            "{message}"
        );
        assert!(message.ends_with(" minutes."), "{message}");
        assert_eq!(asked(), 1);
    }
    // The app is one more.
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    let server = &object["servers"][0];
    assert_eq!(server["status"], "cant_reach", "{object:#}");
    let put_off = &server["grant"]["put_off"];
    assert!(put_off["until"].is_i64(), "{object:#}");
    assert_eq!(put_off["stops_calls"], true);
    let remedy = "To try now, run: drawbridge connect Notes";
    assert_eq!(put_off["problem"]["remedy"], remedy);
    let said = desk.run(&["status", "Notes"]).await.stdout;
    assert!(said.contains("  Waiting  "), "{said}");
    assert!(said.contains(" The next try is in "), "{said}");
    assert!(said.contains(remedy), "{said}");
    let (_, object) = desk.json(&["list"], "list").await;
    assert_eq!(object["servers"][0]["status"], "cant_reach");
    // Who connects says so.
    let connected = desk.run(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert_eq!(desk.run(&CALL).await.code, 0);
    assert_eq!(asked(), 2);
}
