#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "it tells a person at a terminal")]

mod bare_sign_in;
mod callback;
mod calls;
mod command;
mod machine;
mod peers;
mod process;
mod report;
mod sample_server;
mod screen;
mod seat;
mod site;
mod stats;
mod window;
mod wire;

use std::{fs, path::Path, process::ExitCode};

use anyhow::Result;

use crate::{report::Results, site::Site};

const CALLBACK_ROUNDS: usize = 60;
const COMMAND_ROUNDS: usize = 60;
const WINDOW_ROUNDS: usize = 12;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    if let [command::PEAK_OF, ..] = parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        println!("{}", command::peak_of(&parts[1..])?);
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut results = Results::default();
    if wanted("requests") {
        println!("counting requests");
        results.counts = wire::count().await?;
    }
    if wanted("callback") {
        println!("from the callback to the tools, {CALLBACK_ROUNDS} rounds");
        results.callback = callback::compare(CALLBACK_ROUNDS).await?;
    }
    let site = Site::here()?;
    let programs = site.programs();
    if wanted("calls") {
        println!("tool calls");
        results.calls = calls::compare(&site).await?;
    }
    if wanted("command") {
        println!("drawbridge list, {COMMAND_ROUNDS} rounds");
        results.listing = command::compare(programs, COMMAND_ROUNDS)?;
    }
    if wanted("window") {
        println!("windows, {WINDOW_ROUNDS} rounds");
        results.windows = window::compare(programs, WINDOW_ROUNDS).await?;
    }
    if parts.is_empty() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
        fs::write(&page, results.page())?;
        println!("written to {}", page.display());
    } else {
        println!("{}", results.page());
    }
    let verdicts = results.verdicts();
    for (met, sentence) in &verdicts {
        println!("{} {sentence}", if *met { "✓" } else { "✗" });
    }
    let all = verdicts.iter().all(|(met, _)| *met);
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
