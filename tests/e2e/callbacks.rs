//! The callback by other ways than the popup: the system's deep link, and the person's hands.

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk, wait_until};
use drawbridge_testkit::Person;

use crate::story::{APP, Browser, Story, no_secret_left};

/// A sign-in that goes on in the system's browser, and the callback that came of it.
async fn in_the_browser(desk: Desk) -> Result<(Story, String)> {
    let browser = Browser::install(&desk)?;
    let story = Story::on(desk, |app| app).await?;
    story.app.popup().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.click("open-in-browser").await?;
    let callback = Person::ada().follow(&browser.url().await?).await?;
    story.app.no_popup().await?;
    story.status("waiting_for_you").await?;
    Ok((story, callback))
}

/// Waits until the app has refused so many callbacks.
pub(crate) async fn refused(app: &App, times: usize) -> Result<()> {
    let what = format!("{times} callbacks to be refused");
    wait_until(&what, async || {
        let count = app.output()?.matches("was not taken").count();
        Ok((count == times).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_delivers_the_callback_to_the_running_app() -> Result<()> {
    let (story, callback) = in_the_browser(Desk::start().await?).await?;
    story.desk.open_url(&callback).await?;
    story.status("connected").await?;
    ensure!(story.greet().await?.is_none());
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_starts_the_app_for_the_callback() -> Result<()> {
    let (story, callback) = in_the_browser(Desk::start().await?).await?;
    let Story {
        sample,
        app,
        desk,
        server,
    } = story;
    app.quit().await?;
    sample.clear_journal();
    desk.open_url(&callback).await?;
    sample
        .seen(|seen| seen.path == "/token" && seen.status == Some(200))
        .await;
    sample
        .seen(|seen| seen.note.as_deref() == Some("tools/list"))
        .await;
    desk.close_opened().await?;

    let app = desk.app(APP).launch().await?;
    app.wait_for_status(&server, "connected").await?;
    app.quit().await?;
    no_secret_left(desk.home(), &sample.auth.secrets())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_callback_leaves_the_attempt_that_is_open_alone() -> Result<()> {
    let story = Story::begin().await?;
    story.app.popup().await?;
    story
        .desk
        .open_url("dev.drawbridge.desktop:/oauth/callback?code=x&state=forged")
        .await?;
    story
        .desk
        .open_url("dev.drawbridge.desktop:/oauth/callback?error=access_denied")
        .await?;
    story
        .desk
        .open_url("dev.drawbridge.desktop:/elsewhere")
        .await?;
    refused(&story.app, 3).await?;
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_callback_changes_nothing() -> Result<()> {
    let (story, callback) = in_the_browser(Desk::start().await?).await?;
    story.desk.open_url(&callback).await?;
    story.status("connected").await?;
    story.sample.clear_journal();
    story.desk.open_url(&callback).await?;
    refused(&story.app, 1).await?;
    ensure!(story.greet().await?.is_none());
    let lines = story.sample.journal_lines();
    ensure!(
        !lines.iter().any(|line| line.contains("/token")),
        "{lines:#?}"
    );
    ensure!(story.app.status(&story.server).await? == "connected");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_pasted_by_hand_and_a_wrong_one_is_told() -> Result<()> {
    let (story, callback) = in_the_browser(Desk::start().await?).await?;
    story.app.click("paste-callback").await?;
    story
        .app
        .fill("paste-input", "https://example.com/not-a-callback")
        .await?;
    story.app.click("paste-submit").await?;
    story.app.see("refusal").await?;
    story.app.see("paste-input").await?;
    story.app.fill("paste-input", &callback).await?;
    story.app.click("paste-submit").await?;
    story.status("connected").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_shows_the_window_that_is_there() -> Result<()> {
    let story = Story::begin().await?;
    let mut second = story.desk.app(APP).run()?;
    let status = second.child().wait().await?;
    ensure!(status.success(), "the second start ended with {status}");
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_that_is_copied_is_the_page_of_the_attempt() -> Result<()> {
    let story = Story::begin().await?;
    story.app.popup().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.click_until("copy-link", "copied").await?;
    story.app.click("paste-callback").await?;
    let field = story.app.see("paste-input").await?;
    field.click().await?;
    field.send_keys("\u{E009}v").await?;
    let copied = story
        .app
        .see_text("paste-input", &story.sample.issuer())
        .await?;
    let callback = Person::ada().follow(copied.trim()).await?;
    story.app.fill("paste-input", &callback).await?;
    story.app.click("paste-submit").await?;
    story.status("connected").await?;
    story.end().await
}
