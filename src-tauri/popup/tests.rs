//! What a sign-in page can bring about outside its window.

use std::sync::Arc;

use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, ServerId, SignInPrompt, SignInSurface,
    vault::VaultChoice,
    view::{AuthKind, NewServer, Surface},
};
use drawbridge_testkit::Sample;
use tauri::test::{mock_builder, mock_context, noop_assets};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Popups, pages::Pages, window::on_navigation};
use crate::{environment::Environment, opening::Opening};

/// Shows nothing, and tells what was to be shown.
struct Shown(UnboundedSender<SignInPrompt>);

impl SignInSurface for Shown {
    fn open(&self, prompt: SignInPrompt) {
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_refuses_windows_again_and_again_opens_the_browser_once() {
    let sample = Sample::start().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let (shown, mut pages) = unbounded_channel();
    let opening = Opening::by(move || {
        let options = EngineOptions {
            data_dir: data.clone(),
            vault: VaultChoice::NewFile(data.join("key")),
            surface: Arc::new(Shown(shown.clone())),
            clock: Clock::system(),
            limits: Limits::default(),
        };
        async { Ok(Engine::open(options).await?) }
    });
    opening.open().await;
    let engine = opening.engine().await.unwrap();
    let app = mock_builder()
        .manage(opening)
        .build(mock_context(noop_assets()))
        .unwrap();
    let server = NewServer::at(sample.mcp_url().as_str(), AuthKind::OAuth);
    let server = ServerId::from(engine.add_server(server).await.unwrap().id);
    engine.connect(&server).await.unwrap();
    let prompt = pages.recv().await.unwrap();
    assert_eq!(prompt.surface, Surface::Popup);

    let environment = Environment::default();
    let popups = Popups::new(app.handle(), &environment, Pages::in_folder(None));
    popups.open.put(&prompt.attempt);
    let redirect = prompt.redirect.as_str().parse().unwrap();
    let navigate = on_navigation(popups.clone(), prompt.attempt.clone(), redirect);
    for frame in 0..200 {
        let refusing = format!("https://login.example/{frame}?disallowed_useragent");
        assert!(!navigate(&refusing.parse().unwrap()));
    }
    assert_eq!(pages.recv().await.unwrap().surface, Surface::Browser);
    // Its window closes, which cancels nothing.
    popups.gone(&prompt.attempt);
    // The person may have it opened once more.
    engine.hand_over(&prompt.attempt).await.unwrap();
    assert_eq!(pages.recv().await.unwrap().surface, Surface::Browser);
    engine.shutdown().await;
    assert!(pages.try_recv().is_err(), "the browser was opened again");
}
