//! The key in a real Secret Service: a bus and a GNOME Keyring of the test's own.
//!
//! The address of the bus belongs to a whole process, so every look into the vault is one: this
//! test program, started again with [`ASKED`] set. So is an engine that runs ([`Running`]).
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drawbridge_engine::vault::{Vault, VaultChoice};
use drawbridge_engine::view::{AuthKind, HeaderInput, NewServer, VaultView};
use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, SignInPrompt, SignInSurface,
};
use tempfile::TempDir;

const ASKED: &str = "DRAWBRIDGE_TEST_VAULT_ASKED";
const FOLDER: &str = "DRAWBRIDGE_TEST_ENGINE_FOLDER";
const SERVICE: &str = "dev.drawbridge.test";
/// Longer than a keychain that answers takes.
const PATIENCE: Duration = Duration::from_mins(1);
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// A home, a session bus and a keyring daemon that nobody else sees.
struct Desktop {
    home: TempDir,
    address: String,
    bus: Child,
    keyring: Option<Child>,
}

impl Desktop {
    fn with_bus_only() -> Self {
        // Short and without blanks, because it holds sockets; `TMPDIR` may be neither.
        let home = tempfile::tempdir_in("/tmp").unwrap();
        let config = home.path().join("bus.conf");
        // No service folders: nothing of the machine's own desktop is started by this bus.
        std::fs::write(
            &config,
            format!(
                "<busconfig><type>session</type><listen>unix:dir={}</listen>\
                 <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                 <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
                home.path().display()
            ),
        )
        .unwrap();
        let mut bus = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is needed for this test");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            home,
            address: address.trim().into(),
            bus,
            keyring: None,
        }
    }

    fn with_keyring() -> Self {
        let mut desktop = Self::with_bus_only();
        desktop.unlock();
        desktop
    }

    /// A person logs in: their keyring is there, and open.
    fn unlock(&mut self) {
        let mut keyring = self
            .command("gnome-keyring-daemon")
            .args([
                "--unlock",
                "--foreground",
                "--replace",
                "--components=secrets",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon is needed for this test");
        keyring
            .stdin
            .take()
            .unwrap()
            .write_all(b"password")
            .unwrap();
        if let Some(mut earlier) = self.keyring.replace(keyring) {
            // It gives its name to the new one, and ends.
            earlier.wait().unwrap();
        }
        self.gdbus(&[
            "wait",
            "--session",
            "--timeout",
            "60",
            "org.freedesktop.secrets",
        ]);
    }

    /// Another program has taken our entry for its own.
    fn put_something_else(&self) {
        let user = ["service", SERVICE, "username", "vault-key"];
        let mut store = self
            .command("secret-tool")
            .args(["store", "--label=other"])
            .args(user)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = store.stdin.take().unwrap();
        stdin.write_all(b"a password of mine").unwrap();
        drop(stdin);
        assert!(store.wait().unwrap().success());
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let home = self.home.path();
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            // The keychain that is to be replaced is never the one of whoever runs the tests.
            .env_remove("GNOME_KEYRING_CONTROL");
        command
    }

    fn gdbus(&self, arguments: &[&str]) {
        let done = self
            .command("gdbus")
            .args(arguments)
            .output()
            .expect("gdbus is needed");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn service(&self, method: &str, argument: &str) {
        let path = ["--object-path", "/org/freedesktop/secrets"];
        let method = format!("org.freedesktop.Secret.Service.{method}");
        let call = ["call", "--session", "--dest", "org.freedesktop.secrets"];
        self.gdbus(&[&call[..], &path[..], &["--method", &method, argument]].concat());
    }

    /// What a person would do who deletes the entry in Seahorse.
    fn forget_the_key(&self) {
        let mut clear = self.command("secret-tool");
        assert!(
            clear
                .args(["clear", "service", SERVICE])
                .status()
                .unwrap()
                .success()
        );
    }

    fn keeps_a_key(&self) -> bool {
        let mut lookup = self.command("secret-tool");
        lookup
            .args(["lookup", "service", SERVICE])
            .output()
            .unwrap()
            .status
            .success()
    }

    /// Opens the vault in a process of its own: the key's fingerprint or the failure's code.
    fn ask(&self, expects_key: bool) -> Result<String, String> {
        ask(
            &mut self.command(std::env::current_exe().unwrap()),
            expects_key,
        )
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in self.keyring.iter_mut().chain([&mut self.bus]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn ask(command: &mut Command, expects_key: bool) -> Result<String, String> {
    let asked = command
        .args([
            "--exact",
            "opens_the_vault_when_it_is_asked_to",
            "--nocapture",
        ])
        .env(ASKED, if expects_key { "expects" } else { "new" })
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stdout);
    // The harness may have printed the name of the test before it on the same line.
    let find = |label| {
        said.split_once(label)
            .map(|(_, rest)| rest.lines().next().unwrap().into())
    };
    find("vault-open:").ok_or_else(|| {
        find("vault-failed:").unwrap_or_else(|| {
            panic!(
                "no answer: {said} {}",
                String::from_utf8_lossy(&asked.stderr)
            )
        })
    })
}

/// An engine in a process of its own, which does what it is told line by line.
struct Running {
    child: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Running {
    /// Starts it on the data folder of the desktop; says how it finds the vault.
    fn start(desktop: &Desktop) -> (Self, String) {
        let mut child = desktop
            .command(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "runs_an_engine_when_it_is_asked_to",
                "--nocapture",
            ])
            .env(FOLDER, desktop.home.path().join("drawbridge"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self { child, answers };
        let first = running.answer();
        (running, first)
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(
                self.answers.read_line(&mut line).unwrap() > 0,
                "it has ended"
            );
            if let Some((_, said)) = line.split_once("engine:") {
                return said.trim().to_owned();
            }
        }
    }

    fn tell(&mut self, order: &str) -> String {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{order}").unwrap();
        self.answer()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Nobody;

impl SignInSurface for Nobody {
    fn open(&self, _: SignInPrompt) {}

    fn close(&self, _: &AttemptId) {}
}

/// Not a test by itself: what [`Running`] starts.
#[tokio::test(flavor = "multi_thread")]
async fn runs_an_engine_when_it_is_asked_to() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let engine = Engine::open(EngineOptions {
        data_dir: folder.into(),
        vault: VaultChoice::Keychain {
            service: SERVICE.into(),
        },
        surface: std::sync::Arc::new(Nobody),
        clock: Clock::system(),
        limits: Limits {
            keychain: PATIENCE,
            ..Limits::default()
        },
    })
    .await
    .unwrap();
    let say = |said: &str| {
        let line = format!("\nengine:{said}\n");
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    };
    let words = |vault: VaultView| match vault {
        VaultView::Unavailable { error } => error.code,
        _ => "open".to_owned(),
    };
    say(&words(engine.snapshot().await.unwrap().vault));
    for order in std::io::stdin().lines() {
        let said = match order.unwrap().as_str() {
            "retry" => words(engine.retry_vault().await.unwrap()),
            "new" => words(engine.replace_lost_key().await.unwrap()),
            // A header value is sealed, and opened for the connection.
            _ => {
                let mut server = NewServer::at("http://127.0.0.1:9/mcp", AuthKind::Headers);
                server.same_url = true;
                server.headers = vec![HeaderInput {
                    name: "X-Api-Key".into(),
                    value: Some("s3cret".into()),
                }];
                match engine.add_server(server).await {
                    Ok(_) => "sealed".to_owned(),
                    Err(error) => error.code().to_owned(),
                }
            }
        };
        say(&said);
    }
}

/// Not a test by itself: what [`ask`] starts.
#[tokio::test]
async fn opens_the_vault_when_it_is_asked_to() {
    let Ok(asked) = std::env::var(ASKED) else {
        return;
    };
    let choice = VaultChoice::Keychain {
        service: SERVICE.into(),
    };
    let answer = match Vault::open_within(choice, asked == "expects", PATIENCE).await {
        Ok(vault) => format!("vault-open:{}\n", vault.fingerprint()),
        Err(failure) => {
            eprintln!("{failure}");
            format!("vault-failed:{}\n", failure.code())
        }
    };
    std::io::stdout().write_all(answer.as_bytes()).unwrap();
}

#[test]
fn a_keychain_keeps_the_key_from_one_start_to_the_next() {
    let desktop = Desktop::with_keyring();
    let made = desktop.ask(false).unwrap();
    assert_eq!(desktop.ask(true).unwrap(), made);
    assert_eq!(desktop.ask(false).unwrap(), made);
}

#[test]
fn without_a_bus_the_keychain_is_absent() {
    let nowhere = Path::new("/nowhere");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        .env("XDG_RUNTIME_DIR", nowhere);
    assert_eq!(ask(&mut command, false).unwrap_err(), "vault_absent");
}

#[test]
fn with_a_bus_and_no_secret_service_the_keychain_is_absent() {
    let desktop = Desktop::with_bus_only();
    assert_eq!(desktop.ask(false).unwrap_err(), "vault_absent");
}

#[test]
fn a_locked_keychain_is_locked_and_not_a_lost_key() {
    let desktop = Desktop::with_keyring();
    let made = desktop.ask(false).unwrap();
    desktop.service("Lock", &format!("['{LOGIN}']"));
    assert_eq!(desktop.ask(true).unwrap_err(), "vault_locked");
    assert_eq!(desktop.ask(false).unwrap_err(), "vault_locked");
    assert!(made.len() == 16);
}

#[test]
fn a_lost_key_is_said_to_be_lost_and_none_is_made_in_its_place() {
    let desktop = Desktop::with_keyring();
    let made = desktop.ask(false).unwrap();
    desktop.forget_the_key();
    assert_eq!(desktop.ask(true).unwrap_err(), "vault_lost_key");
    assert!(!desktop.keeps_a_key());
    let new = desktop.ask(false).unwrap();
    assert_ne!(new, made);
}

#[test]
fn an_engine_that_met_a_locked_keychain_goes_on_when_it_is_unlocked() {
    let mut desktop = Desktop::with_keyring();
    let (mut first, found) = Running::start(&desktop);
    assert_eq!(
        (found.as_str(), first.tell("seal").as_str()),
        ("open", "sealed")
    );
    drop(first);
    desktop.service("Lock", &format!("['{LOGIN}']"));
    let (mut engine, found) = Running::start(&desktop);
    assert_eq!(found, "vault_locked");
    assert_eq!(engine.tell("retry"), "vault_locked");
    // No new key is made over one that is only locked away.
    assert_eq!(engine.tell("new"), "vault_locked");
    assert_eq!(engine.tell("seal"), "vault_locked");
    desktop.unlock();
    assert_eq!(engine.tell("retry"), "open");
    assert_eq!(engine.tell("seal"), "sealed");
}

#[test]
fn an_engine_that_has_the_key_goes_on_while_the_keychain_is_locked() {
    let desktop = Desktop::with_keyring();
    let (mut engine, _) = Running::start(&desktop);
    assert_eq!(engine.tell("seal"), "sealed");
    desktop.service("Lock", &format!("['{LOGIN}']"));
    assert_eq!(engine.tell("seal"), "sealed");
}

#[test]
fn an_engine_that_found_no_keychain_goes_on_when_there_is_one() {
    let mut desktop = Desktop::with_bus_only();
    let (mut engine, found) = Running::start(&desktop);
    assert_eq!(found, "vault_absent");
    assert_eq!(engine.tell("retry"), "vault_absent");
    desktop.unlock();
    assert_eq!(engine.tell("retry"), "open");
    assert_eq!(engine.tell("seal"), "sealed");
}

#[test]
fn a_key_that_is_gone_leads_to_a_new_one_when_the_person_says_so() {
    let desktop = Desktop::with_keyring();
    let (mut first, _) = Running::start(&desktop);
    assert_eq!(first.tell("seal"), "sealed");
    drop(first);
    desktop.forget_the_key();
    let (mut engine, found) = Running::start(&desktop);
    assert_eq!(found, "vault_lost_key");
    assert_eq!(engine.tell("retry"), "vault_lost_key");
    assert_eq!(engine.tell("new"), "open");
    assert_eq!(engine.tell("seal"), "sealed");
}

#[test]
fn something_else_under_our_name_is_kept_when_the_person_begins_with_a_new_key() {
    let desktop = Desktop::with_keyring();
    desktop.put_something_else();
    let (mut engine, found) = Running::start(&desktop);
    assert_eq!(found, "vault_not_a_key");
    assert_eq!(engine.tell("retry"), "vault_not_a_key");
    assert_eq!(engine.tell("new"), "open");
    assert_eq!(engine.tell("seal"), "sealed");
    let kept = desktop
        .command("secret-tool")
        .args([
            "lookup",
            "service",
            SERVICE,
            "username",
            "vault-key-replaced",
        ])
        .output()
        .unwrap();
    assert_eq!(kept.stdout, b"a password of mine");
}
