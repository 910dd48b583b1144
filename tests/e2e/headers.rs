//! A server that wants a key in a header.

use anyhow::{Result, ensure};
use drawbridge_desk::Desk;
use drawbridge_testkit::Sample;

use crate::{
    accessible::look,
    story::{APP, Story, host, no_secret_left},
};

const OLD: &str = "key-of-last-year";
const NEW: &str = "key-of-this-year";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_typed_in_refused_one_day_and_another_one_put_in_its_place() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    sample.mcp.require_api_key(OLD);
    let app = desk.app(APP).launch().await?;
    app.click("welcome-add").await?;
    app.fill("add-url", sample.mcp_url().as_str()).await?;
    // It has a sign-in as well, and the person knows better.
    app.click("add-change").await?;
    app.click("auth-headers").await?;
    app.fill("header-name", "X-Api-Key").await?;
    app.fill("header-value", OLD).await?;
    look(&app, "add-headers").await?;
    app.click("add-save").await?;
    let server = app.server_id(&host(&sample)).await?;
    app.wait_for_status(&server, "connected").await?;

    sample.mcp.require_api_key(NEW);
    let story = Story {
        sample,
        app,
        desk,
        server,
    };
    let story = story.restart().await?;
    story.status("key_refused").await?;
    let app = &story.app;
    look(app, "key-refused").await?;
    // The one action of its row is *Edit*.
    app.act(&story.server).await?;
    app.see("settings-form").await?;
    let page = app.page_text().await?;
    ensure!(!page.contains(OLD), "{page}");
    app.fill("header-value", NEW).await?;
    app.click("settings-save").await?;
    story.status("connected").await?;
    ensure!(story.greet().await?.is_none());

    let Story { app, desk, .. } = story;
    app.quit().await?;
    no_secret_left(desk.home(), &[OLD.to_owned(), NEW.to_owned()])
}
