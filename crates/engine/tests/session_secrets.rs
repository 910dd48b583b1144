//! Nothing secret comes through a log, whatever level it has.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::response::Response;
use rstest::rstest;
use serde_json::json;
use session_support::{Call, Opening, Script, Tokens, greet, reply, status, stream_of};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

// rule: N5
#[tokio::test]
async fn no_token_and_no_header_value_is_logged_even_when_everything_is() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .init();

    let good = Script::start(Call::well).await;
    let refuses = Script::start(|_: &Call| status(401)).await;
    let fails = Script::start(|_: &Call| status(500)).await;
    for script in [&good, &refuses, &fails] {
        let tokens = Tokens::of("secret-token-1").then(Ok("secret-token-2"));
        let mut opening = Opening::at(&script.url).with(&tokens);
        opening.headers = vec![("x-api-key", "secret-header")];
        if let Ok(session) = opening.open().await {
            session.list_tools().await.unwrap();
            session.close().await;
        }
    }
    let sent = refuses.seen();
    assert!(
        sent.iter()
            .any(|call: &Call| call.authorization() == ["Bearer secret-token-2"])
    );
    assert!(
        sent.iter()
            .all(|call: &Call| call.headers["x-api-key"] == "secret-header")
    );

    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        text.contains("rmcp"),
        "the log holds what it is meant to hold"
    );
    for secret in ["secret-token", "secret-header"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}

fn refusal(call: &Call, code: i32) -> serde_json::Value {
    let said = format!(
        "{} {:?}",
        call.authorization()[0],
        call.headers["x-api-key"]
    );
    json!({ "jsonrpc": "2.0", "id": call.body["id"], "error": { "code": code, "message": said } })
}

// rule: N5, T8
#[rstest]
#[case::as_a_good_answer(|call: &Call| reply(200, &refusal(call, -32603)))]
#[case::as_a_stream(|call: &Call| stream_of(Body::from(format!("data: {}\n\n", refusal(call, -32603)))))]
#[case::behind_other_events(|call: &Call| stream_of(Body::from(format!(": \n\ndata: {}\n\n", refusal(call, -32603)))))]
#[case::as_if_it_were_of_another_era(|call: &Call| reply(400, &refusal(call, -32601)))]
#[tokio::test]
async fn what_a_server_was_given_does_not_come_back_in_its_errors(
    #[case] refused: fn(&Call) -> Response,
) {
    let script = Script::start(move |call| match call.name().as_str() {
        "tools/call" => refused(call),
        _ => call.well(),
    })
    .await;
    let mut opening = Opening::at(&script.url).with(&Tokens::of("repeated-token"));
    opening.headers = vec![("x-api-key", "repeated-header")];
    let session = opening.open().await.unwrap();
    session.list_tools().await.unwrap();
    let error = greet(&session).await.unwrap_err();
    assert_eq!(error.to_string(), "Bearer <redacted> \"<redacted>\"");
}
