//! Servers that mean harm, or that are broken as if they did.

use std::io::Write as _;
use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, Connection, NewServer, ServerView};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::{Canned, Person, Sample};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected, limits};

async fn trouble(desk: &mut Desk, id: &ServerId) -> ServerView {
    desk.engine.connect(id).await.unwrap();
    desk.wait_for(id, |server| server.error.is_some()).await
}

// rule: A4, N4
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_no_web_address_is_refused_before_anything_is_opened(
    #[values(
        "authorization_endpoint",
        "token_endpoint",
        "registration_endpoint",
        "revocation_endpoint"
    )]
    name: &str,
    #[values(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://as.example/x",
        "https://me:pw@as.example/x",
        "//as.example/x"
    )]
    url: &str,
) {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_patch.insert(name.to_owned(), json!(url));
    });
    let id = desk.add().await;
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("refused_endpoint"));
    assert!(!view.error.unwrap().message.contains("pw@"));
    assert!(desk.screen.is_quiet());
    assert_eq!(desk.sample.auth.counters().registrations, 0);
}

/// One of the requests of a sign-in that an authorization server answers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Leg {
    Resource,
    Metadata,
    Registration,
    Token,
}

fn answer_with(desk: &Desk, leg: Leg, answer: &Canned) {
    // However often it is asked.
    let answers = || std::iter::repeat_n(answer.clone(), 6);
    match leg {
        Leg::Resource => desk
            .sample
            .mcp
            .behave(|b| b.metadata_answers.extend(answers())),
        Leg::Metadata => desk
            .sample
            .auth
            .behave(|b| b.metadata_answers.extend(answers())),
        Leg::Registration => desk
            .sample
            .auth
            .behave(|b| b.registration_answers.extend(answers())),
        Leg::Token => desk
            .sample
            .auth
            .behave(|b| b.token_answers.extend(answers())),
    }
}

/// Signs in as far as that goes, and tells how it ends.
async fn end_at(desk: &mut Desk, id: &ServerId, leg: Leg) -> ServerView {
    if leg == Leg::Token {
        desk.come_back(id, Person::ada()).await;
        return desk.wait_for(id, |server| server.error.is_some()).await;
    }
    trouble(desk, id).await
}

// rule: N1
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_leg_is_led_to_another_server(
    #[values(Leg::Resource, Leg::Metadata, Leg::Registration, Leg::Token)] leg: Leg,
    #[values(302, 307)] status: u16,
) {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let away = format!("{}/register", other.issuer());
    let away = Canned::status(status).header("location", &away);
    answer_with(&desk, leg, &away);
    let id = desk.add().await;
    let view = end_at(&mut desk, &id, leg).await;
    assert!(view.error.is_some());
    assert!(other.journal().is_empty());
}

// rule: N1, G5
#[tokio::test(flavor = "multi_thread")]
async fn neither_a_refresh_nor_a_revocation_is_led_to_another_server() {
    let (desk, id) = Desk::connected().await;
    let other = Sample::start().await;
    let away = format!("{}/token", other.issuer());
    let away = Canned::status(307).header("location", &away);
    desk.sample.auth.behave(|b| {
        b.refresh_answers.push_back(away.clone());
        b.revocation_answers.extend([away.clone(), away]);
    });
    desk.sample.auth.expire_access_tokens();
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }));
    call.await.unwrap_err();
    assert_eq!(desk.sample.auth.live_grants(), 1);
    desk.engine.sign_out(&id).await.unwrap();
    desk.engine.shutdown().await;
    assert!(other.journal().is_empty());
}

/// A few kilobytes that unpack to 64 MiB.
fn gzip_bomb() -> Canned {
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    let blank = vec![b' '; 1024 * 1024];
    for _ in 0..64 {
        zip.write_all(&blank).unwrap();
    }
    let packed = zip.finish().unwrap();
    Canned::bytes(200, "application/json", &packed).header("content-encoding", "gzip")
}

// rule: N1, T7, T8, A1
#[rstest::rstest]
#[case::error_in_a_200(Canned::oauth_error(200, "nonsense"))]
#[case::page(Canned::html(200))]
#[case::nothing(Canned::status(200))]
#[case::list(Canned::new(200, "application/json", "[1]"))]
#[case::no_text(Canned::bytes(200, "application/json", b"{\"issuer\":\"\xff\xfe\"}"))]
#[case::cut_off(Canned::cut_off())]
#[case::endless(Canned::endless(200))]
#[case::bomb(gzip_bomb())]
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_any_leg_ends_the_attempt_with_a_reason(
    #[case] answer: Canned,
    #[values(Leg::Metadata, Leg::Registration, Leg::Token)] leg: Leg,
) {
    let mut desk = Desk::start().await;
    answer_with(&desk, leg, &answer);
    let id = desk.add().await;
    let view = end_at(&mut desk, &id, leg).await;
    let error = view.error.unwrap();
    assert!(!error.message.is_empty() && !error.message.contains('<'));
    assert!(error.message.chars().count() < 500, "{}", error.message);
    assert_eq!(desk.sample.auth.counters().token_exchanges, 0);
    // It is over, and the next try is not harmed by it.
    desk.sample.auth.behave(|b| {
        b.metadata_answers.clear();
        b.registration_answers.clear();
        b.token_answers.clear();
    });
    desk.sign_in(&id).await;
}

// rule: N1
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_drips_ends_with_the_deadline(
    #[values(Leg::Metadata, Leg::Registration, Leg::Token)] leg: Leg,
) {
    let quick = HttpOptions {
        oauth_deadline: Duration::from_secs(3),
        ..HttpOptions::default()
    };
    let mut desk = Desk::on(Sample::start().await, limits(), quick).await;
    answer_with(&desk, leg, &Canned::drip(200));
    let id = desk.add().await;
    let view = end_at(&mut desk, &id, leg).await;
    let expected = if leg == Leg::Token {
        "server_unavailable"
    } else {
        "timed_out"
    };
    assert_eq!(error_code(&view), Some(expected));
}

// rule: A1
#[tokio::test(flavor = "multi_thread")]
async fn json_under_another_name_is_still_json() {
    let mut desk = Desk::start().await;
    let issuer = desk.sample.issuer();
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "registration_endpoint": format!("{issuer}/register"),
        "code_challenge_methods_supported": ["S256"],
    });
    let plain = Canned::new(200, "text/plain", document.to_string());
    answer_with(&desk, Leg::Metadata, &plain);
    let id = desk.add().await;
    desk.sign_in(&id).await;
}

// rule: T3
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_server_is_never_sent_to_anybody() {
    let mut desk = Desk::start().await;
    let honest = desk.add().await;
    let other = Sample::start().await;
    let server = NewServer::at(other.mcp_url().as_str(), AuthKind::OAuth);
    let attacker = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&honest).await.unwrap();
    let page = desk.screen.prompt().await;
    desk.engine.connect(&attacker).await.unwrap();
    let lure = desk.screen.prompt().await;
    // The person signs in at the honest server, with the state of the attacker's attempt.
    let state = |url: &url::Url| {
        let mut pairs = url.query_pairs();
        pairs
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned()
    };
    let (own, foreign) = (state(page.url.url()), state(lure.url.url()));
    let mixed = page.url.as_str().replace(&own, &foreign);
    let callback = Person::ada().follow(&mixed).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk
        .wait_for(&attacker, |server| server.error.is_some())
        .await;
    assert_eq!(error_code(&view), Some("callback_issuer_mismatch"));
    for sample in [&desk.sample, &other] {
        let asked = sample.journal_lines();
        assert!(asked.iter().all(|line| !line.starts_with("POST /token")));
    }
}

// rule: T2, T3
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_comes_twice_is_no_answer_and_the_attempt_goes_on(
    #[values("code", "state", "iss", "error")] name: &str,
) {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await;
    let callback = Person::ada().follow(page.url.as_str()).await.unwrap();
    let twice = format!("{callback}&{name}=x&{name}=y");
    let refused = desk.engine.receive_callback(&twice).await.unwrap_err();
    assert_eq!(refused.code(), "malformed_callback");
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: T5
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fifty_kilobytes_of_scopes_are_not_asked_for(#[values(true, false)] in_challenge: bool) {
    let mut desk = Desk::start().await;
    let many: Vec<_> = (0..5000)
        .map(|number| format!("scope:{number:04}"))
        .collect();
    desk.sample.mcp.behave(|b| {
        b.challenge_scope = in_challenge.then(|| many.join(" "));
        b.scopes_supported = (!in_challenge).then(|| many.clone());
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let journal = desk.sample.journal();
    let page = journal.iter().find(|seen| seen.path == "/authorize");
    assert_eq!(page.unwrap().params.get("scope"), None);
}

// rule: N1
#[rstest::rstest]
#[case::endless(Canned::endless(200), "too_large")]
#[case::no_text(Canned::bytes(200, "application/json", b"\xff\xfe"), "protocol")]
#[case::page(Canned::html(200), "protocol")]
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_in_a_session_is_told_and_goes_no_further(
    #[case] answer: Canned,
    #[case] code: &str,
) {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| {
        b.method_answers
            .push_back(("tools/list".to_owned(), answer));
    });
    desk.engine.connect(&id).await.unwrap();
    // Where MCP was spoken before it may be a gateway's, and is tried again later.
    let told = |server: &ServerView| matches!(&server.connection, Connection::Failed { error } | Connection::Retrying { error, .. } if error.code == code);
    desk.wait_for(&id, told).await;
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_on_one_address_hold_two_grants_that_do_not_disturb_each_other() {
    let (mut desk, first) = Desk::connected().await;
    let url = desk.sample.mcp_url();
    let second = NewServer {
        name: Some("The other account".to_owned()),
        same_url: true,
        ..NewServer::at(url.as_str(), AuthKind::OAuth)
    };
    let second = ServerId::from(desk.engine.add_server(second).await.unwrap().id);
    desk.sign_in(&second).await;
    assert_eq!(desk.sample.auth.live_grants(), 2);
    assert_eq!(desk.sample.auth.counters().registrations, 2);

    // Each refreshes its own.
    desk.sample.auth.expire_access_tokens();
    for id in [&first, &second] {
        let arguments = json!({ "name": "Ada" });
        let call = desk.engine.call_tool(id, id.as_str(), "greet", arguments);
        call.await.unwrap();
    }
    assert_eq!(desk.sample.auth.counters().refreshes, 2);
    assert_eq!(desk.sample.auth.counters().refresh_reuses, 0);

    // One goes, and the other stays.
    desk.engine.sign_out(&first).await.unwrap();
    desk.sample
        .seen(|seen| seen.path == "/revoke" && seen.status == Some(200))
        .await;
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&second, "2", "greet", arguments);
    call.await.unwrap();
    desk.engine.remove_server(&first).await.unwrap();
    assert!(is_connected(&desk.view(&second).await));
    assert_eq!(desk.sample.auth.live_grants(), 1);
}

// rule: T7, T8
#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_of_granted_scopes_is_neither_stored_nor_shown() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let many: Vec<_> = (0..80_000).map(|number| format!("s{number}")).collect();
    let answer = json!({ "access_token": "a1", "token_type": "bearer", "scope": many.join(" ") });
    answer_with(&desk, Leg::Token, &Canned::json(200, &answer));
    desk.come_back(&id, Person::ada()).await;
    let stored = |server: &ServerView| {
        matches!(
            server.authorization,
            Authorization::SignedIn { .. } | Authorization::ReauthRequired { .. }
        )
    };
    desk.wait_for(&id, stored).await;
    let length: i64 = desk.stored("SELECT length(scopes) FROM grant").await;
    assert!((1..=4096).contains(&length), "{length}");
}

// rule: G7, T8
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_more_and_more_is_not_followed_without_end() {
    let (mut desk, id) = Desk::connected().await;
    let mut answers = Vec::new();
    for round in 0..5 {
        let words = if round == 4 { 10_000 } else { 200 };
        let many: Vec<_> = (0..words)
            .map(|number| format!("scope-{round}-{number}"))
            .collect();
        desk.sample.mcp.behave(|b| {
            b.needed_scopes
                .insert("tools/call greet".to_owned(), many.join(" "));
        });
        let name = round.to_string();
        let arguments = json!({ "name": "Ada" });
        let call = desk.engine.call_tool(&id, &name, "greet", arguments);
        let error = call.await.unwrap_err();
        assert!(error.to_string().chars().count() < 400, "{error}");
        answers.push(error.code());
    }
    assert_eq!(answers[0], "more_access_needed");
    assert_eq!(answers[4], "insufficient_scope");
    let length: i64 = desk.stored("SELECT length(needed_scopes) FROM grant").await;
    assert!((1..=4096).contains(&length), "{length}");
    // What is asked for in the end can be asked for.
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let mut asked = prompt.url.url().query_pairs();
    let (_, scopes) = asked.find(|(name, _)| name == "scope").unwrap();
    assert!(scopes.len() <= 4096);
}
