//! A home of its own, the sample servers, and a person whose browser is `$BROWSER`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use drawbridge_testkit::{Person, Sample};
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use crate::schema;

/// A call that ends well once somebody has signed in to Notes.
pub(crate) const CALL: [&str; 6] = [
    "--json",
    "call",
    "Notes",
    "greet",
    "--args",
    r#"{"name":"Ada"}"#,
];

/// The key, whose bytes can be read, and how it stands in its file.
pub(crate) const KEY: &str = "01234567890123456789012345678901";
pub(crate) const KEY_IN_BASE64: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Where the database is.
pub(crate) const DATABASE: &str = "data/dev.drawbridge.desktop/drawbridge.sqlite";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Desk {
    pub(crate) sample: Sample,
    home: TempDir,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = home.path().join("key");
        fs::write(&key, format!("{KEY_IN_BASE64}\n")).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        let desk = Self {
            sample: Sample::start().await,
            home,
        };
        let made = Command::new("mkfifo").arg(desk.pages()).status().await;
        assert!(made.unwrap().success());
        // It shows the page to the test, and comes back like a browser that stays open.
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$1\" > '{}'\n",
            desk.pages().display()
        );
        desk.write_program("browser", &script);
        desk
    }

    /// A desk whose person has signed in to the sample server, which is called Notes.
    pub(crate) async fn signed_in() -> Self {
        let desk = Self::start().await;
        desk.add().await;
        desk.sign_in().await;
        desk
    }

    /// Adds the sample server as Notes.
    pub(crate) async fn add(&self) {
        let added = self.run(&["add", &self.url(), "--name", "Notes"]).await;
        assert_eq!(added.code, 0, "{added:?}");
    }

    /// The same with a client of its own, which signs in without a person.
    pub(crate) async fn add_without_a_person(&self) {
        let (client, secret) = self.sample.auth.add_client("", "client_secret_basic");
        let url = self.url();
        let words = [
            "add",
            &url,
            "--name",
            "Notes",
            "--client-id",
            &client,
            "--client-secret-stdin",
            "--flow",
            "client-credentials",
        ];
        let secret = format!("{}\n", secret.unwrap());
        let added = self.run_with(&words, &secret).await;
        assert_eq!(added.code, 0, "{added:?}");
    }

    /// Signs in to Notes.
    pub(crate) async fn sign_in(&self) {
        let connected = self.connect(&["connect", "Notes"]).await;
        assert_eq!(connected.code, 0, "{connected:?}");
    }

    pub(crate) fn url(&self) -> String {
        self.sample.mcp_url().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn pages(&self) -> PathBuf {
        self.path("pages")
    }

    pub(crate) fn write_program(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), Permissions::from_mode(0o755)).unwrap();
    }

    /// The program with nothing around it that is not ours.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drawbridge"));
        self.surround(command.args(words));
        command
    }

    /// The same, started by somebody who has said first which signals reach it: `env`, with one of its options.
    pub(crate) fn command_under(&self, signals: &str, words: &[&str]) -> Command {
        let mut command = Command::new("env");
        command.args([signals, env!("CARGO_BIN_EXE_drawbridge")]);
        self.surround(command.args(words));
        command
    }

    fn surround(&self, command: &mut Command) {
        let home = self.home.path();
        let browser = format!("'{}'", home.join("browser").display());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("DRAWBRIDGE_KEY_FILE", home.join("key"))
            .env("BROWSER", browser)
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
    }

    /// A terminal in which a person has typed a line; what they press then is piped in.
    #[cfg(target_os = "linux")]
    pub(crate) fn terminal(&self, line: &str) -> Child {
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", line, "/dev/null"]);
        self.surround(&mut terminal);
        terminal.stdin(Stdio::piped()).spawn().unwrap()
    }

    /// What a person sees who types a line, and then what is asked of them.
    #[cfg(target_os = "linux")]
    pub(crate) async fn at_a_terminal(&self, line: &str, typed: &str) -> Ran {
        typing(typed, self.terminal(line)).await
    }

    pub(crate) async fn run(&self, words: &[&str]) -> Ran {
        ended(self.command(words).spawn().unwrap()).await
    }

    /// The same, with something on standard input.
    pub(crate) async fn run_with(&self, words: &[&str], input: &str) -> Ran {
        typing(
            input,
            self.command(words).stdin(Stdio::piped()).spawn().unwrap(),
        )
        .await
    }

    /// With `--json`: the one object, which is as it is documented.
    pub(crate) async fn json(&self, words: &[&str], documented: &str) -> (i32, Value) {
        let words = [&["--json"], words].concat();
        self.run(&words).await.json(documented)
    }

    /// Runs a command that opens the browser; Ada signs in and allows.
    pub(crate) async fn connect(&self, words: &[&str]) -> Ran {
        self.connect_as(Person::ada(), words).await
    }

    pub(crate) async fn connect_as(&self, person: Person, words: &[&str]) -> Ran {
        let child = self.command(words).spawn().unwrap();
        let browsing = async {
            let page = self.page().await;
            let callback = person.follow(&page).await.unwrap();
            browser()
                .get(callback)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap()
        };
        let (ran, shown) = tokio::join!(ended(child), browsing);
        assert!(shown.contains("Drawbridge"), "{shown}");
        ran
    }

    /// The address that the browser was started with.
    pub(crate) async fn page(&self) -> String {
        // Open for both, so that opening does not wait for the browser.
        let pages = fs::File::options()
            .read(true)
            .write(true)
            .open(self.pages());
        let pages = pipe::Receiver::from_file(pages.unwrap()).unwrap();
        let mut page = String::new();
        let mut pages = BufReader::new(pages);
        let read = tokio::time::timeout(PATIENCE, pages.read_line(&mut page)).await;
        read.expect("a page within a minute").unwrap();
        page.trim().to_owned()
    }

    /// The database, beside whoever has it open.
    pub(crate) async fn database(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.path(DATABASE).display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    /// Everything that lies in the home folder, as one text.
    pub(crate) fn everything_stored(&self) -> String {
        let mut all = String::new();
        collect(&self.path("data"), &mut all);
        all
    }
}

fn collect(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, all);
        } else {
            all.push_str(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
}

/// Only the last step of a browser: it goes where it is sent.
pub(crate) fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn typing(input: &str, mut child: Child) -> Ran {
    let mut stdin = child.stdin.take().unwrap();
    // A program that complains first reads nothing.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    ended(child).await
}

/// Sends it a signal.
pub(crate) async fn tell(child: &Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await;
    assert!(sent.unwrap().success());
}

pub(crate) async fn ended(child: Child) -> Ran {
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output = output.expect("an end within a minute").unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    pub(crate) fn json(self, documented: &str) -> (i32, Value) {
        assert_eq!(
            self.stdout.lines().count(),
            1,
            "one object in one line: {self:?}"
        );
        let object = serde_json::from_str(&self.stdout).unwrap();
        schema::assert_documented(documented, &object);
        (self.code, object)
    }

    /// Exit code and error code.
    pub(crate) fn error(self) -> (i32, String) {
        let (code, object) = self.json("error");
        (code, object["error"]["code"].as_str().unwrap().to_owned())
    }
}
