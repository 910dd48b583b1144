//! One sample for each program whose lists are read.

use insta::assert_debug_snapshot;
use rstest::rstest;

use super::{header, short};

#[test]
fn claude_desktop_has_programs_and_bridges_to_remote_servers() {
    let text = r#"{
        "globalShortcut": "",
        "mcpServers": {
            "files": { "command": "npx", "args": ["-y", "@files/server", "/home/me"] },
            "tickets": { "command": "npx", "args": ["-y", "mcp-remote@0.1", "https://tickets.example/mcp"] },
            "wiki": {
                "command": "/opt/homebrew/bin/npx",
                "args": ["mcp-remote", "https://wiki.example/sse", "3334", "--transport", "sse-only",
                         "--header", "Authorization:${AUTH}", "--allow-http", "--header=X-Team: blue"],
                "env": { "AUTH": "Bearer abc" }
            }
        }
    }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "files - It runs a program on this computer (npx).",
        "tickets: https://tickets.example/mcp | open",
        "wiki: https://wiki.example/sse | headers | authorization,x-team | sse",
    ]
    "#);
}

#[test]
fn claude_code_keeps_lists_for_folders_too() {
    let text = r#"{
        "numStartups": 7,
        "mcpServers": { "mine": { "type": "http", "url": "https://a.example/mcp" } },
        "projects": {
            "/home/me/one": { "allowedTools": [], "mcpServers": {
                "theirs": { "type": "sse", "url": "https://b.example/events",
                            "headers": { "X-API-Key": "${API_KEY:-none}" } } } },
            "/home/me/two": { "mcpServers": { "mine": { "type": "http", "url": "https://a.example/mcp" } } }
        }
    }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "mine: https://a.example/mcp | open",
        "theirs: https://b.example/events | headers | x-api-key* | sse,header_needs_value",
        "mine - It is the same as mine.",
    ]
    "#);
}

#[test]
fn cursor_names_clients_and_environment() {
    let text = r#"{ "mcpServers": {
        "notes": { "url": "https://notes.example/mcp", "headers": { "Authorization": "Bearer ${env:NOTES}" } },
        "figures": { "url": "https://figures.example/mcp",
                     "auth": { "CLIENT_ID": "abc", "CLIENT_SECRET": "${env:SECRET}", "scopes": ["read", "write"] } },
        "shell": { "command": "uvx server --port 1 --key sk-secret" }
    } }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "notes: https://notes.example/mcp | headers | authorization* | header_needs_value",
        "figures: https://figures.example/mcp | open | client_left_out",
        "shell - It runs a program on this computer (uvx).",
    ]
    "#);
}

#[test]
fn vs_code_has_comments_and_inputs() {
    let text = r#"
    // For everybody in this folder.
    {
        "inputs": [{ "type": "promptString", "id": "key", "password": true }],
        "servers": {
            "issues": { "type": "http", "url": "https://issues.example/mcp/" }, /* signed in */
            "mail": { "type": "http", "url": "https://mail.example/mcp",
                      "headers": { "Authorization": "Bearer ${input:key}", "X-Mode": "fast", }, },
            "local": { "type": "stdio", "command": "node", "args": ["server.js"] },
        },
    }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "issues: https://issues.example/mcp/ | open",
        "mail: https://mail.example/mcp | headers | x-mode,authorization* | header_needs_value",
        "local - It runs a program on this computer (node).",
    ]
    "#);
}

#[rstest]
#[case::nested(r#"{ "editor.fontSize": 12, "mcp": { "inputs": [], "servers": { "a": { "url": "https://a.example/" } } } }"#)]
#[case::dotted(r#"{ "mcp.servers": { "a": { "url": "https://a.example/" } } }"#)]
#[case::workspace(r#"{ "folders": [], "settings": { "mcp": { "servers": { "a": { "url": "https://a.example/" } } } } }"#)]
#[case::opencode(r#"{ "mcp": { "a": { "type": "remote", "url": "https://a.example/" } } }"#)]
#[case::amp(r#"{ "amp.mcpServers": { "a": { "url": "https://a.example/" } } }"#)]
#[case::zed(
    r#"{ "context_servers": { "a": { "source": "custom", "url": "https://a.example/" } } }"#
)]
#[case::zed_nested(
    r#"{ "context_servers": { "a": { "source": { "url": "https://a.example/" } } } }"#
)]
#[case::windsurf(r#"{ "mcpServers": { "a": { "serverUrl": "https://a.example/" } } }"#)]
#[case::gemini(
    r#"{ "mcpServers": { "a": { "httpUrl": "https://a.example/", "timeout": 5000 } } }"#
)]
#[case::gemini_both(r#"{ "mcpServers": { "a": { "url": "https://a.example/sse", "httpUrl": "https://a.example/" } } }"#)]
#[case::cline(r#"{ "mcpServers": { "a": { "type": "streamableHttp", "url": "https://a.example/", "disabled": false } } }"#)]
#[case::transport(
    r#"{ "mcpServers": { "a": { "transport": "streamable-http", "url": "https://a.example/" } } }"#
)]
#[case::transport_nested(r#"{ "mcpServers": { "a": { "transport": { "type": "http", "url": "https://a.example/" } } } }"#)]
#[case::array(r#"{ "mcpServers": [{ "name": "a", "url": "https://a.example/" }] }"#)]
#[case::array_alone(r#"[{ "name": "a", "url": "https://a.example/" }]"#)]
#[case::map(r#"{ "a": { "url": "https://a.example/" } }"#)]
#[case::part(r#""a": { "url": "https://a.example/" },"#)]
#[case::part_with_list(r#""mcpServers": { "a": { "url": "https://a.example/" } }"#)]
#[case::single(r#"{ "name": "a", "url": "https://a.example/" }"#)]
#[case::address_alone(r#"{ "mcpServers": { "a": "https://a.example/" } }"#)]
#[case::fragment_dropped(r#"{ "mcpServers": { "a": { "url": " https://A.example#top " } } }"#)]
#[case::npx(r#"{ "mcpServers": { "a": { "command": "npx", "args": ["mcp-remote", "https://a.example/"] } } }"#)]
#[case::npx_package(r#"{ "mcpServers": { "a": { "command": "npx", "args": ["-p", "mcp-remote@latest", "mcp-remote", "https://a.example/"] } } }"#)]
#[case::npx_one_line(
    r#"{ "mcpServers": { "a": { "command": "npx -y mcp-remote https://a.example/" } } }"#
)]
#[case::npx_array(r#"{ "mcp": { "a": { "type": "local", "command": ["npx", "-y", "mcp-remote", "https://a.example/"] } } }"#)]
#[case::npx_zed(r#"{ "context_servers": { "a": { "source": "custom", "command": { "path": "npx", "args": ["mcp-remote", "https://a.example/"] } } } }"#)]
#[case::windows(r#"{ "mcpServers": { "a": { "command": "cmd", "args": ["/c", "npx", "mcp-remote", "https://a.example/"] } } }"#)]
#[case::shell(r#"{ "mcpServers": { "a": { "command": "sh", "args": ["-c", "npx mcp-remote 'https://a.example/'"] } } }"#)]
#[case::installed(r#"{ "mcpServers": { "a": { "command": "node", "args": ["/x/mcp-remote/dist/proxy.js", "--host", "127.0.0.1", "https://a.example/", "3000"] } } }"#)]
fn every_shape_names_the_same_server(#[case] text: &str) {
    assert_eq!(short(text), ["a: https://a.example/ | open"]);
}

#[rstest]
#[case::number(r#"{ "mcpServers": { "a": 1 } }"#, "a - It describes no server.")]
#[case::nothing(r#"{ "mcpServers": { "a": {} } }"#, "a - It names no address.")]
#[case::extension(
    r#"{ "context_servers": { "a": { "source": "extension", "settings": {} } } }"#,
    "a - It is run by an extension of the editor."
)]
#[case::far_http(
    r#"{ "mcpServers": { "a": { "url": "http://a.example/mcp" } } }"#,
    "a - Its address cannot be used: a server on another computer needs https."
)]
#[case::open_address(
    r#"{ "mcpServers": { "a": { "url": "https://${HOST}/mcp" } } }"#,
    "a - A part of its address is still to be filled in (HOST)."
)]
#[case::bridge_to_nowhere(
    r#"{ "mcpServers": { "a": { "command": "npx", "args": ["mcp-remote", "--debug"] } } }"#,
    "a - It names no address."
)]
#[case::stdio_with_address(
    r#"{ "mcpServers": { "a": { "type": "stdio", "command": "node", "url": "https://a.example/" } } }"#,
    "a - It runs a program on this computer (node)."
)]
#[case::no_name(
    r#"{ "mcpServers": { " ": { "command": "C:\\Tools\\server.exe" } } }"#,
    "(without a name) - It runs a program on this computer (server.exe)."
)]
fn what_is_not_remote_is_told_with_the_reason(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(short(text), [expected]);
}

#[rstest]
#[case::shell("${TOKEN}")]
#[case::after_bearer("Bearer ${env:TOKEN}")]
#[case::default("${TOKEN:-s3cret}")]
#[case::asked("${input:token}")]
#[case::gemini("Bearer $TOKEN")]
#[case::opencode("{env:TOKEN}")]
#[case::file("{file:~/.token}")]
#[case::braces("{{ token }}")]
#[case::brackets("Bearer <your token>")]
#[case::yours("Bearer YOUR_API_KEY")]
#[case::blank(" ")]
#[case::never_closed("${TOKEN")]
fn a_placeholder_is_never_sent(#[case] value: &str) {
    let text = format!(
        r#"{{ "mcpServers": {{ "a": {{ "url": "https://a.example/", "headers": {{ "Authorization": "{value}" }} }} }} }}"#
    );
    let told = "a: https://a.example/ | headers | authorization* | header_needs_value";
    assert_eq!(short(&text), [told]);
}

#[rstest]
#[case("Bearer abc$def", Some("Bearer abc$def"))]
#[case("Basic YTpiPQ==", Some("Basic YTpiPQ=="))]
#[case("42", Some("42"))]
fn a_value_is_kept_as_it_is(#[case] value: &str, #[case] expected: Option<&str>) {
    let text = format!(r#"{{ "url": "https://a.example/", "headers": {{ "X-Key": "{value}" }} }}"#);
    assert_eq!(header(&text, "x-key").as_deref(), expected);
}

#[test]
fn a_default_value_is_not_shown() {
    let text = r#"{ "url": "https://a.example/", "headers": { "X-Key": "${KEY:-s3cret}" } }"#;
    let entry = format!("{:?}", super::read(text).unwrap());
    assert!(entry.contains("KEY"));
    assert!(!entry.contains("s3cret"));
}

#[test]
fn headers_that_cannot_be_sent_are_left_out_and_told() {
    let text = r#"{ "url": "https://a.example/", "headers": {
        "Content-Type": "application/json", "X Y": "1", "X-Key": "a", "x-key": "b", "X-Line": "a\nb" } }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "A: https://a.example/ | headers | x-key | header_left_out,header_left_out,header_left_out,header_left_out",
    ]
    "#);
}

#[test]
fn entries_that_are_alike_are_told_apart_or_skipped() {
    let text = r#"{ "mcpServers": {
        "work": { "url": "https://a.example/mcp", "headers": { "X-Key": "1" } },
        "home": { "url": "https://a.example/mcp", "headers": { "x-key": "2" } },
        "again": { "url": "https://A.example/mcp", "headers": { "X-KEY": "1" } },
        "work": { "url": "https://b.example/mcp", "enabled": false }
    } }"#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "work: https://a.example/mcp | headers | x-key",
        "home: https://a.example/mcp | headers | x-key | same_address",
        "again - It is the same as work.",
        "work: https://b.example/mcp | open | switched_off,same_name",
    ]
    "#);
}

#[test]
fn a_client_that_was_registered_by_hand_comes_along() {
    let text = r#"{ "mcpServers": { "a": { "command": "npx", "args": ["mcp-remote", "https://a.example/mcp",
        "--static-oauth-client-info", "{\"client_id\":\"abc\",\"client_secret\":\"shh\"}"] } } }"#;
    let super::Entry::Ready(ready) = super::read(text).unwrap().entries.remove(0) else {
        panic!("it was skipped");
    };
    assert_eq!(ready.server.sign_in.client_id.as_deref(), Some("abc"));
    let secret = crate::view::SecretChange::Set("shh".to_owned());
    assert!(ready.server.client_secret == secret);
    assert!(!format!("{ready:?}").contains("shh"));
}

#[test]
fn codex_writes_toml_and_takes_keys_from_its_environment() {
    let text = r#"
        model = "large"

        [mcp_servers.wiki] # the one of the team
        url = "https://wiki.example/mcp"
        bearer_token_env_var = "WIKI_TOKEN"

        [mcp_servers.board]
        url = "https://board.example/mcp"
        http_headers = { "X-Team" = "blue" }
        env_http_headers = { "X-Api-Key" = "BOARD_KEY" }

        [mcp_servers.files]
        command = "npx"
        startup_timeout_sec = 20
    "#;
    assert_debug_snapshot!(short(text), @r#"
    [
        "wiki: https://wiki.example/mcp | headers | authorization* | header_needs_value",
        "board: https://board.example/mcp | headers | x-team,x-api-key* | header_needs_value",
        "files - It runs a program on this computer (npx).",
    ]
    "#);
}

#[test]
fn continue_writes_yaml() {
    let text = "\
name: Mine
version: 1.0.0
models: []
mcpServers:
  - name: Tickets
    type: streamable-http
    url: https://tickets.example/mcp
    requestOptions:
      headers:
        X-Team: blue
  - name: Wiki
    url: https://wiki.example/mcp
    apiKey: ${{ secrets.WIKI }}
  - name: Files
    command: npx
    args: [files]
";
    assert_debug_snapshot!(short(text), @r#"
    [
        "Tickets: https://tickets.example/mcp | open | x-team",
        "Wiki: https://wiki.example/mcp | headers | authorization* | header_needs_value",
        "Files - It runs a program on this computer (npx).",
    ]
    "#);
}

#[rstest]
#[case::grows(
    "mcpServers: &a [x, x, x, x, x, x, x, x, x]\n\
    b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n\
    d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\n\
    f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]\n\
    h: [*g, *g, *g, *g, *g, *g, *g, *g, *g]\n"
)]
#[case::goes_deep(&format!("mcpServers: {}", "[".repeat(100_000)))]
#[case::breaks("mcpServers: [")]
fn yaml_that_is_up_to_something_is_refused(#[case] text: &str) {
    assert!(super::read(text).is_err());
}
