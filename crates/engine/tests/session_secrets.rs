//! Nothing secret comes through a log, whatever level it has.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::io;
use std::sync::{Arc, Mutex};

use session_support::{Call, Opening, Script, Tokens, status};
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
            .any(|call| call.authorization() == ["Bearer secret-token-2"])
    );
    assert!(
        sent.iter()
            .all(|call| call.headers["x-api-key"] == "secret-header")
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
