//! `--no-browser`: the address goes out on standard error, the answer comes in by hand.

use std::process::Stdio;

use drawbridge_testkit::Person;
use rstest::rstest;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use url::Url;

use crate::desk::Desk;

/// What is pasted, made from the callback.
fn part(callback: &str, what: &str) -> String {
    let url = Url::parse(callback).unwrap();
    let code = url
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1;
    match what {
        "url" => callback.to_owned(),
        "query" => url.query().unwrap().to_owned(),
        _ => code.into_owned(),
    }
}

#[rstest]
#[case::the_whole_address("url")]
#[case::its_query("query")]
#[case::the_code_alone("code")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_ends_on_is_enough(#[case] what: &str) {
    let desk = Desk::start().await;
    // A code alone cannot say whom it is from: where that is promised, the whole address is needed.
    desk.sample
        .auth
        .behave(|auth| auth.iss = drawbridge_testkit::auth::Iss::Absent);
    let url = desk.url();
    let mut child = desk
        .command(&["connect", &url, "--no-browser"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let page = loop {
        let mut line = String::new();
        assert!(
            said.read_line(&mut line).await.unwrap() > 0,
            "no page was shown"
        );
        if line.starts_with("http") {
            break line.trim().to_owned();
        }
    };
    // Something else first: it is refused, and asked for again.
    stdin
        .write_all(b"https://elsewhere.example/?x=1\n")
        .await
        .unwrap();
    let callback = Person::ada().follow(&page).await.unwrap();
    let pasted = part(&callback, what) + "\n";
    stdin.write_all(pasted.as_bytes()).await.unwrap();
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .await
        .unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).await.unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0), "{rest}");
    assert!(stdout.contains("8 tools"), "{stdout}");
    assert!(rest.contains("Paste the whole address."), "{rest}");
}

/// What is said until the address of the sign-in page is.
async fn said_with_the_address(mut command: Command) -> String {
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut all = String::new();
    while !all.contains("/authorize?") {
        let mut line = String::new();
        assert!(said.read_line(&mut line).await.unwrap() > 0, "{all}");
        all.push_str(&line);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_browser_that_works_the_address_is_shown() {
    let desk = Desk::start().await;
    desk.write_program("browser", "#!/bin/sh\nexit 3\n");
    let all = said_with_the_address(desk.command(&["connect", &desk.url()])).await;
    assert!(all.contains("No browser could be opened."), "{all}");
}

/// Nobody has said which browser; the system has one that takes every page.
#[cfg(target_os = "linux")]
fn by_the_system(desk: &Desk, words: &[&str]) -> Command {
    std::fs::rename(desk.path("browser"), desk.path("xdg-open")).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(desk.path("")).chain(std::env::split_paths(&path));
    let mut command = desk.command(words);
    command
        .env_remove("BROWSER")
        .env("PATH", std::env::join_paths(folders).unwrap());
    command
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn where_no_browser_would_be_seen_the_address_is_shown_at_once() {
    let desk = Desk::start().await;
    desk.write_program("browser", "#!/bin/sh\nexit 0\n");
    let words = ["connect", &desk.url()];
    let all = said_with_the_address(by_the_system(&desk, &words)).await;
    assert!(all.contains("No browser could be opened."), "{all}");
}

#[cfg(target_os = "linux")]
#[rstest]
#[case::x11("DISPLAY")]
#[case::wayland("WAYLAND_DISPLAY")]
#[tokio::test(flavor = "multi_thread")]
async fn on_a_screen_the_systems_browser_is_opened(#[case] screen: &str) {
    let desk = Desk::start().await;
    let mut command = by_the_system(&desk, &["connect", &desk.url()]);
    let _running = command.env(screen, ":0").spawn().unwrap();
    assert!(desk.page().await.contains("/authorize?"));
}
