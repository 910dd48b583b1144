//! `installed`: what a person does with the app that a package has installed (see `cargo xtask
//! test-bundle`). Where root is needed it says what it waits for, one word a line, and goes on when it
//! is answered with a line.
#![expect(clippy::print_stdout, reason = "it tells what happens")]

use std::{
    io::{BufRead as _, stdin},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{App, Browser, Desk};
use drawbridge_testkit::{Person, Sample};
use serde_json::{Value, json};

const APP: &str = "/usr/bin/drawbridge-desktop";
const COMMAND: &str = "/usr/bin/drawbridge";
const SCHEME: &str = "x-scheme-handler/dev.drawbridge.desktop";

#[tokio::main]
async fn main() -> ExitCode {
    match story().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn story() -> Result<()> {
    let (sample, desk) = (Sample::start().await, Desk::start().await?);
    let browser = Browser::install(&desk)?;
    links_lead_to_the_package(&desk).await?;

    let app = open(&desk).await?;
    prefer_the_browser(&app).await?;
    app.add_server(sample.mcp_url().as_str()).await?;
    let callback = Person::ada().follow(&browser.url().await?).await?;
    desk.open_url(&callback).await?;
    connected(&app, &sample).await?;
    println!("✓ signed in, and the system brought the callback");
    app.quit().await?;
    ensure!(listed(&desk).await? == 1, "the command lists no server");
    println!("✓ the command shows the server");

    wait_for("upgrade")?;
    let app = open(&desk).await?;
    connected(&app, &sample).await?;
    app.quit().await?;
    println!("✓ after the upgrade it is connected, and nobody was asked");

    let data = desk.data_home().join("dev.drawbridge.desktop");
    for ending in ["remove", "purge"] {
        wait_for(ending)?;
        ensure!(!Path::new(APP).exists(), "{APP} is still there");
        ensure!(!Path::new(COMMAND).exists(), "{COMMAND} is still there");
        ensure!(
            data.join("drawbridge.sqlite").exists(),
            "the data are gone after {ending}"
        );
    }
    println!("✓ removed and purged, and the data are kept");
    Ok(())
}

async fn open(desk: &Desk) -> Result<App> {
    desk.app(APP).launch().await
}

async fn links_lead_to_the_package(desk: &Desk) -> Result<()> {
    let answer = said(desk, "gio", &["mime", SCHEME]).await?;
    ensure!(
        answer.contains("Drawbridge.desktop"),
        "links lead elsewhere: {answer}"
    );
    println!("✓ links of the app lead to the package");
    Ok(())
}

async fn prefer_the_browser(app: &App) -> Result<()> {
    app.click("preferences").await?;
    app.click("prefer-surface-browser").await?;
    app.click("preferences-save").await?;
    app.see_gone("preferences-sheet").await
}

async fn connected(app: &App, sample: &Sample) -> Result<()> {
    let port = sample.mcp_url().port().context("a port")?;
    let server = app.server_id(&format!("127.0.0.1:{port}")).await?;
    app.wait_for_status(&server, "connected").await?;
    let arguments = json!({ "name": "Ada" });
    let outcome = app.run_tool(&server, "greet", &arguments).await?;
    ensure!(outcome.text.contains("Ada"), "greet said {}", outcome.text);
    Ok(())
}

async fn listed(desk: &Desk) -> Result<usize> {
    let answer: Value = serde_json::from_str(&said(desk, COMMAND, &["list", "--json"]).await?)?;
    Ok(answer["servers"].as_array().map_or(0, Vec::len))
}

async fn said(desk: &Desk, program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = desk.command(program);
    command.args(arguments).stdout(std::process::Stdio::piped());
    let output = command.spawn()?.wait_with_output().await?;
    ensure!(output.status.success(), "{program}: {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn wait_for(what: &str) -> Result<()> {
    println!("{what}");
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    ensure!(!answer.is_empty(), "nobody answered");
    Ok(())
}
