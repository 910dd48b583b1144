//! What the window tells of how a connection came about.

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::Sample;
use serde_json::json;

use crate::{accessible::look, story::Story};

/// A sign-in from the first look to the page, and from the page to the tools.
const BEFORE: [&str; 5] = [
    "probe",
    "resource_metadata",
    "server_metadata",
    "registration",
    "page",
];
const AFTER: [&str; 4] = ["callback", "token", "session", "tools"];

/// Waits until the timeline tells of a step, and how it went.
async fn told(app: &App, step: &str, outcomes: &[&str]) -> Result<()> {
    let there =
        "const step = document.querySelector(`[data-testid=timeline] [data-what=${args[0]}]`);
        return step && args[1].includes(step.dataset.outcome)";
    let what = format!("{step} to be {outcomes:?}");
    app.wait_in_page_with(&what, there, &[json!(step), json!(outcomes)])
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_told_as_it_happens_and_the_report_is_safe_to_paste() -> Result<()> {
    let story = Story::begin().await?;
    let app = &story.app;
    app.popup().await?;
    app.open_server(&story.server).await?;
    app.click("tab-connection").await?;
    told(app, "callback", &["running"]).await?;
    look(app, "timeline-running").await?;
    story.sign_in().await?;
    app.click("tab-connection").await?;
    // What was found out when the server was added is not asked for again.
    for step in BEFORE {
        told(app, step, &["ok", "note", "skipped"]).await?;
    }
    for step in AFTER {
        told(app, step, &["ok"]).await?;
    }
    look(app, "timeline").await?;

    app.click_until("copy-report", "copied").await?;
    app.click("tab-settings").await?;
    let field = app.see("settings-description").await?;
    field.click().await?;
    field.send_keys("\u{E009}v").await?;
    let url = story.sample.mcp_url();
    let report = app.see_text("settings-description", url.as_str()).await?;
    for secret in story.sample.auth.secrets() {
        ensure!(!report.contains(&secret), "the report holds a secret");
    }

    app.click("tab-activity").await?;
    look(app, "activity").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_failed_says_what_to_do() -> Result<()> {
    let sample = Sample::start().await;
    let nothing = serde_json::Value::Null;
    sample.auth.behave(|b| {
        b.metadata_patch
            .insert("registration_endpoint".into(), nothing)
    });
    let story = Story::at(sample, Desk::start().await?, |app| app).await?;
    story.status("failed").await?;
    let app = &story.app;
    app.open_server(&story.server).await?;
    app.click("tab-connection").await?;
    told(app, "registration", &["problem"]).await?;
    app.see_text("timeline", "client id").await?;
    look(app, "timeline-problem").await?;
    story.end().await
}
