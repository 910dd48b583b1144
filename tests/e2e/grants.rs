//! What becomes of a sign-in: kept, revoked, mended, given back.

use anyhow::{Result, ensure};
use drawbridge_desk::{Desk, Notifier, wait_until};
use drawbridge_testkit::{Gate, Sample};

use crate::story::{LONG_FAREWELL, Story, no_secret_left};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_server_is_connected_and_no_page_opens() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    story.sample.clear_journal();
    let pages = story.sample.auth.counters().authorize_pages;
    let story = story.restart().await?;
    story.status("connected").await?;
    ensure!(story.greet().await?.is_none());
    ensure!(story.sample.auth.counters().authorize_pages == pages);
    let lines = story.sample.journal_lines();
    ensure!(
        lines.iter().all(|line| line.starts_with("POST /mcp")),
        "{lines:#?}"
    );
    story.end().await
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_in_the_midst_of_a_refresh_is_signed_in_when_they_come_back() -> Result<()>
{
    let desk = Desk::start().await?;
    let story = Story::on(desk, |app| app.env(LONG_FAREWELL.0, LONG_FAREWELL.1)).await?;
    story.sign_in().await?;
    let gate = Gate::closed();
    let held = gate.clone();
    story
        .sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    story.sample.auth.expire_access_tokens();
    let arguments = serde_json::json!({ "name": "Ada" });
    let app = &story.app;
    app.start_tool(&story.server, "greet", &arguments).await?;
    gate.reached(1).await;
    app.tell_to_end().await?;
    wait_until("the app to hear of its end", async || {
        Ok(app.output()?.contains("told to end").then_some(()))
    })
    .await?;
    app.off_the_screen().await?;
    ensure!(app.lives(), "it waited for nothing");
    story.sample.auth.behave(|b| b.token_answer_gate = None);
    gate.open();
    let story = story.ended_and_begun().await?;
    story.status("connected").await?;
    let outcome = story
        .app
        .run_tool(&story.server, "greet", &arguments)
        .await?;
    ensure!(!outcome.failed, "greet said: {}", outcome.text);
    let counters = story.sample.auth.counters();
    ensure!(counters.refreshes == 1, "{counters:?}");
    ensure!(counters.refresh_reuses == 0, "{counters:?}");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_is_told_everywhere_once_and_one_click_mends_it() -> Result<()> {
    let desk = Desk::start().await?;
    let mut notifier = Notifier::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    let other = story.other().await?;

    story.sample.auth.revoke_grants();
    ensure!(story.greet().await?.as_deref() == Some("reauth_required"));
    story.status("sign_in_again").await?;
    notifier.next().await?;
    story.app.see("needs-you").await?;
    ensure!(story.greet().await?.as_deref() == Some("reauth_required"));

    story.app.connect(&story.server).await?;
    story.sign_in().await?;
    ensure!(story.greet().await?.is_none());
    story.has_told_all(&mut notifier, &other).await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_renewed_under_the_call() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    story.sample.auth.expire_access_tokens();
    ensure!(story.greet().await?.is_none());
    ensure!(story.sample.auth.counters().refreshes == 1);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_gives_the_grant_back() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.click("sign-out").await?;
    story.app.click("confirm-sign-out").await?;
    story.status("not_signed_in").await?;
    story
        .sample
        .seen(|seen| seen.path == "/revoke" && seen.status == Some(200))
        .await;
    story.app.connect(&story.server).await?;
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn remove_and_add_again_starts_clean() -> Result<()> {
    let mut story = Story::begin().await?;
    story.sign_in().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-settings").await?;
    story.app.click("remove-server").await?;
    story.app.click("confirm-remove").await?;
    story.app.see("welcome-add").await?;
    story.server = story
        .app
        .add_server(story.sample.mcp_url().as_str())
        .await?;
    story.sign_in().await?;
    ensure!(story.sample.auth.counters().registrations == 2);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_leaves_no_secret_behind() -> Result<()> {
    let story = Story::begin().await?;
    let other = Sample::start().await;
    other
        .auth
        .behave(|b| b.registered_auth_method = Some("client_secret_basic".into()));
    story.sign_in().await?;
    let second = story.app.add_server(other.mcp_url().as_str()).await?;
    let popup = story.app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.allow().await?;
    story.app.wait_for_status(&second, "connected").await?;
    for sample in [&story.sample, &other] {
        sample.auth.expire_access_tokens();
    }
    ensure!(story.greet().await?.is_none());
    let arguments = serde_json::json!({ "name": "Ada" });
    ensure!(
        !story
            .app
            .run_tool(&second, "greet", &arguments)
            .await?
            .failed
    );
    let story = story.restart().await?;
    story.status("connected").await?;
    story.app.wait_for_status(&second, "connected").await?;

    let home = story.desk.home().to_owned();
    let secrets = [story.sample.auth.secrets(), other.auth.secrets()].concat();
    ensure!(
        secrets.len() > 12,
        "the servers issued {} secrets",
        secrets.len()
    );
    story.app.quit().await?;
    no_secret_left(&home, &secrets)
}
