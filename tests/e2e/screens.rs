//! A picture of each state, light and dark, wide and narrow, for a person to look at.

use anyhow::Result;
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::{Gate, Sample};

use crate::{
    accessible::look,
    story::{APP, Story},
};

/// Takes the picture in both sizes, and looks for what keeps people out.
pub(crate) async fn picture(app: &App, theme: &str, name: &str) -> Result<()> {
    for (size, width, height) in [("wide", 960, 680), ("narrow", 640, 480)] {
        app.resize(width, height).await?;
        look(app, &format!("{theme}-{name}-{size}")).await?;
    }
    app.resize(960, 680).await
}

/// Of each shape that an answer is drawn in.
const ANSWERS: [(&str, &str); 3] = [
    (
        "tool-markdown",
        "# Three wait\n\nThey are **urgent**, see `ENG-7` or <https://example.com>.\n\n\
         > Nobody crosses.\n\n- [x] told the smith\n\n| Issue | Owner |\n|---|---|\n| ENG-7 | Ada |\n\n\
         ```sh\nraise --bridge\n```",
    ),
    (
        "tool-table",
        r#"[{"id":"ENG-7","points":3,"done":true},{"id":"ENG-9","points":null,"done":false}]"#,
    ),
    (
        "tool-tree",
        r#"{"total":2,"next":null,"teams":[{"name":"Engine","members":["Ada"],"limits":{"day":100}}]}"#,
    ),
];

async fn every_state(desk: Desk, theme: &str) -> Result<()> {
    let sample = Sample::start().await;
    let metadata = Gate::closed();
    let token = Gate::closed();
    let app = desk.app(APP).launch().await?;
    app.see("welcome-add").await?;
    picture(&app, theme, "empty").await?;

    app.click("welcome-add").await?;
    app.fill("add-url", sample.mcp_url().as_str()).await?;
    app.wait_in_page(
        "detection to be done",
        "return document.querySelector('[data-testid=\"add-detection\"][data-auth=oauth]')",
    )
    .await?;
    picture(&app, theme, "add").await?;
    sample
        .auth
        .behave(|b| b.metadata_gate = Some(metadata.clone()));
    sample.auth.behave(|b| b.token_gate = Some(token.clone()));
    app.click("add-save").await?;
    let server = app.server_id(&crate::story::host(&sample)).await?;
    app.wait_for_status(&server, "finding_out").await?;
    picture(&app, theme, "finding-out").await?;
    metadata.open();

    let popup = app.popup().await?;
    app.wait_for_status(&server, "waiting_for_you").await?;
    popup.find("#user").await?;
    popup.screenshot(&format!("{theme}-popup")).await?;
    picture(&app, theme, "waiting-for-you").await?;
    popup.sign_in("ada", "any").await?;
    popup.screenshot(&format!("{theme}-popup-consent")).await?;
    popup.allow().await?;
    app.wait_for_status(&server, "signing_in").await?;
    picture(&app, theme, "signing-in").await?;
    token.open();
    app.wait_for_status(&server, "connected").await?;
    app.open_server(&server).await?;
    app.click("tab-tools").await?;
    app.see("tool-greet").await?;
    picture(&app, theme, "connected").await?;
    app.run_tool(&server, "draw_bridge", &serde_json::json!({}))
        .await?;
    picture(&app, theme, "tool-image").await?;
    app.run_tool(&server, "fail", &serde_json::json!({}))
        .await?;
    picture(&app, theme, "tool-error").await?;
    for (tool, text) in ANSWERS {
        sample.mcp.add_tool_that_says(tool, text);
        app.run_tool(&server, tool, &serde_json::json!({})).await?;
        look(&app, &format!("{theme}-{tool}")).await?;
    }
    app.click("tab-connection").await?;
    picture(&app, theme, "connection").await?;
    app.click("tab-settings").await?;
    picture(&app, theme, "settings").await?;
    app.click("advanced-toggle").await?;
    app.fill("client-id", "drawbridge-42").await?;
    app.see("settings-ends").await?;
    picture(&app, theme, "advanced").await?;
    // What is not saved shows on the tabs, and belongs in no picture from here on.
    app.click("settings-discard").await?;
    app.see_gone("settings-ends").await?;
    app.click("preferences").await?;
    app.click("prefer-proxy-url").await?;
    picture(&app, theme, "preferences").await?;
    app.press(ESCAPE).await?;
    app.see_gone("preferences-sheet").await?;
    app.click("remove-server").await?;
    picture(&app, theme, "remove").await?;
    app.press(ESCAPE).await?;
    app.see_gone("confirm-remove").await?;

    app.run_tool(&server, "admin_report", &serde_json::json!({}))
        .await?;
    app.wait_for_status(&server, "more_access_needed").await?;
    app.click("tab-connection").await?;
    app.see("more-access").await?;
    picture(&app, theme, "more-access").await?;

    sample.auth.revoke_grants();
    app.run_tool(&server, "greet", &serde_json::json!({ "name": "Ada" }))
        .await?;
    app.wait_for_status(&server, "sign_in_again").await?;
    picture(&app, theme, "sign-in-again").await?;

    let failing = Sample::start().await;
    failing
        .auth
        .behave(|b| b.metadata_issuer = Some("https://somebody-else.example".into()));
    let second = app.add_server(failing.mcp_url().as_str()).await?;
    app.wait_for_status(&second, "failed").await?;
    picture(&app, theme, "failed").await?;
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_in_light() -> Result<()> {
    every_state(Desk::start().await?, "light").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_in_dark() -> Result<()> {
    every_state(Desk::builder().dark().start().await?, "dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_shows_when_the_next_try_comes() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    story.sample.mcp.close().await;
    let story = story.restart().await?;
    story.status("cant_reach").await?;
    story.app.open_server(&story.server).await?;
    look(&story.app, "light-cant-reach").await?;
    story.sample.mcp.reopen().await?;
    // The app tries by itself, too, and then the same button cancels: seen and clicked in one turn.
    let retry =
        "const button = document.querySelector('[data-row][data-status=cant_reach] [data-action]');
        button?.click();
        return !!(button ?? document.querySelector('[data-row][data-status=connected]'))";
    story.app.wait_in_page("a retry to click", retry).await?;
    story.status("connected").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_works_by_keyboard_alone() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    sample.auth.behave(|b| b.consents_at_once = true);
    let app = desk.app(APP).launch().await?;
    app.tab_to("welcome-add").await?;
    app.press(ENTER).await?;
    app.tab_to("add-url").await?;
    app.press(sample.mcp_url().as_str()).await?;
    app.see_text("add-url", sample.mcp_url().as_str()).await?;
    app.press(ENTER).await?;
    let server = app.server_id(&crate::story::host(&sample)).await?;
    app.wait_for_status(&server, "connected").await?;

    app.press("\u{E009}k").await?;
    app.see_focus("palette-input").await?;
    app.press("sign out").await?;
    app.see_text("palette-input", "sign out").await?;
    look(&app, "light-palette").await?;
    app.press(ENTER).await?;
    app.tab_to("confirm-sign-out").await?;
    look(&app, "light-sign-out").await?;
    app.press(ENTER).await?;
    app.wait_for_status(&server, "not_signed_in").await?;
    app.see_gone("confirm-sign-out").await?;
    app.press("?").await?;
    app.see("shortcuts-close").await?;
    look(&app, "light-shortcuts").await?;
    app.quit().await
}

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
