//! Lists that other programs of this computer keep: read in their places, and left as they are.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use drawbridge_engine::import::{FILE_LIMIT, Homes};
use drawbridge_engine::view::{
    AuthKind, FoundConfig, ImportEntry, ImportPick, ImportResult, ImportSource,
};
use tempfile::TempDir;

use crate::desk::Desk;

/// Somebody's home folder.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn homes(&self) -> Homes {
        Homes {
            home: self.0.path().to_owned(),
            config: self.0.path().join(".config"),
        }
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn found(&self, desk: &Desk) -> Vec<FoundConfig> {
        desk.engine.found_configs(&self.homes()).await.unwrap()
    }
}

fn found_in(config: &str) -> ImportSource {
    ImportSource::Found {
        config: config.to_owned(),
    }
}

fn pick(at: u32, name: &str) -> ImportPick {
    ImportPick {
        at,
        name: name.to_owned(),
    }
}

fn code(result: &ImportResult) -> &str {
    match result {
        ImportResult::Added { .. } => "added",
        ImportResult::Refused { error, .. } => &error.code,
        ImportResult::Skipped { reason, .. } => &reason.code,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_program_is_looked_for_in_its_place() {
    let desk = Desk::start().await;
    let home = Home::new();
    assert_eq!(home.found(&desk).await, []);

    home.put(
        ".config/Claude/claude_desktop_config.json",
        r#"{ "mcpServers": { "files": { "command": "npx" } } }"#,
    );
    home.put(
        ".cursor/mcp.json",
        r#"{ "mcpServers": { "tickets": { "url": "https://tickets.example/mcp",
                                         "headers": { "Authorization": "Bearer s3cret" } } } }"#,
    );
    home.put(
        ".codex/config.toml",
        r#"
        model = "large"
        [mcp_servers.wiki]
        url = "https://wiki.example/mcp"
        bearer_token_env_var = "WIKI_TOKEN"
        [mcp_servers.board]
        url = "https://board.example/mcp"
        http_headers = { "X-Team" = "blue" }
        env_http_headers = { "X-Api-Key" = "BOARD_KEY" }
        enabled = false
        startup_timeout_sec = 20
        "#,
    );
    home.put(
        ".continue/config.yaml",
        "name: Mine\nmcpServers:\n  - name: Board\n    url: https://board.example/mcp\n",
    );
    // Settings without a list are no list.
    home.put(
        ".config/zed/settings.json",
        "// Zed\n{ \"theme\": \"One\", }",
    );
    home.put(
        ".config/Code/User/settings.json",
        r#"{ "mcp": { "servers": {} } }"#,
    );

    let found = home.found(&desk).await;
    let seen: Vec<_> = found
        .iter()
        .map(|config| {
            (
                config.client.as_str(),
                config.path.as_str(),
                config.entries.len(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "Claude Desktop",
                "~/.config/Claude/claude_desktop_config.json",
                1
            ),
            ("Cursor", "~/.cursor/mcp.json", 1),
            ("Codex", "~/.codex/config.toml", 2),
            ("Continue", "~/.continue/config.yaml", 1),
        ]
    );
    let shown = serde_json::to_string(&found).unwrap();
    assert!(!shown.contains("s3cret"), "{shown}");
    let ImportEntry::Ready {
        auth: Some(AuthKind::Headers),
        enabled: false,
        header_names,
        needs_value,
        ..
    } = &found[2].entries[1]
    else {
        panic!("{shown}");
    };
    assert_eq!(header_names, &["x-team", "x-api-key"]);
    assert_eq!(needs_value, &["x-api-key"]);
    assert_eq!(desk.wire(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_is_told_and_hides_no_other() {
    let desk = Desk::start().await;
    let home = Home::new();
    home.put(".cursor/mcp.json", "{ \"mcpServers\": s3cret }");
    home.put(".claude.json", vec![b' '; FILE_LIMIT + 1]);
    home.put(".gemini/settings.json", [0xff, 0xfe, 0x00]);
    fs::create_dir_all(home.0.path().join(".kiro/settings/mcp.json")).unwrap();
    home.put(
        ".lmstudio/mcp.json",
        r#"{ "mcpServers": { "a": { "url": "https://a.example/mcp" } } }"#,
    );

    let found = home.found(&desk).await;
    let told: Vec<_> = found
        .iter()
        .map(|config| {
            let problem = config.problem.as_ref();
            let problem = problem.map_or("", |problem| problem.code.as_str());
            (config.id.as_str(), problem, config.entries.len())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("claude-code", "import_file_too_long", 0),
            ("cursor", "import_not_json", 0),
            ("gemini-cli", "import_unreadable", 0),
            ("lm-studio", "", 1),
            ("kiro", "import_unreadable", 0),
        ]
    );
    assert!(!serde_json::to_string(&found).unwrap().contains("s3cret"));
}

/// Folders that nobody may write into and files that nobody may write, as far as the system keeps the
/// promise; and byte for byte the same afterwards.
fn locked(path: &Path) {
    let folder = path.parent().unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ticked_is_added_and_the_list_stays_as_it_is() {
    let desk = Desk::start().await;
    let home = Home::new();
    let url = desk.sample.mcp_url().to_string();
    let list = format!(
        r#"{{ "mcpServers": {{
            "one": {{ "url": "{url}" }},
            "two": {{ "url": "{url}?two", "headers": {{ "X-Api-Key": "s3cret" }} }},
            "three": {{ "url": "{url}?three" }}
        }} }}"#
    );
    home.put(".cursor/mcp.json", &list);
    let path = home.0.path().join(".cursor/mcp.json");
    locked(&path);
    let before = fs::metadata(&path).unwrap().modified().unwrap();

    let homes = home.homes();
    let picks = [pick(1, "two"), pick(0, "one")];
    let outcome = desk
        .engine
        .import_picked(&found_in("cursor"), &homes, &picks)
        .await
        .unwrap();
    let codes: Vec<_> = outcome.entries.iter().map(code).collect();
    assert_eq!(codes, ["added", "added"]);
    let servers = desk.engine.snapshot().await.unwrap().servers;
    let names: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
    assert_eq!(names, ["two", "one"]);
    assert_eq!(servers[0].header_names, ["x-api-key"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), list);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_changed_since_it_was_seen_adds_nothing_else() {
    let desk = Desk::start().await;
    let home = Home::new();
    home.put(
        ".cursor/mcp.json",
        r#"{ "mcpServers": { "other": { "url": "https://other.example/mcp" } } }"#,
    );
    let homes = home.homes();
    let seen = [pick(0, "mine"), pick(7, "other")];
    let import = |config: &'static str| {
        let (engine, homes, seen) = (&desk.engine, &homes, &seen);
        async move { engine.import_picked(&found_in(config), homes, seen).await }
    };
    let outcome = import("cursor").await.unwrap();
    let codes: Vec<_> = outcome.entries.iter().map(code).collect();
    assert_eq!(codes, ["not_in_text", "not_in_text"]);

    fs::remove_file(home.0.path().join(".cursor/mcp.json")).unwrap();
    assert_eq!(import("cursor").await.unwrap_err().code(), "import_gone");
    assert_eq!(import("../etc").await.unwrap_err().code(), "import_gone");
    assert_eq!(desk.engine.snapshot().await.unwrap().servers, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_added_once_however_often_it_is_picked() {
    let desk = Desk::start().await;
    let url = desk.sample.mcp_url().to_string();
    let source = ImportSource::Text {
        text: format!(r#"{{ "one": {{ "url": "{url}" }}, "run": {{ "command": "npx" }} }}"#),
    };
    let picks = [pick(0, "one"), pick(0, "one"), pick(1, "run")];
    let outcome = desk
        .engine
        .import_picked(&source, &Home::new().homes(), &picks)
        .await
        .unwrap();
    let codes: Vec<_> = outcome.entries.iter().map(code).collect();
    assert_eq!(codes, ["added", "not_in_text", "runs_here"]);
}
