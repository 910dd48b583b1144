//! Who stops a command before it is at work.
#![cfg(target_os = "linux")]

use rstest::rstest;
use tokio::fs::OpenOptions;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixListener;
use tokio::process::Command;

use crate::desk::{Desk, ended, tell};
use crate::endings::ALL_SIGNALS;

#[rstest]
#[case::connect(&["connect", "Notes"], "-INT")]
#[case::tools(&["tools", "Notes"], "-TERM")]
#[case::call(&["call", "Notes", "greet"], "-HUP")]
#[case::doctor(&["doctor", "Notes"], "-INT")]
#[tokio::test(flavor = "multi_thread")]
async fn while_the_keychain_waits_to_be_unlocked_it_ends_with_seven(
    #[case] words: &[&str],
    #[case] signal: &str,
) {
    let desk = Desk::start().await;
    let keychain = UnixListener::bind(desk.path("bus")).unwrap();
    let bus = format!("unix:path={}", desk.path("bus").display());
    let child = desk
        .command_under(ALL_SIGNALS, &[&["--json"], words].concat())
        .env_remove("DRAWBRIDGE_KEY_FILE")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .spawn()
        .unwrap();
    // It never answers.
    let _asked = keychain.accept().await.unwrap();
    tell(&child, signal).await;
    assert_eq!(ended(child).await.error(), (7, "cancelled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_arguments_come_from_another_program_it_ends_with_seven() {
    let desk = Desk::start().await;
    let path = desk.path("arguments");
    let made = Command::new("mkfifo").arg(&path).status().await;
    assert!(made.unwrap().success());
    let words = ["--json", "call", "Notes", "greet", "--args", "@arguments"];
    let child = desk.command_under(ALL_SIGNALS, &words).spawn().unwrap();
    // Open as soon as the other end is.
    let _writer = OpenOptions::new().write(true).open(path).await.unwrap();
    tell(&child, "-TERM").await;
    assert_eq!(ended(child).await.error(), (7, "cancelled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_ctrl_c_where_the_arguments_are_asked_for_ends_with_seven() {
    let desk = Desk::start().await;
    let program = env!("CARGO_BIN_EXE_drawbridge");
    let line = format!("exec env {ALL_SIGNALS} {program} call Notes greet --args -");
    let mut terminal = desk.terminal(&line);
    let mut keys = terminal.stdin.take().unwrap();
    let mut screen = BufReader::new(terminal.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("Type the arguments") {
        assert!(screen.read_line(&mut seen).await.unwrap() > 0, "{seen}");
    }
    keys.write_all(b"\x03").await.unwrap();
    while screen.read_line(&mut seen).await.unwrap() > 0 {}
    let ran = ended(terminal).await;
    assert!(ran.code == 7 && seen.contains("Cancelled."), "{seen}");
}
