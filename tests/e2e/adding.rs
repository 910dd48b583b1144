//! Getting servers into the list: from other programs, from a paste or a drop, from the registry.

use std::fs;

use anyhow::{Result, ensure};
use axum::{Json, Router, routing::get};
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::{KeptPort, Sample};
use serde_json::{Value, json};

use crate::screens::picture;
use crate::story::{APP, host, no_secret_left};

const KEY: &str = "s3cret-of-another-program";

/// Puts a list into the place where a program keeps it.
fn keep(desk: &Desk, path: &str, text: &str) -> Result<()> {
    let path = desk.home().join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}

/// Cursor knows the sample server, Codex knows one with a key, and Zed has a broken file.
fn other_programs(desk: &Desk, sample: &Sample) -> Result<()> {
    let url = sample.mcp_url();
    let cursor = json!({ "mcpServers": {
        "Sample": { "url": url },
        "files": { "command": "npx", "args": ["files"] },
    } });
    keep(desk, ".cursor/mcp.json", &cursor.to_string())?;
    let codex = format!(
        "[mcp_servers.keyed]\nurl = \"{url}?keyed\"\nhttp_headers = {{ \"X-Api-Key\" = \"{KEY}\" }}\n"
    );
    keep(desk, ".codex/config.toml", &codex)?;
    keep(
        desk,
        ".config/zed/settings.json",
        "{ \"context_servers\": oops }",
    )
}

async fn fate(app: &App, name: &str, fate: &str) -> Result<()> {
    let seen = "const row = document.querySelector(
          `[data-testid=import-row][data-name=\"${args[0]}\"]`);
        return row && (args[1] === '' || row.dataset.fate === args[1])";
    let what = format!("{name} to be {fate}");
    let values = [json!(name), json!(fate)];
    app.wait_in_page_with(&what, seen, &values).await?;
    Ok(())
}

async fn one_server(theme: &str, desk: Desk) -> Result<()> {
    let sample = Sample::start().await;
    other_programs(&desk, &sample)?;
    let app = desk.app(APP).launch().await?;
    app.see_text("welcome-found", "2 servers found in Cursor and Codex")
        .await?;
    picture(&app, theme, "first-run").await?;

    app.click("welcome-import").await?;
    fate(&app, "keyed", "").await?;
    app.see_text("import-unread", "no JSON").await?;
    app.see_text("import-left", "1 cannot be taken").await?;
    let page = app.page_text().await?;
    ensure!(page.contains("x-api-key") && !page.contains(KEY), "{page}");
    picture(&app, theme, "import").await?;
    app.click("import-go").await?;
    fate(&app, "Sample", "added").await?;
    fate(&app, "keyed", "added").await?;
    app.see("import-done").await?;
    picture(&app, theme, "import-done").await?;

    app.click("import-connect").await?;
    app.see_gone("import-sheet").await?;
    let popup = app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.allow().await?;
    app.wait_for_status("Sample", "connected").await?;

    // What was read is as it was, and the key went into the vault alone.
    let codex = desk.home().join(".codex/config.toml");
    ensure!(fs::read_to_string(&codex)?.contains(KEY));
    fs::remove_file(codex)?;
    app.quit().await?;
    no_secret_left(desk.home(), &[KEY.to_owned()])
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_other_programs_are_found_ticked_and_taken_over() -> Result<()> {
    one_server("light", Desk::start().await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_other_programs_are_found_in_the_dark_too() -> Result<()> {
    one_server("dark", Desk::builder().dark().start().await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_clicks_lead_from_the_first_run_to_connected() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    sample.auth.behave(|b| b.consents_at_once = true);
    let list = json!({ "mcpServers": { "Sample": { "url": sample.mcp_url() } } });
    keep(&desk, ".cursor/mcp.json", &list.to_string())?;
    let app = desk.app(APP).launch().await?;
    app.see_text("welcome-found", "Cursor").await?;
    app.click("welcome-import").await?;
    app.click("import-go").await?;
    app.click("import-connect").await?;
    app.wait_for_status("Sample", "connected").await?;
    app.quit().await
}

/// A key that is pressed together with Control.
fn control(key: char) -> String {
    format!("\u{E009}{key}\u{E000}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_pasted_onto_the_window() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    let app = desk.app(APP).launch().await?;
    // By way of a field, since a test has no clipboard of its own.
    app.click("welcome-import").await?;
    let list = json!({ "mcpServers": { "Pasted": { "url": sample.mcp_url(),
        "headers": { "X-Api-Key": KEY } } } });
    app.fill("import-text", &list.to_string()).await?;
    let field = app.see("import-text").await?;
    field.send_keys(&control('a')).await?;
    field.send_keys(&control('x')).await?;
    let empty = "return document.querySelector('[data-testid=import-text]').value === ''";
    app.wait_in_page("the list to be cut out", empty).await?;
    app.click("import-cancel").await?;
    app.see_gone("import-sheet").await?;

    app.see("welcome-add")
        .await?
        .send_keys(&control('v'))
        .await?;
    fate(&app, "Pasted", "").await?;
    ensure!(!app.page_text().await?.contains(KEY));
    app.click("import-go").await?;
    fate(&app, "Pasted", "added").await?;
    app.click("import-done").await?;
    app.server_id("Pasted").await?;
    app.quit().await?;
    no_secret_left(desk.home(), &[KEY.to_owned()])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_dropped_onto_the_window() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    let app = desk.app(APP).launch().await?;
    app.see("welcome-add").await?;
    // WebDriver drags nothing from elsewhere: the events come from a script, what they carry is real.
    let drop = "const transfer = new DataTransfer();
        transfer.items.add(new File([arguments[0]], 'mcp.json', { type: 'application/json' }));
        const send = (kind) => document.body.dispatchEvent(new DragEvent(kind,
          { bubbles: true, cancelable: true, dataTransfer: transfer }));
        return [send('dragenter'), send('dragover'), send('drop')]";
    let list = json!({ "mcpServers": { "Dropped": { "url": sample.mcp_url() } } });
    let passed_on = app
        .client()
        .execute(drop, vec![json!(list.to_string())])
        .await?;
    ensure!(
        passed_on == json!([false, false, false]),
        "the window would go to the file: {passed_on}"
    );
    fate(&app, "Dropped", "").await?;
    app.see_text("import-list", "mcp.json").await?;
    app.click("import-go").await?;
    fate(&app, "Dropped", "added").await?;
    app.quit().await
}

/// A registry with one server, and one that is spoken to in an older way.
async fn registry(sample: &Sample) -> Result<String> {
    let remote = |kind: &str, url: &str| {
        json!({ "server": {
            "name": format!("com.example/{kind}"), "title": format!("A sample by {kind}"),
            "description": "For trying out.", "version": "1.0.0",
            "remotes": [{ "type": kind, "url": url, "variables": { "team": { "isRequired": true } } }],
        } })
    };
    let url = format!("{}?team={{team}}", sample.mcp_url());
    let servers = json!({ "servers": [
        remote("streamable-http", &url), remote("sse", "https://old.example/sse"),
    ], "metadata": { "count": 2 } });
    let answer = move || std::future::ready(Json::<Value>(servers.clone()));
    let app = Router::new().route("/v0.1/servers", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_the_registry_is_found_filled_in_and_connected() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    sample.auth.behave(|b| b.consents_at_once = true);
    let place = registry(&sample).await?;
    let start = desk.app(APP).env("DRAWBRIDGE_REGISTRY", place);
    let app = start.launch().await?;
    app.click("welcome-add").await?;
    app.see("offer-linear").await?;
    picture(&app, "light", "catalogue").await?;
    app.fill("add-url", "sample").await?;
    app.click("registry-search").await?;
    app.see_text("offer-com.example/sse#0", "SSE only").await?;
    picture(&app, "light", "registry").await?;
    app.click("offer-com.example/streamable-http#0").await?;
    app.fill("variable-team", "blue").await?;
    app.see_text("variable-address", "?team=blue").await?;
    picture(&app, "light", "registry-variables").await?;
    app.click("variables-go").await?;
    app.click("add-save").await?;
    let server = app.server_id(&host(&sample)).await?;
    app.wait_for_status(&server, "connected").await?;
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_registry_the_catalogue_is_still_there() -> Result<()> {
    let desk = Desk::start().await?;
    let nobody = KeptPort::free()?;
    let place = format!("http://{}/", nobody.address());
    let app = desk
        .app(APP)
        .env("DRAWBRIDGE_REGISTRY", place)
        .launch()
        .await?;
    app.click("welcome-add").await?;
    app.fill("add-url", "nobody knows").await?;
    app.click("registry-search").await?;
    let error = app.see("registry-error").await?;
    let code = error.attr("data-code").await?;
    ensure!(code.as_deref() == Some("registry_unreachable"), "{code:?}");
    picture(&app, "light", "registry-away").await?;
    app.fill("add-url", "linear").await?;
    app.see("offer-linear").await?;
    app.quit().await
}
