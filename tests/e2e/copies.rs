//! A copy on data of its own, beside the person's own app.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use drawbridge_desk::{App, AppBuilder, Desk};
use drawbridge_testkit::{Person, Sample, mcp::Access};

use crate::{
    callbacks::refused,
    desktop::prefer,
    story::{APP, Browser, Story, host},
};

const FOLDER: &str = "DRAWBRIDGE_DATA_DIR";
const SCHEME: &str = "dev.drawbridge.desktop";
const LINK: &str = "dev.drawbridge.desktop:/oauth/callback?code=1&state=2";

fn copy<'a>(desk: &'a Desk, data: &Path) -> AppBuilder<'a> {
    desk.app(APP).env(FOLDER, data)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_stands_beside_the_persons_own_and_takes_nothing_of_it() -> Result<()> {
    let story = Story::begin().await?;
    let desk = &story.desk;
    let own = &story.app;
    prefer(own, &["prefer-login"]).await?;
    let login = desk.home().join(".config/autostart");
    let at_login = || anyhow::Ok(fs::read_dir(&login)?.count());
    ensure!(at_login()? == 1);
    desk.handled(SCHEME).await?;

    let data = desk.home().join("data");
    let app = copy(desk, &data).launch().await?;
    let sample = Sample::start().await;
    sample.mcp.behave(|b| b.access = Access::Open);
    let url = sample.mcp_url();
    let second = copy(desk, &desk.home().join("./data/"));
    let mut second = second.arg("--add-server").arg(url.as_str()).run()?;
    ensure!(second.child().wait().await?.success());
    app.server_id(&host(&sample)).await?;
    ensure!(
        !lists(own, &sample).await?,
        "it is in the person's own list"
    );

    app.click("preferences").await?;
    let off = "return document.querySelector('[data-testid=prefer-login]').disabled";
    app.wait_in_page("nobody to start it at login", off).await?;
    let show = "document.querySelector('[data-testid=delete-all]').scrollIntoView()";
    app.client().execute(show, vec![]).await?;
    app.click("delete-all").await?;
    app.click("confirm-delete").await?;
    app.see("welcome-add").await?;
    ensure!(at_login()? == 1, "the person's own does not start any more");

    app.quit().await?;
    desk.open_url(LINK).await?;
    refused(own, 1).await?;
    story.sign_in().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_signs_in_by_the_browser_without_the_link_and_leaves_none_behind() -> Result<()> {
    let desk = Desk::start().await?;
    let data = desk.home().join("data");
    let browser = Browser::install(&desk)?;
    let story = Story::on(desk, |app| app.env(FOLDER, &data)).await?;
    story.app.popup().await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-connection").await?;
    story.app.click("open-in-browser").await?;
    let callback = Person::ada().follow(&browser.url().await?).await?;
    ensure!(callback.starts_with("http://127.0.0.1:"));
    let http = reqwest::Client::builder().no_proxy().build()?;
    http.get(&callback).send().await?.error_for_status()?;
    story.status("connected").await?;
    let left = story.desk.handler(SCHEME).await?;
    ensure!(left.is_empty(), "{left} has taken the link");
    story.end().await
}

async fn lists(app: &App, sample: &Sample) -> Result<bool> {
    Ok(app.page_text().await?.contains(&host(sample)))
}
