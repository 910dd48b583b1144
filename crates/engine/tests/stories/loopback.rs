//! The browser comes back to this computer: the listener, and everybody else who knocks at it.

use std::collections::BTreeSet;
use std::time::Duration;

use drawbridge_engine::view::{
    AuthKind, Authorization, NewServer, RedirectPin, ServerChange, Status, Surface,
};
use drawbridge_engine::{Limits, ServerId, SignInPrompt};
use drawbridge_testkit::Person;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::desk::{Desk, is_connected, limits, new_server};

/// A browser: no proxy, no redirects.
fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn visit(url: &str) -> (u16, String) {
    let answer = browser().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn headline(page: &str) -> &str {
    let (_, rest) = page.split_once("<h1>").unwrap();
    rest.split_once("</h1>").unwrap().0
}

fn port(prompt: &SignInPrompt) -> u16 {
    let redirect = Url::parse(prompt.redirect.as_str()).unwrap();
    redirect.port().unwrap()
}

/// Presses Connect at a terminal.
async fn waiting() -> (Desk, ServerId, SignInPrompt) {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    (desk, id, prompt)
}

/// Waits until nobody listens at the port.
async fn port_is_free(port: u16) -> TcpListener {
    let bound = async {
        loop {
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
                return listener;
            }
            tokio::task::yield_now().await;
        }
    };
    let bound = tokio::time::timeout(Duration::from_secs(20), bound).await;
    bound.expect("a port that is free within 20 seconds")
}

async fn pin(desk: &Desk, id: &ServerId, redirect: RedirectPin, surface: Option<Surface>) {
    let mut options = desk.view(id).await.sign_in;
    options.redirect = redirect;
    options.surface = surface;
    let change = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(id, change).await.unwrap();
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
async fn a_registration_keeps_its_port_while_it_is_free() {
    let (mut desk, id, first) = waiting().await;
    // Superseded: the second attempt wants the port that the first still holds.
    desk.engine.connect(&id).await.unwrap();
    let second = desk.screen.prompt().await;
    assert_eq!(second.redirect, first.redirect);
    desk.engine.cancel(&id).await.unwrap();
    let squatter = port_is_free(port(&first)).await;
    desk.engine.connect(&id).await.unwrap();
    let third = desk.screen.prompt().await;
    assert_ne!(third.redirect, first.redirect);
    assert_eq!(desk.sample.auth.counters().registrations, 2);
    drop(squatter);
    let callback = Person::ada().follow(third.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn under_its_name_this_computer_is_found_by_both_of_its_numbers() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    pin(
        &desk,
        &id,
        RedirectPin::Localhost {
            port: None,
            path: None,
        },
        None,
    )
    .await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let has_v6 = TcpListener::bind("[::1]:0").await.is_ok();
    let v4 = TcpStream::connect(("127.0.0.1", port(&prompt))).await;
    let v6 = TcpStream::connect(("::1", port(&prompt))).await;
    assert_eq!((v4.is_ok(), v6.is_ok()), (true, has_v6));
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_has_under_the_other_number_is_taken() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    pin(
        &desk,
        &id,
        RedirectPin::Localhost {
            port: None,
            path: None,
        },
        None,
    )
    .await;
    desk.engine.connect(&id).await.unwrap();
    let first = desk.screen.prompt().await;
    desk.engine.cancel(&id).await.unwrap();
    let v4 = port_is_free(port(&first)).await;
    drop(v4);
    let squatter = TcpListener::bind(("::1", port(&first))).await;
    desk.engine.connect(&id).await.unwrap();
    let second = desk.screen.prompt().await;
    // A browser tries that number first, and the answer would be somebody else's.
    assert_eq!(second.redirect == first.redirect, squatter.is_err());
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
async fn a_cancelled_attempt_leaves_no_open_port() {
    let (desk, id, prompt) = waiting().await;
    desk.engine.cancel(&id).await.unwrap();
    port_is_free(port(&prompt)).await;
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_port_is_used_or_said_to_be_taken() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let squatter = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = squatter.local_addr().unwrap().port();
    let wanted = RedirectPin::Localhost {
        port: Some(port),
        path: None,
    };
    pin(&desk, &id, wanted, Some(Surface::Browser)).await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    assert_eq!(error.code, "port_busy");
    assert!(error.message.contains(&port.to_string()));
    drop(squatter);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert_eq!(
        prompt.redirect.as_str(),
        format!("http://localhost:{port}/callback")
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R5, R6, G10
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_path_is_registered_and_the_only_one_that_is_answered() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    pin(&desk, &id, local(None, Some(" /oauth/return ")), None).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let base = format!("http://127.0.0.1:{}", port(&prompt));
    assert_eq!(prompt.redirect.as_str(), format!("{base}/oauth/return"));
    assert_eq!(
        visit(&format!("{base}/callback?code=a&state=b")).await.0,
        404
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
    // Another path is another redirect: what was registered and granted is not for it.
    pin(&desk, &id, local(None, None), None).await;
    let view = desk.view(&id).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert!(prompt.redirect.as_str().ends_with("/callback"));
    assert_eq!(desk.sample.auth.counters().registrations, 2);
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn to_spell_out_the_usual_path_changes_nothing() {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    pin(&desk, &id, local(None, None), None).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
    pin(&desk, &id, local(None, Some("/callback")), None).await;
    let view = desk.view(&id).await;
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
}

fn local(port: Option<u16>, path: Option<&str>) -> RedirectPin {
    let path = path.map(str::to_owned);
    RedirectPin::Loopback { port, path }
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_nobody_could_come_back_to_cannot_be_pinned() {
    let desk = Desk::start().await;
    let id = desk.add().await;
    let port = Some(0);
    for redirect in [
        local(port, None),
        RedirectPin::Localhost { port, path: None },
        local(None, Some("callback")),
        local(None, Some("//elsewhere.example")),
        local(None, Some("/a/../b")),
        local(None, Some("/a?code=b")),
        local(None, Some("/a#b")),
        local(None, Some("/a b")),
        local(None, Some("/%63allback")),
    ] {
        let mut options = desk.view(&id).await.sign_in;
        options.redirect = redirect;
        let change = ServerChange {
            sign_in: Some(options),
            ..ServerChange::default()
        };
        let refused = desk.engine.change_server(&id, change).await.unwrap_err();
        assert_eq!(refused.code(), "invalid_option");
    }
    assert_eq!(desk.view(&id).await.sign_in.redirect, RedirectPin::Auto);
}

// rule: R5, R6
#[tokio::test(flavor = "multi_thread")]
async fn a_popup_catches_a_loopback_redirect_itself_and_no_port_is_bound() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    pin(
        &desk,
        &id,
        RedirectPin::Loopback {
            port: None,
            path: None,
        },
        None,
    )
    .await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert_eq!(prompt.surface, Surface::Popup);
    let bound = TcpStream::connect(("127.0.0.1", port(&prompt))).await;
    assert_eq!(
        bound.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionRefused
    );
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn handed_over_the_same_attempt_goes_on_in_the_browser() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    pin(
        &desk,
        &id,
        RedirectPin::Loopback {
            port: None,
            path: None,
        },
        None,
    )
    .await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    let browser = desk.screen.prompt().await;
    assert_eq!(browser.surface, Surface::Browser);
    assert_eq!(browser.attempt, popup.attempt);
    assert_eq!(browser.url.as_str(), popup.url.as_str());
    let Authorization::SigningIn { surface, .. } = desk.view(&id).await.authorization else {
        panic!("not signing in");
    };
    assert_eq!(surface, Surface::Browser);
    // The popup goes: that ends nothing now.
    desk.engine.window_closed(&popup.attempt);
    let callback = Person::ada().follow(popup.url.as_str()).await.unwrap();
    assert_eq!(visit(&callback).await.0, 200);
    desk.wait_for(&id, is_connected).await;
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_can_be_handed_over_too() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    let browser = desk.screen.prompt().await;
    assert_eq!(
        browser.redirect.as_str(),
        "dev.drawbridge.desktop:/oauth/callback"
    );
    let callback = Person::ada().follow(browser.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let over = desk.engine.hand_over(&popup.attempt).await.unwrap_err();
    assert_eq!(over.code(), "no_sign_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_was_closed_just_before_the_hand_over_cancels_nothing() {
    let mut desk = Desk::with_limits(Limits {
        popup_grace: Duration::from_millis(100),
        ..limits()
    })
    .await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    let other = NewServer {
        same_url: true,
        ..new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let other = ServerId::from(desk.engine.add_server(other).await.unwrap().id);
    desk.engine.connect(&other).await.unwrap();
    let others = desk.screen.prompt().await;
    desk.engine.window_closed(&popup.attempt);
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    desk.screen.prompt().await;
    // Closed later, so when it has ended, the grace of the first is over too.
    desk.engine.window_closed(&others.attempt);
    desk.wait_for(&other, |server| server.status == Status::NotSignedIn)
        .await;
    let callback = Person::ada().follow(popup.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_to_a_port_that_is_taken_begins_anew_in_the_browser() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    pin(
        &desk,
        &id,
        RedirectPin::Loopback {
            port: None,
            path: None,
        },
        None,
    )
    .await;
    desk.engine.connect(&id).await.unwrap();
    let popup = desk.screen.prompt().await;
    let _squatter = TcpListener::bind(("127.0.0.1", port(&popup)))
        .await
        .unwrap();
    desk.engine.hand_over(&popup.attempt).await.unwrap();
    assert_eq!(desk.screen.closed().await, popup.attempt);
    let anew = desk.screen.prompt().await;
    assert_eq!(anew.surface, Surface::Browser);
    assert_ne!(anew.attempt, popup.attempt);
    assert_ne!(anew.redirect, popup.redirect);
    let callback = Person::ada().follow(anew.url.as_str()).await.unwrap();
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
