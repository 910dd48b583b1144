//! `--no-browser`: the address goes out on standard error, the answer comes in by hand.

use std::process::Stdio;

use drawbridge_testkit::Person;
use drawbridge_testkit::auth::Iss;
use rstest::rstest;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use url::Url;

use crate::desk::{Desk, Ran, ended};

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

/// A sign-in whose page is shown as an address, and whose answer is pasted.
struct Pasting {
    child: Child,
    stdin: ChildStdin,
    said: BufReader<ChildStderr>,
    page: String,
}

impl Pasting {
    async fn begin(desk: &Desk) -> Self {
        let mut child = desk
            .command(&["connect", &desk.url(), "--no-browser"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
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
        Self {
            child,
            stdin,
            said,
            page,
        }
    }

    async fn paste(&mut self, line: &str) {
        let line = format!("{line}\n");
        self.stdin.write_all(line.as_bytes()).await.unwrap();
    }

    /// The end of it, with what was said below the page.
    async fn ended(mut self) -> Ran {
        let mut stderr = String::new();
        self.said.read_to_string(&mut stderr).await.unwrap();
        Ran {
            stderr,
            ..ended(self.child).await
        }
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
    desk.sample.auth.behave(|auth| auth.iss = Iss::Absent);
    let mut pasting = Pasting::begin(&desk).await;
    // Something else first: it is refused, and asked for again.
    pasting.paste("https://elsewhere.example/?x=1").await;
    let callback = Person::ada().follow(&pasting.page).await.unwrap();
    pasting.paste(&part(&callback, what)).await;
    let ran = pasting.ended().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("8 tools"), "{ran:?}");
    for said in ["or the code it shows", "Paste the whole address."] {
        assert!(ran.stderr.contains(said), "{ran:?}");
    }
}

// rule: T3
#[tokio::test(flavor = "multi_thread")]
async fn where_the_answer_has_to_name_its_issuer_a_word_is_none_and_the_wait_goes_on() {
    let desk = Desk::start().await;
    let mut pasting = Pasting::begin(&desk).await;
    let callback = Person::ada().follow(&pasting.page).await.unwrap();
    for word in ["what now", &part(&callback, "code")] {
        pasting.paste(word).await;
    }
    pasting.paste(&callback).await;
    let ran = pasting.ended().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let asked = ran.stderr.matches("Paste the whole address.").count();
    assert_eq!(asked, 2, "{ran:?}");
    assert!(!ran.stderr.contains("the code"), "{ran:?}");
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
