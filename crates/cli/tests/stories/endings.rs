//! Each way to end, as a script sees it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use drawbridge_testkit::mcp::Eras;
use drawbridge_testkit::{Gate, Person};
use rstest::rstest;

use crate::desk::{CALL, Desk, browser, ended, tell};

// rule: G9
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_grant_ends_with_three_and_connect_mends_it() {
    let desk = Desk::signed_in().await;
    desk.sample.auth.revoke_grants();
    let refused = desk.run(&["--json", "call", "Notes", "greet"]).await;
    let (code, object) = refused.json("error");
    assert_eq!(
        (code, &object["error"]["code"]),
        (3, &"reauth_required".into())
    );
    assert_eq!(object["error"]["remedy"], "Run: drawbridge connect Notes");
    let (_, status) = desk.json(&["status", "Notes"], "status").await;
    assert_eq!(status["servers"][0]["status"], "sign_in_again");
    let ended = &status["servers"][0]["reauth"];
    assert_eq!(ended["reason"], "invalid_grant");
    assert_eq!(object["error"]["server"], status["servers"][0]["id"]);
    assert_eq!(object["error"]["reauth"], *ended);
    // By now it is known before anybody is asked.
    let (code, again) = desk.json(&["tools", "Notes"], "error").await;
    assert_eq!((code, &again["error"]["reauth"]), (3, ended));
    let connected = desk.connect(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connect_signs_in_where_what_is_stored_turns_out_to_be_dead() {
    let desk = Desk::signed_in().await;
    desk.sample.auth.revoke_grants();
    // Nobody knows of it yet.
    let connected = desk.connect(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sign_in_a_tool_ends_with_three() {
    let desk = Desk::start().await;
    desk.run(&["add", &desk.url(), "--name", "Notes"]).await;
    let (code, object) = desk.json(&["tools", "Notes"], "error").await;
    assert_eq!(
        (code, &object["error"]["code"]),
        (3, &"sign_in_needed".into())
    );
    assert!(object["error"]["reauth"].is_null(), "{object:#}");
}

// rule: G8
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_ends_with_four_and_the_grant_is_kept() {
    let desk = Desk::signed_in().await;
    desk.sample.mcp.close().await;
    desk.sample.auth.close().await;
    for words in [
        ["tools", "Notes"],
        ["connect", "Notes"],
        ["doctor", "Notes"],
    ] {
        let refused = desk.run(&words).await;
        assert_eq!(refused.code, 4, "{words:?} {refused:?}");
    }
    let (_, status) = desk.json(&["status"], "status").await;
    assert_eq!(status["servers"][0]["status"], "ready");
    // Forgotten here all the same.
    assert_eq!(desk.run(&["logout", "Notes"]).await.code, 0);
}

#[rstest]
#[case::no_command(&[])]
#[case::no_such_command(&["fly"])]
#[case::no_such_server(&["tools", "nobody"])]
#[case::no_arguments(&["call", "Notes", "greet", "--args", "nothing"])]
#[case::a_list(&["call", "Notes", "greet", "--args", "[1]"])]
#[case::no_file(&["call", "Notes", "greet", "--args", "@missing.json"])]
#[case::no_url(&["add", "ftp://a.example"])]
#[case::plain_http(&["add", "http://a.example/mcp"])]
#[case::a_port_alone(&["add", "https://a.example/mcp", "--port", "80"])]
#[case::a_secret_alone(&["add", "https://a.example/mcp", "--client-secret-stdin"])]
#[case::no_header(&["add", "https://a.example/mcp", "--header", "nothing"])]
#[case::no_list(&["import", "-"])]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_ends_with_two(#[case] words: &[&str]) {
    let desk = Desk::start().await;
    let ran = desk.run(words).await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(!ran.stderr.is_empty() && ran.stdout.is_empty(), "{ran:?}");
    let (code, _) = desk.run(&[&["--json"], words].concat()).await.error();
    assert_eq!(code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_fails_ends_with_five_and_its_answer_is_printed() {
    let desk = Desk::signed_in().await;
    let (code, object) = desk.json(&["call", "Notes", "fail"], "call").await;
    assert_eq!((code, &object["is_error"]), (5, &true.into()));
    let words = [
        "--json",
        "call",
        "Notes",
        "fail",
        "--args",
        r#"{"kind":"protocol"}"#,
    ];
    assert_eq!(
        desk.run(&words).await.error(),
        (5, "server_error".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_that_fits_it_ends_with_six() {
    let desk = Desk::start().await;
    let url = desk.url();
    desk.run(&["add", &url, "--name", "Notes"]).await;
    fs::set_permissions(desk.path("key"), Permissions::from_mode(0o644)).unwrap();
    let open = desk.run(&["--json", "connect", "Notes"]).await;
    assert_eq!(open.error(), (6, "vault_key_file".to_owned()));
    let missing = desk
        .run(&["--json", "--key-file", "nowhere", "connect", "Notes"])
        .await;
    assert_eq!(missing.error(), (6, "vault_key_file".to_owned()));
    // Nothing was registered that could then not be stored.
    let wire = desk.sample.journal_lines().join("\n");
    assert!(!wire.contains("/register"), "{wire}");
    // Nobody needs a key to look at the list.
    assert_eq!(desk.run(&["list"]).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_remembers_its_key_file() {
    let desk = Desk::signed_in().await;
    let tools = desk
        .command(&["tools", "Notes"])
        .env_remove("DRAWBRIDGE_KEY_FILE")
        .spawn();
    let tools = ended(tools.unwrap()).await;
    assert_eq!(tools.code, 0, "{tools:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_empty_is_as_good_as_none() {
    let desk = Desk::start().await;
    desk.add().await;
    for (words, said) in [
        (&["list"][..], "Notes"),
        (&["completions", "bash"], "drawbridge"),
    ] {
        let ran = desk
            .command(words)
            .env("DRAWBRIDGE_DATA_DIR", "")
            .env("DRAWBRIDGE_KEY_FILE", "")
            .spawn();
        let ran = ended(ran.unwrap()).await;
        assert!(ran.code == 0 && ran.stdout.contains(said), "{ran:?}");
    }
    // Who names a folder that is nowhere does not mean the app's own.
    let nowhere = desk.run(&["--json", "--data-dir", "", "list"]).await;
    assert_eq!(nowhere.error(), (2, "usage".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_ends_with_seven() {
    let desk = Desk::start().await;
    desk.write_program("browser", "#!/bin/sh\nexit 0\n");
    let words = ["--json", "connect", &desk.url(), "--timeout", "1"];
    assert_eq!(
        desk.run(&words).await.error(),
        (7, "wait_timed_out".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_to_hear_what_a_new_server_needs_ends_with_seven() {
    let desk = Desk::start().await;
    let gate = Gate::closed();
    desk.sample.mcp.behave(|mcp| mcp.gate = Some(gate.clone()));
    let words = ["--json", "connect", &desk.url(), "--timeout", "1"];
    assert_eq!(
        desk.run(&words).await.error(),
        (7, "wait_timed_out".to_owned())
    );
    gate.open();
    let (_, list) = desk.json(&["list"], "list").await;
    assert_eq!(list["servers"].as_array().map(Vec::len), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_server_that_is_removed_meanwhile_is_told_so() {
    let desk = Desk::signed_in().await;
    let gate = Gate::closed();
    desk.sample.mcp.behave(|mcp| {
        mcp.method_gates.insert("tools/list".into(), gate.clone());
    });
    let call = desk.command(&CALL).spawn().unwrap();
    gate.reached(1).await;
    assert_eq!(desk.run(&["remove", "Notes"]).await.code, 0);
    gate.open();
    assert_eq!(ended(call).await.error(), (2, "unknown_server".to_owned()));
}

// rule: T1, G11
#[rstest]
#[case::removed("remove", (2, "unknown_server"))]
#[case::signed_out_of("logout", (7, "sign_in_cancelled"))]
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_to_a_server_that_another_takes_away_is_told_so_before_coming_back(
    #[case] command: &str,
    #[case] (exit, code): (i32, &str),
) {
    let desk = Desk::start().await;
    desk.add().await;
    let words = ["--json", "connect", "Notes"];
    let waiting = desk.command(&words).spawn().unwrap();
    let page = desk.page().await;
    assert_eq!(desk.run(&[command, "Notes"]).await.code, 0);
    assert_eq!(ended(waiting).await.error(), (exit, code.to_owned()));
    // The way back is closed.
    let callback = Person::ada().follow(&page).await.unwrap();
    assert!(browser().get(&callback).send().await.is_err());
    assert_eq!(desk.sample.auth.live_grants(), 0);
}

// rule: T1, G7
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_sign_in_to_one_server_the_first_is_told_so_and_the_second_gets_through() {
    let desk = Desk::signed_in().await;
    // What is granted stays, and is not what they wait for.
    let refused = desk.run(&["--json", "call", "Notes", "admin_report"]).await;
    assert_eq!(refused.error(), (3, "more_access_needed".to_owned()));
    let words = ["--json", "connect", "Notes"];
    let first = desk.command(&words).spawn().unwrap();
    desk.page().await;
    let second = desk.connect(&["connect", "Notes"]);
    let (first, second) = tokio::join!(ended(first), second);
    assert_eq!(first.error(), (7, "sign_in_cancelled".to_owned()));
    assert_eq!(second.code, 0, "{second:?}");
}

// rule: R8
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_know_drawbridge_any_more_is_mended_by_registering_again() {
    let desk = Desk::signed_in().await;
    assert_eq!(desk.run(&["logout", "Notes"]).await.code, 0);
    desk.sample.auth.forget_clients();
    let connect = ["connect", "Notes"];
    let waiting = desk.command_under(ALL_SIGNALS, &connect).spawn().unwrap();
    let page = desk.page().await;
    // The page says so, and leads nowhere.
    assert!(Person::ada().follow(&page).await.is_err());
    tell(&waiting, "-INT").await;
    let said = ended(waiting).await.stderr;
    let way_out = "run: drawbridge connect --register-again Notes";
    assert!(said.contains(way_out), "{said}");
    let words = ["connect", "--register-again", "Notes"];
    let connected = desk.connect(&words).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert!(!connected.stderr.contains(way_out), "{connected:?}");
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: R8, G10
#[tokio::test(flavor = "multi_thread")]
async fn who_registers_again_and_stops_it_stays_signed_in() {
    let desk = Desk::signed_in().await;
    let words = ["--json", "connect", "--register-again", "Notes"];
    let waiting = desk.command_under(ALL_SIGNALS, &words).spawn().unwrap();
    desk.page().await;
    tell(&waiting, "-INT").await;
    let told = ended(waiting).await.error();
    assert_eq!(told, (7, "sign_in_cancelled".to_owned()));
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    assert_eq!(desk.run(&CALL).await.code, 0);
}

// rule: R8
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_typed_in_is_not_registered_again() {
    let desk = Desk::start().await;
    let url = desk.url();
    let words = ["add", &url, "--name", "Own", "--client-id", "by-hand"];
    assert_eq!(desk.run(&words).await.code, 0);
    let words = ["connect", "--register-again", "Own"];
    let waiting = desk.command_under(ALL_SIGNALS, &words).spawn().unwrap();
    assert!(desk.page().await.contains("client_id=by-hand"));
    tell(&waiting, "-INT").await;
    let said = ended(waiting).await.stderr;
    assert!(!said.contains("egister"), "{said}");
    assert_eq!(desk.sample.auth.counters().registrations, 0);
}

// rule: T1, G10
#[rstest]
#[case::tools("tools")]
#[case::connect("connect")]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_person_that_another_takes_the_secret_from_does_not_go_on(
    #[case] command: &str,
) {
    let desk = Desk::start().await;
    desk.add_without_a_person().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|auth| auth.metadata_gate = Some(gate.clone()));
    let words = ["--json", command, "Notes"];
    let waiting = desk.command(&words).spawn().unwrap();
    gate.reached(1).await;
    let mut database = desk.database().await;
    sqlx::query("UPDATE server SET client_secret = NULL")
        .execute(&mut database)
        .await
        .unwrap();
    let told = ended(waiting).await.error();
    assert_eq!(told, (7, "sign_in_cancelled".to_owned()));
    gate.open();
    assert_eq!(desk.sample.auth.counters().client_tokens, 0);
}

/// Whatever the tests were started by.
pub(crate) const ALL_SIGNALS: &str = "--default-signal=INT,TERM,HUP";

// rule: T1
#[rstest]
#[case::ctrl_c("-INT")]
#[case::an_end_by_the_system("-TERM")]
#[case::a_terminal_that_is_closed("-HUP")]
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_it_leaves_no_attempt_behind(#[case] signal: &str) {
    let desk = Desk::start().await;
    let child = desk
        .command_under(ALL_SIGNALS, &["--json", "connect", &desk.url()])
        .spawn()
        .unwrap();
    let page = desk.page().await;
    tell(&child, signal).await;
    assert_eq!(
        ended(child).await.error(),
        (7, "sign_in_cancelled".to_owned())
    );
    // The way back is closed.
    let callback = Person::ada().follow(&page).await.unwrap();
    assert!(browser().get(&callback).send().await.is_err());
    assert_eq!(desk.sample.auth.counters().registrations, 1);
    assert_eq!(desk.sample.auth.live_grants(), 0);
    let mut database = desk.database().await;
    let attempts = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM attempt");
    assert_eq!(attempts.fetch_one(&mut database).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_to_outlive_the_terminal_does() {
    let desk = Desk::start().await;
    let url = desk.url();
    let child = desk
        .command_under("--ignore-signal=HUP", &["connect", &url])
        .spawn()
        .unwrap();
    let page = desk.page().await;
    tell(&child, "-HUP").await;
    let callback = Person::ada().follow(&page).await.unwrap();
    browser().get(callback).send().await.unwrap();
    let connected = ended(child).await;
    assert_eq!(connected.code, 0, "{connected:?}");
}

// rule: G4
#[rstest]
#[case::ctrl_c("-INT")]
#[case::an_end_by_the_system("-TERM")]
#[case::a_terminal_that_is_closed("-HUP")]
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_it_in_the_midst_of_a_refresh_stays_signed_in(#[case] signal: &str) {
    let desk = Desk::signed_in().await;
    let answer = Gate::closed();
    desk.sample
        .auth
        .behave(|auth| auth.token_answer_gate = Some(answer.clone()));
    desk.sample.auth.expire_access_tokens();
    let child = desk.command_under(ALL_SIGNALS, &CALL).spawn().unwrap();
    answer.reached(1).await;
    tell(&child, signal).await;
    answer.open();
    assert_eq!(ended(child).await.error(), (7, "cancelled".to_owned()));
    assert_eq!(desk.run(&CALL).await.code, 0);
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (1, 0));
}

#[rstest]
#[case::ctrl_c("-INT")]
#[case::an_end_by_the_system("-TERM")]
#[case::a_terminal_that_is_closed("-HUP")]
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_a_tool_has_its_server_told_of_it(#[case] signal: &str) {
    let desk = Desk::signed_in().await;
    desk.sample.mcp.behave(|mcp| mcp.eras = Eras::Initialize);
    let arguments = r#"{"seconds":600}"#;
    let words = ["--json", "call", "Notes", "slow", "--args", arguments];
    let call = desk.command_under(ALL_SIGNALS, &words).spawn().unwrap();
    desk.sample.mcp.calls_reach(|calls| calls.begun == 1).await;
    tell(&call, signal).await;
    assert_eq!(ended(call).await.error(), (7, "cancelled".to_owned()));
    let lines = desk.sample.journal_lines();
    let told = |line: &String| line.contains("[notifications/cancelled] → 202");
    assert!(lines.iter().any(told), "{lines:#?}");
}

// rule: G11
#[rstest]
#[case::signing_out(&["logout", "Notes"], "-TERM")]
#[case::removing(&["remove", "Notes"], "-HUP")]
#[case::deleting_all_data(&["delete-all", "--yes"], "-INT")]
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_it_in_the_midst_of_giving_back_waits_for_that(
    #[case] words: &[&str],
    #[case] signal: &str,
) {
    let desk = Desk::signed_in().await;
    let gate = Gate::closed();
    desk.sample
        .auth
        .behave(|auth| auth.revocation_gate = Some(gate.clone()));
    let child = desk.command_under(ALL_SIGNALS, words).spawn().unwrap();
    gate.reached(1).await;
    tell(&child, signal).await;
    gate.open();
    let done = ended(child).await;
    assert_eq!(done.code, 0, "{done:?}");
    // Both tokens.
    assert_eq!(desk.sample.auth.counters().revocations, 2);
}
