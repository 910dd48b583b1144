//! `demo-alone APP`: the app beside sample servers, without a person (see `cargo xtask demo`).
//!
//! A desk is set up, the demo clicks for itself, and it ends well only when it saw *Connected* and a
//! tool answered.
#![expect(clippy::print_stdout, reason = "the demo tells what happens")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{App, Desk, workspace};
use drawbridge_testkit::Sample;
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        [app] => click_alone(app.as_ref()).await,
        _ => Err(anyhow::anyhow!("demo-alone APP")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("✗ The demo failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A new and empty folder for what the demo leaves behind.
fn folder() -> Result<PathBuf> {
    let folder = workspace().join("target/demo");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("target/demo is in use")?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

async fn click_alone(program: &Path) -> Result<()> {
    let folder = folder()?;
    let (sample, desk) = (Sample::start().await, Desk::start().await?);
    println!(
        "A desk is set up, and a sample MCP server is at {}.",
        sample.mcp_url()
    );
    let app = desk
        .app(program)
        .arg("--add-server")
        .arg(sample.mcp_url())
        .screens(&folder)
        .launch()
        .await?;
    let clicked = click_through(&app, &sample).await;
    if clicked.is_err() {
        let _ = app.screenshot("failed").await;
        println!("── What the app said ──\n{}", app.output()?);
    }
    tell_timeline(&app).await?;
    println!("── What the servers were asked ──");
    for line in sample.journal_lines() {
        println!("  {line}");
    }
    println!("Pictures are in {}:", folder.display());
    for name in pictures(&folder)? {
        println!("  {name}");
    }
    clicked?;
    app.quit().await?;
    println!("✓ Connected was seen, and a tool ran.");
    Ok(())
}

async fn click_through(app: &App, sample: &Sample) -> Result<()> {
    let url = sample.mcp_url();
    let port = url.port().context("the sample server has a port")?;
    let server = app.server_id(&format!("127.0.0.1:{port}")).await?;
    app.wait_for_status(&server, "not_signed_in").await?;
    app.record_timeline(&server).await?;
    app.screenshot("1-listed").await?;

    println!("→ Connect");
    app.connect(&server).await?;
    let popup = app.popup().await?;
    app.wait_for_status(&server, "waiting_for_you").await?;
    app.screenshot("2-waiting-for-you").await?;
    popup.find("#user").await?;
    popup.screenshot("3-sign-in-window").await?;
    println!("→ Sign in as ada");
    popup.sign_in("ada", "any").await?;
    popup.screenshot("4-consent").await?;
    println!("→ Allow");
    popup.allow().await?;
    app.wait_for_status(&server, "connected").await?;
    app.screenshot("5-connected").await?;
    println!("✓ Connected");

    println!("→ Run greet");
    let outcome = app
        .run_tool(&server, "greet", &json!({ "name": "Ada" }))
        .await?;
    app.screenshot("6-tool-ran").await?;
    ensure!(!outcome.failed, "greet failed: {}", outcome.text);
    ensure!(
        outcome.text.contains("Ada"),
        "greet answered: {}",
        outcome.text
    );
    println!("✓ greet answered");
    Ok(())
}

async fn tell_timeline(app: &App) -> Result<()> {
    println!("── What the row said ──");
    for moment in app.timeline().await? {
        println!(
            "  {:>7.3} s  {:<16} {}",
            moment.at.as_secs_f32(),
            moment.status,
            moment.text
        );
    }
    Ok(())
}

fn pictures(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}
