//! A server that repeats what it was given gets it into nothing that is stored, reported or told.

use drawbridge_engine::view::{AuthKind, Connection, HeaderInput, NewServer, ServerView};
use drawbridge_engine::{Error, ServerId};
use drawbridge_testkit::mcp::{Access, Eras};
use rstest::rstest;
use serde_json::json;

use crate::desk::{Desk, is_connected};
use crate::secrets::{Log, holds, places};

const KEY: &str = "sk-live/4f1c+d2e8 9b07=";
const OWN_TOKEN: &str = "opaque-7d35c1a904";

fn header(name: &str, value: &str) -> HeaderInput {
    HeaderInput {
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

fn repeats(desk: &Desk, method: &str, status: u16) {
    desk.sample.mcp.behave(|b| {
        // What is asked first of an unknown server is no way around it.
        b.eras = Eras::Initialize;
        b.repeats_credentials = [(method.to_owned(), status)].into();
    });
}

/// What the server said that refused, whether it is asked again later or not.
fn said(server: &ServerView) -> Option<&str> {
    match &server.connection {
        Connection::Failed { error } | Connection::Retrying { error, .. } => {
            Some(&error.message).filter(|_| error.code == "server_error")
        }
        _ => None,
    }
    .map(String::as_str)
}

/// Everything that anybody is told of the server, after which the program ends.
async fn all_told(desk: &mut Desk, id: &ServerId) -> Vec<String> {
    let engine = &desk.engine;
    let mut told = vec![
        engine.diagnostic_report(id).await.unwrap(),
        format!("{:?}", engine.activity(id).await.unwrap()),
        serde_json::to_string(&engine.snapshot().await.unwrap()).unwrap(),
        engine.export().await.unwrap(),
    ];
    engine.shutdown().await;
    let events = desk.pending_events_of_all_kinds();
    let events = events.iter();
    told.extend(events.map(|it| format!("{it:?} {}", serde_json::to_string(it).unwrap())));
    told
}

/// What was told has the refusal, and neither that nor the log or a file has a secret.
fn nothing_repeated(desk: &Desk, log: &Log, told: &[String], secrets: &[&str]) {
    let places = places(log, told, desk.folder.path());
    let (_, words) = &places[1];
    assert!(holds(words, "Invalid API key: "), "the refusal is told");
    for secret in secrets {
        for (place, bytes) in &places {
            assert!(!holds(bytes, secret), "{secret} is in {place}");
        }
    }
}

// rule: N5
#[rstest]
#[tokio::test]
async fn a_key_that_the_server_repeats_is_told_and_stored_nowhere(
    #[values("initialize", "tools/list")] method: &str,
    #[values(200, 400)] status: u16,
) {
    let log = Log::default();
    let _guard = log.all_that_is_logged();
    let mut desk = Desk::start().await;
    desk.sample
        .mcp
        .behave(|b| b.access = Access::ApiKey(KEY.to_owned()));
    repeats(&desk, method, status);
    let own = format!("Bearer {OWN_TOKEN}");
    let server = NewServer {
        headers: vec![header("X-Api-Key", KEY), header("Authorization", &own)],
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::Headers)
    };
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| said(server).is_some()).await;
    assert_eq!(
        said(&view),
        Some("Invalid API key: <redacted>, authorization: <redacted>, token: <redacted>")
    );
    let told = all_told(&mut desk, &id).await;
    nothing_repeated(&desk, &log, &told, &[KEY, OWN_TOKEN]);
}

// rule: N5
#[rstest]
#[tokio::test]
async fn a_token_that_the_server_repeats_is_told_and_stored_nowhere(
    #[values("initialize", "tools/list", "tools/call")] method: &str,
    #[values(200, 400)] status: u16,
) {
    let log = Log::default();
    let _guard = log.all_that_is_logged();
    let (mut desk, id) = Desk::connected().await;
    repeats(&desk, method, status);
    let mut told = Vec::new();
    if method == "tools/call" {
        let called = desk.engine.call_tool(&id, "1", "greet", json!({})).await;
        let error: Error = called.unwrap_err();
        assert_eq!(
            error.to_string(),
            "Invalid API key: none, authorization: Bearer <redacted>, token: <redacted>"
        );
        told.push(format!("{error:?} {error}"));
        assert!(is_connected(&desk.view(&id).await));
    } else {
        desk.restart().await;
        desk.wait_for(&id, |server| said(server).is_some()).await;
    }
    told.extend(all_told(&mut desk, &id).await);
    let secrets = desk.sample.auth.secrets();
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
    nothing_repeated(&desk, &log, &told, &secrets);
}
