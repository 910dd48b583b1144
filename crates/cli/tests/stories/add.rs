//! What may be said of a server, and what is found out.

use drawbridge_testkit::KeptPort;
use serde_json::json;

use crate::desk::Desk;

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_needs_is_found_out() {
    let desk = Desk::start().await;
    let (code, object) = desk.json(&["add", &desk.url()], "one").await;
    assert_eq!((code, &object["server"]["auth"]), (0, &json!("oauth")));
    let again = desk.run(&["--json", "add", &desk.url()]).await;
    assert_eq!(again.error(), (2, "duplicate_url".to_owned()));
}

// rule: D1
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_found_out_is_not_guessed() {
    let desk = Desk::start().await;
    let nobody = "http://127.0.0.1:9/mcp";
    let refused = desk.run(&["--json", "add", nobody]).await;
    assert_eq!(refused.error(), (4, "unreachable".to_owned()));
    let (_, object) = desk.json(&["list"], "list").await;
    assert_eq!(object, json!({ "servers": [] }));
    let (code, object) = desk.json(&["add", nobody, "--auth", "oauth"], "one").await;
    assert_eq!((code, &object["server"]["auth"]), (0, &json!("oauth")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_run_next_works_for_a_name_that_is_there_twice() {
    let desk = Desk::start().await;
    for host in ["mcp.example.com", "x.example.com"] {
        let url = format!("https://{host}/mcp");
        let added = desk.run(&["add", &url, "--auth", "oauth"]).await;
        let (_, typed) = added.stdout.trim().rsplit_once(' ').unwrap();
        let (code, found) = desk.json(&["status", typed], "status").await;
        assert_eq!(
            (code, &found["servers"][0]["url"]),
            (0, &json!(url)),
            "{typed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_run_next_works_for_a_name_that_looks_like_an_option() {
    let desk = Desk::start().await;
    let added = desk.run(&["add", &desk.url(), "--name=-x"]).await;
    let (_, next) = added.stdout.trim().rsplit_once("drawbridge ").unwrap();
    assert_eq!(next, "connect -- -x");
    let (code, error) = desk
        .run(&["--json", "tools", "--", "-x"])
        .await
        .json("error");
    assert_eq!(
        (code, &error["error"]["remedy"]),
        (3, &json!("Run: drawbridge connect -- -x"))
    );
    let words: Vec<&str> = next.split(' ').collect();
    let connected = desk.connect(&words).await;
    assert_eq!(connected.code, 0, "{connected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_name_is_said() {
    let desk = Desk::start().await;
    let words = ["--json", "add", &desk.url(), "--name", "My\nNotes"];
    let (code, error) = desk.run(&words).await.json("error");
    let told = "A name has 1 to 255 characters, and no control characters.";
    assert_eq!((code, &error["error"]["message"]), (2, &json!(told)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_a_scheme_is_understood_wherever_a_server_is_named() {
    let desk = Desk::start().await;
    let url = desk.url();
    let typed = url.strip_prefix("http://").unwrap();
    let (code, object) = desk.json(&["doctor", typed], "doctor").await;
    assert_eq!((code, &object["server"]), (0, &json!(null)));
    let connected = desk.connect(&["connect", typed]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    for words in [
        &["connect", typed][..],
        &["status", typed],
        &["tools", typed],
        &["call", typed, "greet", "--args", r#"{"name":"Ada"}"#],
        &["doctor", typed],
        &["report", typed],
        &["logout", typed],
        &["remove", typed],
    ] {
        let ran = desk.run(words).await;
        assert_eq!(ran.code, 0, "{words:?} {ran:?}");
    }
    // What is no address is looked for in the list alone.
    for command in ["connect", "doctor"] {
        let unknown = desk.run(&["--json", command, "my.notes and more"]).await;
        assert_eq!(unknown.error(), (2, "unknown_server".to_owned()));
    }
}

// rule: D2
#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_standard_input_opens_a_server() {
    let desk = Desk::start().await;
    desk.sample.mcp.require_api_key("k-123456789");
    let words = [
        "--json",
        "add",
        &desk.url(),
        "--name",
        "Keyed",
        "--header-stdin",
    ];
    let (code, object) = desk
        .run_with(&words, "X-Api-Key: k-123456789\n")
        .await
        .json("one");
    assert_eq!((code, &object["server"]["auth"]), (0, &json!("headers")));
    assert_eq!(
        object["server"]["settings"]["header_names"],
        json!(["x-api-key"])
    );
    let tools = desk.run(&["tools", "keyed"]).await;
    assert_eq!(tools.code, 0, "{tools:?}");
    assert!(!desk.everything_stored().contains("k-123456789"));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn who_sits_at_a_terminal_is_told_what_to_type() {
    let desk = Desk::start().await;
    let program = env!("CARGO_BIN_EXE_drawbridge");
    let line = format!("{program} add {} --header-stdin", desk.url());
    let typed = "X-Api-Key: k-123456789\n\u{4}";
    let seen = desk.at_a_terminal(&line, typed).await;
    assert_eq!(seen.code, 0, "{seen:?}");
    let told = "Type the headers, NAME: VALUE, one a line, then Ctrl-D in a line of its own:";
    assert!(seen.stdout.contains(told), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_ends_with_five() {
    let desk = Desk::start().await;
    desk.sample.mcp.require_api_key("k-123456789");
    let header = [
        "add",
        &desk.url(),
        "--name",
        "Keyed",
        "--header",
        "X-Api-Key: wrong",
    ];
    desk.run(&header).await;
    assert_eq!(
        desk.run(&["--json", "tools", "Keyed"]).await.error(),
        (5, "key_refused".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_of_ones_own_is_shown_as_it_is_documented() {
    let desk = Desk::start().await;
    let url = desk.url();
    let way = ["--redirect", "loopback", "--redirect-path", "/back"];
    let words = [&["add", &url], &way[..]].concat();
    let (code, object) = desk.json(&words, "one").await;
    let redirect = json!({ "kind": "loopback", "port": null, "path": "/back" });
    assert_eq!(
        (code, &object["server"]["settings"]["redirect"]),
        (0, &redirect)
    );
}

// rule: R1
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_ones_own_signs_in_with_its_secret() {
    let desk = Desk::start().await;
    let kept = KeptPort::free().unwrap();
    let redirect = format!("http://{}/callback", kept.address());
    let (id, secret) = desk
        .sample
        .auth
        .add_client(&redirect, "client_secret_basic");
    let port = kept.port().to_string();
    let _kept = kept.left_to_who_asks();
    let url = desk.url();
    let words = [
        "--json",
        "add",
        &url,
        "--name",
        "Own",
        "--client-id",
        &id,
        "--client-secret-stdin",
        "--redirect",
        "loopback",
        "--port",
        &port,
        "--scope",
        "tools",
    ];
    let (code, object) = desk
        .run_with(&words, &format!("{}\n", secret.unwrap()))
        .await
        .json("one");
    assert_eq!(code, 0);
    let settings = &object["server"]["settings"];
    assert_eq!(
        (&settings["client_id"], &settings["has_client_secret"]),
        (&json!(id), &json!(true))
    );
    let connected = desk.connect(&["connect", "Own"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    let wire = desk.sample.journal_lines().join("\n");
    assert!(!wire.contains("/register"), "{wire}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_imports_is_told_what_is_left_to_do_for_each_server() {
    let desk = Desk::start().await;
    let nobody = KeptPort::free().unwrap();
    let keyed = format!("http://{}/mcp", nobody.address());
    let list = json!({ "mcpServers": {
        "keyed": { "url": keyed, "headers": { "X-Api-Key": "k-123456789" } },
        "notes": { "url": desk.url() },
    } });
    let added = desk.run_with(&["import", "-"], &list.to_string()).await;
    assert_eq!(
        added.stdout,
        "added  keyed\n\
         added  notes\n       To sign in, run: drawbridge connect notes\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_another_program_is_shown_then_added() {
    let desk = Desk::start().await;
    let list = json!({ "mcpServers": {
        "a-note": { "url": desk.url() },
        "files": { "command": "npx", "args": ["some-server"] },
    } })
    .to_string();
    let shown = desk
        .run_with(&["--json", "import", "-", "--dry-run"], &list)
        .await;
    let (code, object) = shown.json("import");
    assert_eq!(code, 0);
    assert_eq!(object["entries"][0]["outcome"], "ready");
    assert_eq!(object["entries"][1]["outcome"], "skipped");
    let (_, empty) = desk.json(&["list"], "list").await;
    assert_eq!(empty, json!({ "servers": [] }));
    std::fs::write(desk.path("mcp.json"), &list).unwrap();
    let (code, object) = desk.json(&["import", "mcp.json"], "import").await;
    assert_eq!(
        (code, &object["entries"][0]["outcome"]),
        (0, &json!("added"))
    );
    let (_, again) = desk.json(&["import", "mcp.json"], "import").await;
    assert_eq!(again["entries"][0]["outcome"], "skipped");
    let remedy = again["entries"][0]["reason"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("drawbridge add"), "{remedy}");
}
