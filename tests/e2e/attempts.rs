//! Signing in through the popup, and every way not to.

use anyhow::{Result, ensure};
use drawbridge_desk::Desk;
use drawbridge_testkit::Sample;

use crate::{accessible::look, story::Story};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_clicks_connect_signs_in_and_runs_a_tool() -> Result<()> {
    let story = Story::begin().await?;
    let popup = story.app.popup().await?;
    story.status("waiting_for_you").await?;
    let title = popup.title().await?;
    ensure!(
        title.contains(&story.sample.issuer()),
        "the popup is titled {title}"
    );
    let (x, _, width, height) = popup.rect().await?;
    ensure!((width, height) == (560, 720), "{width}×{height}");
    // There is no room beside the main window, whose list stays in sight: it ends, frame and all, with the screen.
    ensure!((1270..=1280).contains(&(x + width)), "at {x}");
    popup.sign_in("ada", "any").await?;
    popup.allow().await?;
    story.status("connected").await?;
    ensure!(story.greet().await?.is_none());
    let lines = story.sample.journal_lines();
    let asked = |line: &str| lines.iter().filter(|seen| *seen == line).count();
    ensure!(asked("POST /register → 201") == 1, "{lines:#?}");
    ensure!(
        asked("POST /token [authorization_code] → 200") == 1,
        "{lines:#?}"
    );
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_sign_in_at_once_each_in_a_window_of_its_own() -> Result<()> {
    let story = Story::begin().await?;
    let other = Sample::start().await;
    story.app.popups(1).await?;
    let second = story.app.add_server(other.mcp_url().as_str()).await?;
    let popups = story.app.popups(2).await?;
    for popup in &popups {
        popup.sign_in("ada", "any").await?;
    }
    for popup in popups {
        popup.allow().await?;
    }
    story.status("connected").await?;
    story.app.wait_for_status(&second, "connected").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_cancels_and_connect_works_again() -> Result<()> {
    let story = Story::begin().await?;
    story.app.popup().await?.close().await?;
    // It stays for as long as somebody is at it.
    story.app.point_at("left-sign-in").await?;
    story.status("not_signed_in").await?;
    look(&story.app, "left-sign-in").await?;
    story.app.click("reopen").await?;
    story.sign_in().await?;
    story.app.see_gone("left-sign-in").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_out_of_sight_is_shown_from_its_row() -> Result<()> {
    let story = Story::begin().await?;
    let app = &story.app;
    let popup = app.popup().await?;
    story.status("waiting_for_you").await?;
    popup.find("#user").await?;
    popup.minimize().await?;
    app.click("row-show").await?;
    popup.in_sight().await?;
    // It is the same page still.
    ensure!(story.sample.auth.counters().authorize_pages == 1);
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cancel_button_closes_the_window() -> Result<()> {
    let story = Story::begin().await?;
    story.app.popup().await?;
    story.app.act(&story.server).await?;
    story.app.no_popup().await?;
    story.status("not_signed_in").await?;
    story.app.see_gone("left-sign-in").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_ends_times_out_and_says_so() -> Result<()> {
    let desk = Desk::start().await?;
    let story = Story::on(desk, |app| app.env("DRAWBRIDGE_ATTEMPT_SECONDS", "15")).await?;
    story.sample.seen(|seen| seen.path == "/authorize").await;
    story.app.no_popup().await?;
    story.status("not_signed_in").await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.see_text("server-error", "in time").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_is_told_in_words() -> Result<()> {
    let story = Story::begin().await?;
    let popup = story.app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.deny().await?;
    story.status("not_signed_in").await?;
    story.app.see_text("server-error", "declined").await?;
    story.app.connect(&story.server).await?;
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_closes_itself_leaves_no_empty_window_and_is_reopened() -> Result<()> {
    let story = Story::begin().await?;
    story.app.popup().await?.find("#user").await?;
    // The page may be gone before this could be answered.
    let _ = story.app.client().execute("window.close()", vec![]).await;
    story.app.no_popup().await?;
    story.app.point_at("left-sign-in").await?;
    story.status("not_signed_in").await?;
    story.app.click("reopen").await?;
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_after_the_first_closes_no_window() -> Result<()> {
    let story = Story::begin().await?;
    let popup = story.app.popup().await?;
    popup.sign_in("ada", "any").await?;
    let closes = "window.close(); return history.length";
    let pages = story.app.client().execute(closes, vec![]).await?;
    ensure!(pages == 2, "the window has been at {pages} pages");
    popup.allow().await?;
    story.status("connected").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_popup_goes_nowhere_but_to_web_pages_and_can_call_nothing() -> Result<()> {
    let story = Story::begin().await?;
    let popup = story.app.popup().await?;
    popup.find("#user").await?;
    let client = story.app.client();
    let before = popup.url().await?;
    for place in [
        "file:///etc/passwd",
        "javascript:document.title='owned'",
        "data:text/html,x",
    ] {
        client
            .execute("location.href = arguments[0]", vec![place.into()])
            .await?;
    }
    ensure!(popup.url().await? == before);
    // A page that would fill the window later, and keeps what the person has typed.
    popup.type_into("#user", "ada").await?;
    let empty = "return window.open('about:blank') === null";
    ensure!(client.execute(empty, vec![]).await? == true);
    let typed = popup.find("#user").await?.prop("value").await?;
    ensure!(typed.as_deref() == Some("ada") && popup.url().await? == before);
    let refused = client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             window.__TAURI_INTERNALS__.invoke('plugin:servers|snapshot')
               .then(() => done('answered'), (error) => done(`refused: ${error}`))",
            vec![],
        )
        .await?;
    let refused = refused.as_str().unwrap_or_default();
    ensure!(
        refused.starts_with("refused"),
        "the popup's call was {refused}"
    );
    popup.close().await?;
    story.end().await
}
