//! After a whole life of a server, no secret is anywhere but where it is sealed.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use drawbridge_engine::log::{self, LIBRARIES};
use drawbridge_testkit::{Canned, Person};
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::desk::{Desk, error_code};

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Takes in what this thread logs, at any level, until what is returned is dropped.
    fn everything(&self) -> DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// The same of what app and command log at the most: `rmcp`, which repeats whole messages, is silent.
    pub(crate) fn all_that_is_logged(&self) -> DefaultGuard {
        let targets = Targets::new()
            .with_default(LIBRARIES)
            .with_targets(log::targets(LevelFilter::TRACE));
        let layer = tracing_subscriber::fmt::layer().with_writer(self.clone());
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(targets));
        tracing::subscriber::set_default(subscriber)
    }
}

/// The log, what was told, and every file, by their names; nothing is written any more.
pub(crate) fn places(log: &Log, told: &[String], folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut places = vec![
        ("the log".to_owned(), log.0.lock().unwrap().clone()),
        ("what was told".to_owned(), told.join("\n").into_bytes()),
    ];
    let entries = std::fs::read_dir(folder).unwrap();
    // There as soon as a grant was renewed.
    let locks = std::fs::read_dir(folder.join("locks"));
    for entry in entries.chain(locks.into_iter().flatten()) {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    places
}

pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

// rule: N5
#[tokio::test]
async fn no_secret_reaches_a_log_an_event_or_a_file() {
    let log = Log::default();
    let _guard = log.everything();

    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.registered_auth_method = Some("client_secret_post".into());
        b.always_id_token = true;
    });
    let id = desk.add().await;
    let mut told = Vec::new();
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    told.push(format!("{prompt:?}"));
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, crate::desk::is_connected).await;
    told.push(format!(
        "{:?}",
        desk.engine.receive_callback(&callback).await.unwrap_err()
    ));
    desk.sample.auth.expire_access_tokens();
    desk.engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }))
        .await
        .unwrap();
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::html(400)));
    desk.sample.auth.expire_access_tokens();
    let failure = desk.engine.call_tool(&id, "2", "greet", json!({})).await;
    told.push(format!("{failure:?}"));
    told.push(desk.engine.diagnostic_report(&id).await.unwrap());
    desk.engine.sign_out(&id).await.unwrap();
    told.push(desk.engine.diagnostic_report(&id).await.unwrap());
    told.push(format!("{:?}", desk.engine.activity(&id).await.unwrap()));
    told.extend(
        desk.pending_events_of_all_kinds()
            .iter()
            .map(|event| format!("{event:?} {}", serde_json::to_string(event).unwrap())),
    );
    desk.engine.shutdown().await;

    let places = places(&log, &told, desk.folder.path());
    // Whose grant it was is shown while there is one.
    let person = "ada@example.com";
    for (place, bytes) in places.iter().filter(|(place, _)| place != "what was told") {
        assert!(!holds(bytes, person), "who signed in is in {place}");
    }
    let secrets = desk.sample.auth.secrets();
    assert!(
        secrets.len() > 8,
        "the servers issued {} secrets",
        secrets.len()
    );
    for secret in &secrets {
        for (place, bytes) in &places {
            assert!(
                !holds(bytes, secret),
                "a secret of {} characters is in {place}",
                secret.len()
            );
        }
    }
}

// rule: T3, T8
#[tokio::test]
async fn the_words_of_somebody_who_was_not_asked_are_told_nowhere() {
    let log = Log::default();
    let _guard = log.all_that_is_logged();
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let mut parameters = prompt.url.url().query_pairs();
    let (_, state) = parameters.find(|(name, _)| name == "state").unwrap();
    let callback = format!(
        "{}?error=access_denied&error_description=Ring+up+Mallory&iss=https%3A%2F%2Fevil.example&state={state}",
        prompt.redirect
    );
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("callback_issuer_mismatch"));
    let mut told = vec![
        serde_json::to_string(&view).unwrap(),
        format!("{:?}", desk.engine.activity(&id).await.unwrap()),
        desk.engine.diagnostic_report(&id).await.unwrap(),
    ];
    let events = desk.pending_events_of_all_kinds();
    told.extend(events.iter().map(|event| format!("{event:?}")));
    desk.engine.shutdown().await;
    for (place, bytes) in places(&log, &told, desk.folder.path()) {
        for word in ["Mallory", "evil.example", "access_denied"] {
            assert!(!holds(&bytes, word), "{word} is in {place}");
        }
    }
}
