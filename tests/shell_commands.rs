//! The commands as the front end calls them.

mod shell;

use std::{fs, path::Path};

use drawbridge_desktop::{downloads::Downloads, opening::Opening, preferences::Preferences};
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::{Value, json};
use shell::{HOME, Shell, call, open_engine};
use tauri::Manager as _;

#[test]
fn an_empty_list_says_where_the_key_is_and_what_the_redirect_uri_is() {
    let shell = Shell::start();
    let snapshot = call(&shell.main(), HOME, "plugin:servers|snapshot", json!({})).unwrap();
    assert_eq!(snapshot["servers"], json!([]));
    assert_eq!(snapshot["vault"]["state"], "file");
    assert_eq!(
        snapshot["redirectUri"],
        "dev.drawbridge.desktop:/oauth/callback"
    );
}

#[test]
fn a_server_is_added_changed_and_removed() {
    let shell = Shell::start();
    let main = shell.main();
    let answer = |command: &str, arguments: Value| call(&main, HOME, command, arguments).unwrap();
    let added = answer(
        "plugin:servers|add",
        json!({ "server": { "url": "https://mcp.example/mcp", "auth": "oauth", "headers": [] } }),
    );
    let id = &added["id"];
    let changed = answer(
        "plugin:servers|change",
        json!({ "id": id, "change": { "name": "Example" } }),
    );
    assert_eq!(changed["name"], "Example");
    assert_eq!(answer("plugin:tools|list", json!({ "id": id })), "[]");
    let activity = answer("plugin:activity|list", json!({ "id": id }));
    assert_eq!(activity[0]["what"], "changed");
    assert_eq!(activity[1]["what"], "added");
    answer("plugin:servers|remove", json!({ "id": id }));
    assert_eq!(
        answer("plugin:servers|snapshot", json!({}))["servers"],
        json!([])
    );
}

#[test]
fn a_server_is_moved_to_another_place() {
    let shell = Shell::start();
    let main = shell.main();
    let answer = |command: &str, arguments: Value| call(&main, HOME, command, arguments).unwrap();
    let add = |url: &str| {
        let server = json!({ "url": url, "auth": "oauth", "headers": [] });
        answer("plugin:servers|add", json!({ "server": server }))["id"].clone()
    };
    let (first, second) = (add("https://a.example/mcp"), add("https://b.example/mcp"));
    answer("plugin:servers|move", json!({ "id": second, "to": 0 }));
    let servers = answer("plugin:servers|snapshot", json!({}))["servers"].clone();
    assert_eq!(
        json!([servers[0]["id"], servers[1]["id"]]),
        json!([second, first])
    );
}

#[test]
fn an_error_comes_with_its_code_its_sentence_and_its_remedy() {
    let shell = Shell::start();
    let server = json!({ "url": "ftp://mcp.example/", "auth": "oauth", "headers": [] });
    let error = call(
        &shell.main(),
        HOME,
        "plugin:servers|add",
        json!({ "server": server }),
    )
    .unwrap_err();
    assert_json_snapshot!(error, @r#"
    {
      "code": "invalid_url",
      "message": "This address cannot be used: the address must begin with https://.",
      "remedy": "Use an address like https://mcp.example.com/mcp."
    }
    "#);
}

#[rstest]
#[case("plugin:servers|remove", json!({}), "unknown_server")]
#[case("plugin:servers|move", json!({ "to": 0 }), "unknown_server")]
#[case("plugin:sign-in|connect", json!({}), "unknown_server")]
#[case("plugin:sign-in|sign_out", json!({}), "unknown_server")]
#[case("plugin:sign-in|show_window", json!({}), "no_sign_in")]
#[case("plugin:sign-in|hand_over", json!({}), "no_sign_in")]
#[case("plugin:sign-in|register_again", json!({}), "unknown_server")]
#[case("plugin:sign-in|decline_access", json!({}), "unknown_server")]
#[case("plugin:sign-in|copy_link", json!({}), "no_sign_in")]
#[case("plugin:activity|list", json!({}), "unknown_server")]
#[case("plugin:activity|copy_report", json!({}), "unknown_server")]
#[case("plugin:tools|refresh", json!({}), "unknown_server")]
#[case("plugin:tools|call", json!({ "call": "1", "tool": "echo", "arguments": "{}" }), "unknown_server")]
fn a_server_that_is_gone_is_an_error_of_its_own(
    #[case] command: &str,
    #[case] mut arguments: Value,
    #[case] code: &str,
) {
    let shell = Shell::start();
    arguments["id"] = json!("gone");
    let error = call(&shell.main(), HOME, command, arguments).unwrap_err();
    assert_eq!(error["code"], code);
}

#[rstest]
#[case("plugin:questions|answer", json!({ "answer": { "action": "decline" } }))]
#[case("plugin:questions|answer", json!({ "answer": { "action": "accept", "content": "{\"n\":1}" } }))]
#[case("plugin:questions|open_page", json!({}))]
fn a_question_that_is_gone_is_an_error_of_its_own(
    #[case] command: &str,
    #[case] mut arguments: Value,
) {
    let shell = Shell::start();
    arguments["id"] = json!("gone");
    let error = call(&shell.main(), HOME, command, arguments).unwrap_err();
    assert_eq!(error["code"], "question_gone");
}

// rule: N5
#[test]
fn a_pasted_callback_that_is_not_ours_is_refused_without_repeating_it() {
    let shell = Shell::start();
    let text = "dev.drawbridge.desktop:/oauth/callback?code=SECRET&state=SECRET";
    let error = call(
        &shell.main(),
        HOME,
        "plugin:sign-in|paste_callback",
        json!({ "id": "gone", "text": text }),
    )
    .unwrap_err();
    assert_eq!(error["code"], "unknown_callback");
    assert!(!error.to_string().contains("SECRET"));
}

#[test]
fn a_pasted_list_is_shown_without_its_values_and_what_is_ticked_is_added() {
    let shell = Shell::start();
    let main = shell.main();
    let answer = |command: &str, arguments: Value| call(&main, HOME, command, arguments).unwrap();
    let text = r#"{ "mcpServers": { "notes": { "url": "https://notes.invalid/mcp",
        "headers": { "X-Api-Key": "s3cret" } }, "files": { "command": "npx" } } }"#;
    let preview = answer("plugin:import|preview", json!({ "text": text }));
    assert!(!preview.to_string().contains("s3cret"));
    assert_eq!(preview["entries"][0]["headerNames"], json!(["x-api-key"]));
    assert_eq!(preview["entries"][1]["reason"]["code"], "runs_here");
    let picks = json!([{ "at": 0, "name": "notes" }]);
    let source = json!({ "kind": "text", "text": text });
    let added = answer(
        "plugin:import|add",
        json!({ "source": source, "picks": picks }),
    );
    assert_eq!(added["entries"][0]["kind"], "added");
    let snapshot = answer("plugin:servers|snapshot", json!({}));
    assert_eq!(snapshot["servers"][0]["name"], "notes");
}

#[rstest]
#[case(json!({ "server": "https://evil.example", "link": "docs" }))]
#[case(json!({ "server": "deepwiki", "link": "client" }))]
fn only_the_links_of_the_catalogue_are_opened(#[case] arguments: Value) {
    let shell = Shell::start();
    let error = call(&shell.main(), HOME, "plugin:catalogue|open_link", arguments).unwrap_err();
    assert_eq!(error["code"], "no_link");
}

#[test]
fn the_preferences_of_the_desktop_are_stored_told_and_in_force_when_it_is_answered() {
    let shell = Shell::start();
    let main = shell.main();
    let snapshot = || call(&main, HOME, "plugin:servers|snapshot", json!({})).unwrap();
    assert_json_snapshot!(snapshot()["preferences"]["desktop"], @r#"
    {
      "keepInTray": false,
      "language": "system",
      "notifications": true,
      "theme": "system",
      "updates": "unasked"
    }
    "#);
    let mut wanted = snapshot()["preferences"].clone();
    wanted["desktop"] = json!({
        "theme": "dark", "language": "de", "notifications": false, "keepInTray": true, "updates": "never",
    });
    let set = json!({ "preferences": wanted });
    call(&main, HOME, "plugin:preferences|set_preferences", set).unwrap();
    assert_eq!(snapshot()["preferences"], wanted);
    let in_force = json!(main.state::<Preferences>().now());
    assert_eq!(in_force, wanted["desktop"]);
}

#[test]
fn a_picture_of_an_answer_becomes_a_file_of_its_own_that_nobody_runs() {
    let shell = Shell::start();
    let main = shell.main();
    let folder = tempfile::tempdir().unwrap();
    main.manage(Downloads::at(folder.path().to_owned()));
    let save = |tool: &str, kind: &str, data: &str| {
        let arguments = json!({ "tool": tool, "mimeType": kind, "data": data });
        call(&main, HOME, "plugin:tools|save", arguments)
    };
    let first = save("../draw.sh", "image/png", "iVBORw0KGgo=").unwrap();
    let second = save("../draw.sh", "image/png", "AAEC").unwrap();
    let (first, second) = (first.as_str().unwrap(), second.as_str().unwrap());
    assert!(first.starts_with(folder.path().join("draw-sh-").to_str().unwrap()));
    let ending = |path: &str| Path::new(path).extension().map(ToOwned::to_owned);
    assert_eq!(ending(first), Some("png".into()));
    assert_ne!(first, second);
    assert_eq!(fs::read(first).unwrap(), b"\x89PNG\r\n\x1a\n");
    assert_eq!(fs::read(second).unwrap(), [0, 1, 2]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(first).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[rstest]
#[case("text/html", "AAEC")]
#[case("application/x-sh", "AAEC")]
#[case("image/png", "<no base64>")]
fn what_is_no_picture_and_no_sound_becomes_no_file(#[case] kind: &str, #[case] data: &str) {
    let shell = Shell::start();
    let main = shell.main();
    let folder = tempfile::tempdir().unwrap();
    main.manage(Downloads::at(folder.path().to_owned()));
    let arguments = json!({ "tool": "draw", "mimeType": kind, "data": data });
    let error = call(&main, HOME, "plugin:tools|save", arguments).unwrap_err();
    assert_eq!(error["code"], "answer_not_a_file");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_comes_without_pixels_is_not_copied() {
    let shell = Shell::start();
    let size = json!({ "width": 1, "height": 1 });
    let error = call(&shell.main(), HOME, "plugin:tools|copy_picture", size).unwrap_err();
    assert_eq!(error["code"], "picture_not_copied");
}

#[test]
fn no_file_is_shown_that_lies_elsewhere() {
    let shell = Shell::start();
    let main = shell.main();
    let folder = tempfile::tempdir().unwrap();
    main.manage(Downloads::at(folder.path().join("Downloads")));
    let elsewhere = json!({ "path": folder.path() });
    let error = call(&main, HOME, "plugin:desktop|show_download", elsewhere).unwrap_err();
    assert_eq!(error["code"], "folder_not_shown");
}

#[test]
fn where_the_system_tells_nothing_the_pane_is_told_so() {
    let shell = Shell::start();
    let main = shell.main();
    let told = call(&main, HOME, "plugin:desktop|surroundings", json!({})).unwrap();
    assert_eq!(told, json!({ "startAtLogin": null, "tray": false }));
    let on = json!({ "on": true });
    let refused = call(&main, HOME, "plugin:desktop|set_start_at_login", on).unwrap_err();
    assert_eq!(refused["code"], "start_at_login");
}

#[test]
fn after_deleting_all_data_the_list_is_empty_and_takes_a_server() {
    let shell = Shell::start();
    let main = shell.main();
    let answer = |command: &str, arguments: Value| call(&main, HOME, command, arguments).unwrap();
    let server = json!({ "url": "https://mcp.example/mcp", "auth": "oauth", "headers": [] });
    answer("plugin:servers|add", json!({ "server": server }));
    answer("plugin:desktop|delete_all", json!({}));
    assert_eq!(
        answer("plugin:servers|snapshot", json!({}))["servers"],
        json!([])
    );
    answer("plugin:servers|add", json!({ "server": server }));
}

#[tokio::test]
async fn what_failed_is_tried_again_and_goes_on_when_its_cause_is_mended() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("disk/data");
    let opening = Opening::by({
        let data = data.clone();
        move || open_engine(data.clone())
    });
    // A file is where the folder should be.
    std::fs::write(place.path().join("disk"), "").unwrap();
    opening.open().await;
    assert!(opening.engine_or_again().await.is_err());
    std::fs::remove_file(place.path().join("disk")).unwrap();
    assert!(opening.engine().await.is_err(), "nobody has tried again");
    opening.engine_or_again().await.unwrap();
    opening.engine().await.unwrap();
}
