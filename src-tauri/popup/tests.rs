//! What a sign-in page can bring about outside its window.

use drawbridge_engine::{Limits, view::Surface};
use drawbridge_testkit::Sample;
use tauri::test::{mock_builder, mock_context, noop_assets};

use super::{Popups, pages::Pages, window::on_navigation};
use crate::{
    engine_in_tests::{asked_to_sign_in, opened},
    environment::Environment,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_refuses_windows_again_and_again_opens_the_browser_once() {
    let sample = Sample::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (opening, mut pages) = opened(folder.path(), Limits::default()).await;
    let engine = opening.engine().await.unwrap();
    let app = mock_builder()
        .manage(opening)
        .build(mock_context(noop_assets()))
        .unwrap();
    let prompt = asked_to_sign_in(&engine, &sample, &mut pages).await;
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
