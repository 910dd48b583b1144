//! Where the sign-in page opens, where it comes back to, and what a setting mends.

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk, Notifier, Panel, wait_until};
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::{Person, Sample};

use crate::{
    desktop::prefer,
    story::{Browser, Story},
};

/// When the pane begins to wonder, in seconds.
const HINT: (&str, &str) = ("DRAWBRIDGE_HINT_SECONDS", "2");
const DEEP_LINK: &str = "dev.drawbridge.desktop:/oauth/callback";

/// A server that registers no custom scheme.
async fn without_deep_links() -> Sample {
    let sample = Sample::start().await;
    sample
        .auth
        .behave(|b| b.refused_redirects = vec!["dev.drawbridge.desktop:".into()]);
    sample
}

/// Follows the failure of the server that is shown to the setting that mends it.
async fn way_out(app: &App, server: &str, code: &str) -> Result<()> {
    app.wait_for_status(server, "failed").await?;
    app.open_server(server).await?;
    app.click("tab-connection").await?;
    let error = app.see("server-error").await?;
    let told = error.attr("data-code").await?;
    ensure!(told.as_deref() == Some(code), "the failure is {told:?}");
    app.click("way-out").await
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn a_popup_catches_a_redirect_to_this_computer_where_links_of_apps_are_refused() -> Result<()>
{
    let sample = without_deep_links().await;
    let story = Story::at(sample, Desk::start().await?, |app| app).await?;
    story.sign_in().await?;
    ensure!(story.greet().await?.is_none());
    let journal = story.sample.journal();
    let page = journal.iter().rfind(|seen| seen.path == "/authorize");
    let redirect = page.and_then(|seen| seen.params.get("redirect_uri"));
    ensure!(
        redirect.is_some_and(|uri| uri.starts_with("http://127.0.0.1:")),
        "the page was asked to come back to {redirect:?}"
    );
    story.end().await
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn whoever_prefers_the_browser_comes_back_through_a_port_of_this_computer() -> Result<()> {
    let desk = Desk::start().await?;
    let browser = Browser::install(&desk)?;
    let sample = without_deep_links().await;
    let story = Story::at(sample, desk, |app| app).await?;
    story.app.popup().await?;
    story.app.act(&story.server).await?;
    story.status("not_signed_in").await?;
    prefer(&story.app, &["prefer-surface-browser"]).await?;

    story.app.connect(&story.server).await?;
    let callback = Person::ada().follow(&browser.url().await?).await?;
    ensure!(callback.starts_with("http://127.0.0.1:"));
    story.app.see_text("detail-status", "browser").await?;
    story.app.no_popup().await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let page = http.get(&callback).send().await?.text().await?;
    ensure!(page.contains("Drawbridge"), "the browser shows {page}");
    story.status("connected").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_knows_whoever_comes_again_if_it_is_to_be_remembered_and_forgets_them_otherwise()
-> Result<()> {
    let sample = Sample::start().await;
    sample.auth.behave(|b| b.consents_at_once = true);
    // Each window keeps to itself, as it does for a person.
    let story = Story::at(sample, Desk::start().await?, |app| {
        app.env("DRAWBRIDGE_POPUP_SHARED", "0")
    })
    .await?;
    let app = &story.app;
    let pages = story.desk.data_home().join("dev.drawbridge.desktop/pages");
    story.status("connected").await?;
    sign_in_again(&story).await?;
    ensure!(known(&story) == [false, false], "{:?}", known(&story));
    ensure!(!pages.exists());

    // Once open, it stays open.
    app.click("tab-settings").await?;
    app.click("advanced-toggle").await?;
    remember_page(app).await?;
    sign_in_again(&story).await?;
    sign_in_again(&story).await?;
    ensure!(known(&story)[2..] == [false, true], "{:?}", known(&story));
    ensure!(pages.join(&story.server).exists());

    remember_page(app).await?;
    wait_until("its page to be forgotten", async || {
        Ok((!pages.join(&story.server).exists()).then_some(()))
    })
    .await?;
    sign_in_again(&story).await?;
    ensure!(known(&story)[4..] == [false], "{:?}", known(&story));
    story.end().await
}

/// Of each visit to the sign-in page, whether it knew who came.
fn known(story: &Story) -> Vec<bool> {
    let journal = story.sample.journal();
    let visits = journal.iter().filter(|seen| seen.path == "/authorize");
    visits
        .map(|seen| seen.headers.iter().any(|name| name == "cookie"))
        .collect()
}

async fn sign_in_again(story: &Story) -> Result<()> {
    let before = known(story).len();
    story.app.click("tab-connection").await?;
    story.app.click("sign-in-again").await?;
    wait_until("another visit to the page", async || {
        Ok((known(story).len() > before).then_some(()))
    })
    .await?;
    story.status("connected").await
}

/// Turns it round.
async fn remember_page(app: &App) -> Result<()> {
    app.click("tab-settings").await?;
    app.click("remember-page").await?;
    app.click("settings-save").await?;
    app.see_text("settings-form", "Saved").await?;
    Ok(())
}

// rule: R1
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_registered_by_hand_is_typed_in_where_the_failure_leads() -> Result<()> {
    let sample = Sample::start().await;
    let nothing = serde_json::Value::Null;
    sample.auth.behave(|b| {
        b.metadata_patch
            .insert("registration_endpoint".into(), nothing)
    });
    let (client, secret) = sample.auth.add_client(DEEP_LINK, "client_secret_basic");
    let story = Story::at(sample, Desk::start().await?, |app| app).await?;
    way_out(&story.app, &story.server, "client_id_needed").await?;
    story.app.fill("client-id", &client).await?;
    story.app.see_text("redirect-uri", DEEP_LINK).await?;
    story
        .app
        .fill("client-secret", &secret.unwrap_or_default())
        .await?;
    story.app.click("settings-save").await?;
    story.sign_in().await?;
    ensure!(story.sample.auth.counters().registrations == 0);
    story.end().await
}

// rule: A2
#[tokio::test(flavor = "multi_thread")]
async fn another_issuer_is_accepted_where_the_failure_leads() -> Result<()> {
    const OTHER: &str = "https://somebody-else.example";
    let sample = Sample::start().await;
    sample.auth.behave(|b| {
        b.metadata_issuer = Some(OTHER.into());
        b.iss = Iss::Wrong(OTHER.into());
    });
    let story = Story::at(sample, Desk::start().await?, |app| app).await?;
    way_out(&story.app, &story.server, "issuer_mismatch").await?;
    story.app.click("accept-issuer").await?;
    story.app.click("settings-save").await?;
    story.sign_in().await?;
    story.end().await
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn more_access_is_reviewed_and_given() -> Result<()> {
    let desk = Desk::start().await?;
    let mut notifier = Notifier::start(&desk).await?;
    let panel = Panel::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    let other = story.other().await?;
    let nothing = serde_json::json!({});
    let app = &story.app;
    let refused = app
        .run_tool(&story.server, "admin_report", &nothing)
        .await?;
    ensure!(refused.code.as_deref() == Some("more_access_needed"));
    story.status("more_access_needed").await?;
    notifier.next().await?;
    let again = app
        .run_tool(&story.server, "admin_report", &nothing)
        .await?;
    ensure!(again.code.as_deref() == Some("more_access_needed"));
    story.has_told_all(&mut notifier, &other).await?;
    app.act(&story.server).await?;
    app.see_text("more-access", "admin").await?;
    app.click("more-access-decline").await?;
    story.status("connected").await?;

    app.run_tool(&story.server, "admin_report", &nothing)
        .await?;
    story.status("more_access_needed").await?;
    app.click("tab-settings").await?;
    panel.choose("asks for more access").await?;
    app.click("more-access-continue").await?;
    story.sign_in().await?;
    let done = app
        .run_tool(&story.server, "admin_report", &nothing)
        .await?;
    ensure!(!done.failed, "it said: {}", done.text);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_popups_gets_the_browser_in_the_same_attempt() -> Result<()> {
    let desk = Desk::start().await?;
    let browser = Browser::install(&desk)?;
    let story = Story::on(desk, |app| app).await?;
    let popup = story.app.popup().await?;
    popup.find("#user").await?;
    let page = popup.url().await?;
    let google = "https://accounts.google.com/o/oauth2/v2/auth?client_id=1";
    // The window may be gone before this could be answered.
    let _ = story
        .app
        .client()
        .execute("location.href = arguments[0]", vec![google.into()])
        .await;
    story.app.no_popup().await?;
    let opened = browser.url().await?;
    ensure!(
        opened == page.as_str(),
        "the browser shows another page than the window did"
    );
    story.app.focus_main().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.see_text("waiting", "inside an app").await?;
    let callback = Person::ada().follow(&opened).await?;
    story.desk.open_url(&callback).await?;
    story.status("connected").await?;
    story.end().await
}

// rule: R8
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_forgotten_drawbridge_is_mended_by_one_click() -> Result<()> {
    let desk = Desk::start().await?;
    let story = Story::on(desk, |app| app.env(HINT.0, HINT.1)).await?;
    let app = &story.app;
    app.popup().await?;
    app.act(&story.server).await?;
    app.no_popup().await?;
    story.status("not_signed_in").await?;
    story.sample.auth.forget_clients();
    story.sample.clear_journal();

    app.connect(&story.server).await?;
    let page = app
        .popup()
        .await?
        .find("[role=alert]")
        .await?
        .text()
        .await?;
    ensure!(page.contains("not known here"), "the page says {page}");
    app.see("late").await?;
    ensure!(story.sample.auth.counters().registrations == 1);
    app.click("register-again").await?;
    let shown = |path: &str, status| path == "/authorize" && status == Some(200);
    story
        .sample
        .seen(|seen| shown(&seen.path, seen.status))
        .await;
    story.sign_in().await?;
    ensure!(story.sample.auth.counters().registrations == 2);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_swallows_the_way_back_is_left_through_the_browser() -> Result<()> {
    let desk = Desk::start().await?;
    let browser = Browser::install(&desk)?;
    let sample = Sample::start().await;
    sample.auth.behave(|b| b.strict_form_action = true);
    let story = Story::at(sample, desk, |app| app.env(HINT.0, HINT.1)).await?;
    let popup = story.app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.find("#allow").await?.click().await?;
    story.app.see("late").await?;
    story.status("waiting_for_you").await?;
    story.app.click("open-in-browser").await?;
    story.app.no_popup().await?;
    let callback = Person::ada().follow(&browser.url().await?).await?;
    story.desk.open_url(&callback).await?;
    story.status("connected").await?;
    story.end().await
}
