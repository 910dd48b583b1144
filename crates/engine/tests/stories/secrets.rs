//! After a whole life of a server, no secret is anywhere but where it is sealed.

use std::io::Write;
use std::sync::{Arc, Mutex};

use drawbridge_testkit::{Canned, Person};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::desk::Desk;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

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

// rule: N5
#[tokio::test]
async fn no_secret_reaches_a_log_an_event_or_a_file() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

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

    let mut places = vec![
        ("the log".to_owned(), log.0.lock().unwrap().clone()),
        ("what was told".to_owned(), told.join("\n").into_bytes()),
    ];
    let folder = |path: &std::path::Path| std::fs::read_dir(path).unwrap();
    let locks = folder(&desk.folder.path().join("locks"));
    for entry in folder(desk.folder.path()).chain(locks) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }
    // Whose grant it was is shown while there is one.
    let person = b"ada@example.com";
    for (place, bytes) in places.iter().filter(|(place, _)| place != "what was told") {
        let found = bytes.windows(person.len()).any(|window| window == person);
        assert!(!found, "who signed in is in {place}");
    }
    let secrets = desk.sample.auth.secrets();
    assert!(
        secrets.len() > 8,
        "the servers issued {} secrets",
        secrets.len()
    );
    for secret in &secrets {
        for (place, bytes) in &places {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(
                !found,
                "a secret of {} characters is in {place}",
                secret.len()
            );
        }
    }
}
