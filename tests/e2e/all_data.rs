//! All data as one file, and all data gone.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio};

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::Gate;
use fantoccini::Locator;

use crate::{
    accessible::look,
    desktop::prefer,
    story::{APP, Story},
};

/// What the keychain holds of ours.
async fn keys(desk: &Desk) -> Result<String> {
    let mut search = desk.command("secret-tool");
    search.args(["search", "--all", "service", "dev.drawbridge.desktop"]);
    let found = search.stdout(Stdio::piped()).output().await?;
    // The key itself is no text.
    Ok(String::from_utf8_lossy(&found.stdout).into_owned())
}

/// Asks for it in the preferences, which are open, and confirms it.
async fn delete_all(app: &App) -> Result<()> {
    // The driver takes what is behind the foot of the sheet for seen.
    let show = "document.querySelector('[data-testid=delete-all]').scrollIntoView()";
    app.client().execute(show, vec![]).await?;
    app.click("delete-all").await?;
    app.see_text("delete-sheet", "your sign-ins").await?;
    look(app, "delete-all").await?;
    app.click("confirm-delete").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_failed_succeeds_when_its_cause_is_mended_and_it_is_tried_again() -> Result<()>
{
    let desk = Desk::start().await?;
    // A disk that is not there yet.
    let place = desk.home().join("disk");
    fs::write(&place, "")?;
    let data = place.join("drawbridge");
    let app = desk.app(APP).env("DRAWBRIDGE_DATA_DIR", &data);
    let app = app.launch().await?;
    app.see("start-failure").await?;
    look(&app, "start-failure").await?;
    fs::remove_file(&place)?;
    app.client()
        .find(Locator::Css("main button.primary"))
        .await?
        .click()
        .await?;
    app.see("welcome-add").await?;
    ensure!(data.join("drawbridge.sqlite").exists());
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_data_are_exported_without_a_secret_and_deleted_with_every_one() -> Result<()> {
    let mut story = Story::begin().await?;
    story.sign_in().await?;
    story.app.click("preferences").await?;
    story.app.click("export-all").await?;
    let said = story.app.see_text("written", ".json").await?;
    let path = said.split_whitespace().last().unwrap_or_default();
    let text = fs::read_to_string(path)?;
    ensure!(text.contains(story.sample.mcp_url().as_str()), "{text}");
    for secret in story.sample.auth.secrets() {
        ensure!(!text.contains(&secret), "a secret is in the file");
    }
    let mode = fs::metadata(path)?.permissions().mode();
    ensure!(mode & 0o777 == 0o600, "its mode is {mode:o}");
    ensure!(keys(&story.desk).await?.contains("vault-key"));

    delete_all(&story.app).await?;
    story.app.see("welcome-add").await?;
    story.app.see_gone("preferences-sheet").await?;
    let revoked = story.sample.journal();
    let revoked = revoked.iter().filter(|seen| seen.path == "/revoke");
    ensure!(revoked.count() == 2);
    let data = story.desk.data_home().join("dev.drawbridge.desktop");
    ensure!(Path::new(&data).join("drawbridge.sqlite").exists());

    // As on the first start: it takes a server, and signs in.
    story.server = story
        .app
        .add_server(story.sample.mcp_url().as_str())
        .await?;
    story.sign_in().await?;
    ensure!(story.sample.auth.counters().registrations == 2);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_closed_while_all_data_are_deleted_leaves_none_of_them() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    prefer(&story.app, &["prefer-login"]).await?;
    let starts = story.desk.home().join(".config/autostart");
    let starts = starts.join("Drawbridge.desktop");
    ensure!(starts.exists(), "it does not start at login");
    // Its authorization server does not answer any more.
    let gate = Gate::closed();
    let held = Some(gate.clone());
    story.sample.auth.behave(|b| b.revocation_gate = held);
    story.app.click("preferences").await?;
    delete_all(&story.app).await?;
    gate.reached(1).await;
    let data = story.desk.data_home().join("dev.drawbridge.desktop");
    let Story { app, desk, .. } = story;
    app.quit().await?;
    for name in ["drawbridge.sqlite", "drawbridge.key", "pages"] {
        ensure!(!data.join(name).exists(), "{name} is still there");
    }
    let keys = keys(&desk).await?;
    ensure!(!keys.contains("vault-key"), "the key is still there");
    ensure!(!starts.exists(), "it still starts at login");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_is_kept_aside_and_told_of_until_the_person_has_seen_it() -> Result<()> {
    let desk = Desk::start().await?;
    desk.app(APP).launch().await?.quit().await?;
    let folder = desk.data_home().join("dev.drawbridge.desktop");
    fs::write(folder.join("drawbridge.sqlite"), "no database")?;
    let app = desk.app(APP).launch().await?;
    let path = app.text("set-aside-path").await?;
    ensure!(fs::read_to_string(&path)? == "no database", "it is {path}");
    look(&app, "set-aside").await?;
    app.quit().await?;

    let app = desk.app(APP).launch().await?;
    app.click("set-aside-seen").await?;
    app.see_gone("set-aside").await?;
    app.quit().await?;
    let app = desk.app(APP).launch().await?;
    app.see("welcome-add").await?;
    app.see("preferences").await?;
    app.see_gone("set-aside").await?;
    app.quit().await
}
