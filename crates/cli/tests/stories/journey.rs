//! From nothing to a tool's answer, and back to nothing.

use drawbridge_testkit::Person;
use serde_json::json;

use crate::desk::{CALL, Desk, ended};

#[tokio::test(flavor = "multi_thread")]
async fn a_url_is_added_signed_in_to_used_and_removed() {
    let desk = Desk::start().await;
    let url = desk.url();
    let connected = desk.connect(&["--json", "connect", &url]).await;
    let (code, object) = connected.json("one");
    assert_eq!(code, 0);
    assert_eq!(object["server"]["status"], "connected");
    assert_eq!(object["server"]["tools"], 8);
    let id = object["server"]["id"].as_str().unwrap().to_owned();

    let (code, object) = desk.json(&["list"], "list").await;
    assert_eq!(code, 0);
    assert_eq!(object["servers"][0]["status"], "ready");
    assert_eq!(object["servers"][0]["tools"], 8);

    let (code, object) = desk.json(&["status", &id[..30]], "status").await;
    assert_eq!(code, 0);
    assert_eq!(object["key"]["kind"], "file");
    assert_eq!(
        object["servers"][0]["grant"]["issuer"],
        desk.sample.issuer()
    );
    assert!(object["servers"][0]["grant"]["expires_at"].is_i64());

    let (code, object) = desk.json(&["tools", &url], "tools").await;
    assert_eq!(code, 0);
    assert_eq!(object["tools"].as_array().unwrap().len(), 8);

    let call = ["call", &id, "greet", "--args", r#"{"name":"Ada"}"#];
    let (code, object) = desk.json(&call, "call").await;
    assert_eq!((code, &object["is_error"]), (0, &json!(false)));
    let greeting = object["content"][0]["text"].as_str().unwrap();
    assert!(greeting.contains("Ada"), "{greeting}");
    assert_eq!(desk.run(&call).await.stdout.trim_end(), greeting);

    let (code, object) = desk.json(&["logout", &id], "one").await;
    assert_eq!(
        (code, &object["server"]["status"]),
        (0, &json!("not_signed_in"))
    );
    assert_eq!(desk.sample.auth.live_grants(), 0);

    let (code, object) = desk.json(&["remove", &id], "remove").await;
    assert_eq!((code, &object["removed"]["id"]), (0, &json!(id)));
    let (_, object) = desk.json(&["list"], "list").await;
    assert_eq!(object, json!({ "servers": [] }));
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_comes_back_to_this_computer_by_itself() {
    let desk = Desk::signed_in().await;
    let wire = desk.sample.journal_lines().join("\n");
    assert_eq!(wire.matches("POST /register").count(), 1, "{wire}");
    let said = desk.run(&["status", "notes"]).await;
    assert!(said.stdout.contains("Notes: ready"), "{said:?}");
    assert!(said.stdout.contains("renewed without you"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_is_not_sent_to_the_browser_again() {
    let desk = Desk::signed_in().await;
    desk.sample.clear_journal();
    let again = desk.run(&["connect", "Notes"]).await;
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(again.stdout, "Connected to Notes: 8 tools.\n");
    let wire = desk.sample.journal_lines().join("\n");
    assert!(!wire.contains("/authorize"), "{wire}");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_a_line_each_where_there_is_no_terminal() {
    let desk = Desk::start().await;
    let connected = desk.connect(&["connect", &desk.url()]).await;
    assert!(
        connected
            .stderr
            .contains("Waiting for you at the sign-in page…\n"),
        "{connected:?}"
    );
    assert!(!connected.stderr.contains('\u{1b}'), "{connected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_who_signed_in_when_and_what_was_asked_for() {
    let desk = Desk::start().await;
    desk.sample.auth.behave(|auth| auth.always_id_token = true);
    desk.add().await;
    desk.sign_in().await;
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    let before = &object["servers"][0];
    assert_eq!(before["account"], "ada@example.com");
    assert!(before["grant"]["signed_in_at"].is_i64(), "{before:#}");
    assert_eq!(before["grant"]["renewed_at"], json!(null));
    assert_eq!(before["grant"]["asked"], before["grant"]["scopes"]);

    desk.sample.auth.expire_access_tokens();
    assert_eq!(desk.run(&CALL).await.code, 0);
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    let after = &object["servers"][0]["grant"];
    assert_eq!(after["signed_in_at"], before["grant"]["signed_in_at"]);
    assert!(after["renewed_at"].is_i64(), "{after:#}");
    let said = desk.run(&["status", "Notes"]).await;
    assert!(
        said.stdout.contains("  Account  ada@example.com\n"),
        "{said:?}"
    );

    desk.sample.auth.revoke_grants();
    assert_eq!(desk.run(&CALL).await.code, 3);
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    assert_eq!(object["servers"][0]["account"], "ada@example.com");
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn more_access_is_asked_for_by_connect() {
    let desk = Desk::signed_in().await;
    let refused = desk.run(&["--json", "call", "Notes", "admin_report"]).await;
    assert_eq!(refused.error(), (3, "more_access_needed".to_owned()));
    let (_, object) = desk.json(&["status", "Notes"], "status").await;
    assert_eq!(
        object["servers"][0]["status"], "more_access_needed",
        "{object:#}"
    );
    let connected = desk.connect(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    let report = desk.run(&["call", "Notes", "admin_report"]).await;
    assert_eq!(report.code, 0, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_work_on_one_data_folder() {
    let desk = Desk::signed_in().await;
    let gate = drawbridge_testkit::Gate::closed();
    desk.sample
        .mcp
        .behave(|mcp| mcp.call_gate = Some(gate.clone()));
    let greet = ["call", "Notes", "greet", "--args", r#"{"name":"Ada"}"#];
    let first = desk.command(&greet).spawn().unwrap();
    gate.reached(1).await;
    // The first one is in the middle of its work, and the file is open.
    assert_eq!(desk.run(&["list"]).await.code, 0);
    let added = desk
        .run(&["add", &desk.url(), "--name", "Other", "--same-url"])
        .await;
    assert_eq!(added.code, 0, "{added:?}");
    let tools = desk.run(&["tools", "Notes"]).await;
    assert_eq!(tools.code, 0, "{tools:?}");
    gate.open();
    let first = ended(first).await;
    assert_eq!(first.code, 0, "{first:?}");
    let ambiguous = desk.run(&["--json", "tools", &desk.url()]).await;
    assert_eq!(ambiguous.error(), (2, "ambiguous_server".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_is_believed() {
    let desk = Desk::start().await;
    let url = desk.url();
    let denied = desk
        .connect_as(Person::ada().deny(), &["--json", "connect", &url])
        .await;
    assert_eq!(denied.error(), (5, "access_denied".to_owned()));
}
