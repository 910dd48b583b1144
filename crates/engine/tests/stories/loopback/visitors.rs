//! Who comes to the listener, and which page they get.

use std::collections::BTreeSet;

use drawbridge_engine::view::{Status, Surface};
use drawbridge_testkit::Person;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{browser, port, port_is_free, visit, waiting};
use crate::desk::is_connected;

fn headline(page: &str) -> &str {
    let (_, rest) = page.split_once("<h1>").unwrap();
    rest.split_once("</h1>").unwrap().0
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_the_browser_comes_back_to_this_computer() {
    let (mut desk, id, prompt) = waiting().await;
    assert_eq!(prompt.surface, Surface::Browser);
    let expected = format!("http://127.0.0.1:{}/callback", port(&prompt));
    assert_eq!(prompt.redirect.as_str(), expected);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let (status, page) = visit(&callback).await;
    assert_eq!(status, 200);
    assert_eq!(headline(&page), "You can go back to Drawbridge");
    desk.wait_for(&id, is_connected).await;
    port_is_free(port(&prompt)).await;
    assert_eq!(desk.sample.auth.counters().registrations, 1);
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_german_browser_is_told_so_in_german() {
    let (mut desk, id, prompt) = waiting().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let forged = format!("http://127.0.0.1:{}/callback?code=a&state=b", port(&prompt));
    let mut seen = Vec::new();
    for (url, languages) in [
        (&forged, "de;q=0.5, en"),
        (&forged, "de"),
        (&callback, "de-AT, en;q=0.7"),
    ] {
        let asked = browser().get(url).header("accept-language", languages);
        let page = asked.send().await.unwrap().text().await.unwrap();
        let (_, rest) = page.split_once("<html lang=\"").unwrap();
        let (tag, _) = rest.split_once('"').unwrap();
        seen.push(format!("{tag}: {}", headline(&page)));
    }
    insta::assert_debug_snapshot!(seen, @r#"
    [
        "en: This belongs to no sign-in that is under way",
        "de: Das gehört zu keiner Anmeldung, die gerade läuft",
        "de: Du kannst zu Drawbridge zurückkehren",
    ]
    "#);
    desk.wait_for(&id, is_connected).await;
}

// rule: R6, N5
#[tokio::test(flavor = "multi_thread")]
async fn the_last_page_holds_nothing_of_the_sign_in_and_loads_nothing() {
    let (desk, _, prompt) = waiting().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let answer = browser().get(&callback).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let policy = header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let page = answer.text().await.unwrap();
    for outside in ["http:", "https:", "src=", "href=", "<script", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("prefers-color-scheme: dark"));
    for secret in desk.sample.auth.secrets() {
        assert!(!page.contains(&secret));
    }
}

// rule: R6, T2
#[tokio::test(flavor = "multi_thread")]
async fn whoever_else_knocks_gets_a_page_of_their_own_and_the_attempt_goes_on() {
    let (mut desk, id, prompt) = waiting().await;
    let base = format!("http://127.0.0.1:{}", port(&prompt));
    let mut seen = BTreeSet::new();
    for (path, expected) in [
        ("/favicon.ico", 404),
        ("/", 404),
        ("/callback/more?code=a&state=b", 404),
        ("/callback", 400),
        ("/callback?state=b", 400),
        ("/callback?code=a&code=b&state=c", 400),
        ("/callback?code=a&state=forged", 409),
        ("/callback?error=access_denied&state=forged", 409),
    ] {
        let (status, page) = visit(&format!("{base}{path}")).await;
        assert_eq!(status, expected, "{path}");
        assert!(!page.contains("forged"));
        seen.insert(headline(&page).to_owned());
    }
    insta::assert_debug_snapshot!(seen, @r#"
    {
        "There is nothing here",
        "This belongs to no sign-in that is under way",
        "This is not the answer to a sign-in",
    }
    "#);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    // Some look before they come: that does not use up the answer.
    let head = browser().head(&callback).send().await.unwrap();
    assert_eq!(head.status().as_u16(), 405);
    assert_eq!(desk.view(&id).await.status, Status::WaitingForYou);
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R6, T2
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_twice_says_the_same_and_changes_nothing() {
    let (mut desk, id, prompt) = waiting().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let gate = drawbridge_testkit::Gate::closed();
    desk.sample
        .auth
        .behave(|auth| auth.token_gate = Some(gate.clone()));
    let (first, second) = tokio::join!(visit(&callback), visit(&callback));
    assert_eq!((first.0, second.0), (200, 200));
    assert_eq!(first.1, second.1);
    let (status, _) = visit(&callback.replace("code=", "code=x")).await;
    assert_eq!(status, 409);
    gate.open();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.auth.counters().token_exchanges, 1);
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_talks_nonsense_or_nothing_does_not_keep_the_browser_out() {
    let (mut desk, id, prompt) = waiting().await;
    let mut crowd = Vec::new();
    for number in 0..200_usize {
        let mut one = TcpStream::connect(("127.0.0.1", port(&prompt)))
            .await
            .unwrap();
        let words: &[u8] = match number % 5 {
            0 => b"",
            1 => b"\x16\x03\x01\x02\x00\x01\x00",
            2 => b"GET /callback?code=",
            3 => b"SSH-2.0-scanner\r\n\r\n",
            _ => b"POST /callback HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n",
        };
        one.write_all(words).await.unwrap();
        crowd.push(one);
    }
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
    // Whoever was left is hung up on: the listener does not outlive its attempt.
    for mut one in crowd {
        let mut rest = Vec::new();
        let _ = one.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    port_is_free(port(&prompt)).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_comes_through_and_an_endless_one_does_not() {
    let (mut desk, id, prompt) = waiting().await;
    let base = format!("http://127.0.0.1:{}/callback", port(&prompt));
    let (status, _) = visit(&format!("{base}?code={}&state=x", "a".repeat(30_000))).await;
    assert_eq!(status, 409);
    let mut flood = TcpStream::connect(("127.0.0.1", port(&prompt)))
        .await
        .unwrap();
    flood.write_all(b"GET /callback?code=").await.unwrap();
    // Until it is hung up on.
    while flood.write_all(&[b'a'; 16 * 1024]).await.is_ok() {}
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_was_copied_by_hand_is_enough() {
    let (mut desk, id, prompt) = waiting().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let (_, query) = callback.split_once('?').unwrap();
    desk.engine.receive_callback(query).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R6, T2
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_goes_away_while_its_answer_is_taken_loses_nothing() {
    let (mut desk, id, prompt) = waiting().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    let (_, target) = callback.split_once("/callback").unwrap();
    let mut browser = TcpStream::connect(("127.0.0.1", port(&prompt)))
        .await
        .unwrap();
    let database = desk.database().await;
    let mut busy = database.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *busy)
        .await
        .unwrap();
    let mut pause = desk.clock.pause();
    let request = format!("GET /callback{target} HTTP/1.1\r\nhost: x\r\n\r\n");
    browser.write_all(request.as_bytes()).await.unwrap();
    // The answer is read, and about to be looked up.
    pause.reached().await;
    pause.end();
    browser.shutdown().await.unwrap();
    let mut nothing = Vec::new();
    browser.read_to_end(&mut nothing).await.unwrap();
    assert!(nothing.is_empty());
    sqlx::query("ROLLBACK").execute(&mut *busy).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}
