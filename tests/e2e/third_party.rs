//! Servers that others wrote: `oidc-provider` in front of a server on an official SDK.

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk, wait_until};
use drawbridge_testkit::third_party::{Sdk, ThirdParty};
use rstest::rstest;
use serde_json::json;

use crate::story::{APP, no_secret_left};

/// Walks the pages that `oidc-provider` brings along.
async fn sign_in(app: &App) -> Result<()> {
    const CONSENT: &str = "input[name=prompt][value=consent]";
    let popup = app.popup().await?;
    let first = popup.find(&format!("input[name=login], {CONSENT}")).await?;
    // Whoever has signed in before is only asked to consent.
    if first.attr("name").await?.as_deref() == Some("login") {
        popup.type_into("input[name=login]", "ada").await?;
        popup.type_into("input[name=password]", "any").await?;
        popup.find("button[type=submit]").await?.click().await?;
    }
    let consent = format!("form:has({CONSENT}) button[type=submit]");
    popup.leave_by(&consent).await
}

/// Adds a server whose sign-in comes back to this computer, whatever it would take.
async fn add_with_loopback(app: &App, url: &str) -> Result<String> {
    app.click("welcome-add").await?;
    app.fill("add-url", url).await?;
    app.click("advanced-toggle").await?;
    let kinds = app.see("redirect-kind").await?;
    kinds.select_by_value("loopback").await?;
    app.click("add-save").await?;
    let host = url::Url::parse(url)?;
    let host = host.authority().to_owned();
    app.server_id(&host).await
}

// rule: R5
#[rstest]
#[case::on_the_typescript_sdk(Sdk::TypeScript)]
#[case::on_the_python_sdk(Sdk::Python)]
#[tokio::test(flavor = "multi_thread")]
async fn a_popup_comes_back_from_a_server_of_others_to_this_computer(
    #[case] sdk: Sdk,
) -> Result<()> {
    let theirs = ThirdParty::start(sdk).await?;
    let desk = Desk::start().await?;
    let app = desk.app(APP).launch().await?;
    let server = add_with_loopback(&app, theirs.mcp_url().as_str()).await?;
    sign_in(&app).await?;
    app.wait_for_status(&server, "connected").await?;
    let arguments = json!({ "words": "over the moat" });
    ensure!(!app.run_tool(&server, "echo", &arguments).await?.failed);
    theirs.expire_access_tokens().await?;
    ensure!(!app.run_tool(&server, "echo", &arguments).await?.failed);
    ensure!(theirs.counters().await?.refreshes == 1);
    app.quit().await?;
    no_secret_left(desk.home(), &theirs.secrets().await?)
}

#[rstest]
#[case::on_the_typescript_sdk(Sdk::TypeScript)]
#[case::on_the_python_sdk(Sdk::Python)]
#[tokio::test(flavor = "multi_thread")]
async fn connect_list_call_refresh_and_revoke_at_servers_of_others(#[case] sdk: Sdk) -> Result<()> {
    let theirs = ThirdParty::start(sdk).await?;
    let desk = Desk::start().await?;
    let app = desk.app(APP).launch().await?;
    let server = app.add_server(theirs.mcp_url().as_str()).await?;
    sign_in(&app).await?;
    app.wait_for_status(&server, "connected").await?;

    let arguments = json!({ "words": "over the moat" });
    let said = app.run_tool(&server, "echo", &arguments).await?;
    ensure!(
        !said.failed && said.text.contains("over the moat"),
        "echo said: {}",
        said.text
    );

    theirs.expire_access_tokens().await?;
    ensure!(!app.run_tool(&server, "echo", &arguments).await?.failed);
    ensure!(theirs.counters().await?.refreshes == 1);

    theirs.drop_sessions().await?;
    ensure!(!app.run_tool(&server, "echo", &arguments).await?.failed);

    theirs.revoke_grants().await?;
    let refused = app.run_tool(&server, "echo", &arguments).await?;
    ensure!(
        refused.code.as_deref() == Some("reauth_required"),
        "{refused:?}"
    );
    app.wait_for_status(&server, "sign_in_again").await?;
    app.connect(&server).await?;
    sign_in(&app).await?;
    app.wait_for_status(&server, "connected").await?;

    app.open_server(&server).await?;
    app.click("tab-connection").await?;
    app.click("sign-out").await?;
    app.click("confirm-sign-out").await?;
    app.wait_for_status(&server, "not_signed_in").await?;
    wait_until("both tokens to be given back", async || {
        Ok((theirs.counters().await?.revocations == 2).then_some(()))
    })
    .await?;
    app.quit().await?;
    no_secret_left(desk.home(), &theirs.secrets().await?)
}
