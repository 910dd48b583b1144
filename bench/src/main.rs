#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "it tells a person at a terminal")]

mod bare_sign_in;
mod callback;
mod calls;
mod chart;
mod command;
mod long_list;
mod machine;
mod memory;
mod peers;
mod process;
mod refresh;
mod report;
mod sample_server;
mod scale;
mod seat;
mod site;
mod starts;
mod stats;
mod window;
mod wire;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{report::Results, site::Site};

const CALLBACK_ROUNDS: usize = 60;
const COMMAND_ROUNDS: usize = 60;
const WINDOW_ROUNDS: usize = 12;
const LIST_ROUNDS: usize = 12;

/// What can be measured, in this order.
const PARTS: [&str; 10] = [
    "requests", "callback", "command", "start", "calls", "memory", "refresh", "many", "window",
    "list",
];
/// Those that need a screen, and a build of the app.
const ON_SCREEN: [&str; 2] = ["window", "list"];

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [command::PEAK_OF, program @ ..] =
        &words.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        println!("{}", command::peak_of(program)?);
        return Ok(ExitCode::SUCCESS);
    }
    // Where there is no screen, or no time to build the app.
    let no_window = words == ["--no-window"];
    let all = words.is_empty() || no_window;
    let unknown = |word: &&String| !PARTS.contains(&word.as_str());
    if let Some(other) = words.iter().find(unknown).filter(|_| !all) {
        bail!("{other} is no part of this; there are {}", PARTS.join(", "));
    }
    let site = Site::here()?;
    let mut results = Results::default();
    for part in PARTS {
        let left_out = no_window && ON_SCREEN.contains(&part);
        if (all && !left_out) || words.iter().any(|word| word == part) {
            println!("→ {part}");
            // One that goes wrong is told, and the others are measured all the same.
            if let Err(error) = measure(part, &site, &mut results).await {
                results.broken.push((part, format!("{error:#}")));
            }
        }
    }
    if all {
        results.write(&site.file("docs"))?;
        println!("written to docs/benchmarks.md");
    } else {
        println!("{}", results.sections().concat());
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

async fn measure(part: &str, site: &Site, results: &mut Results) -> Result<()> {
    match part {
        "requests" => results.counts = wire::count().await?,
        "callback" => results.callback = callback::compare(CALLBACK_ROUNDS).await?,
        "command" => results.listing = command::compare(site.programs(), COMMAND_ROUNDS)?,
        "start" => {
            results.starts = starts::compare(site).await?;
            results.near_starts = starts::compare_near(site).await?;
        }
        "calls" => results.calls = calls::compare(site).await?,
        "memory" => results.memory = memory::compare(site).await?,
        "refresh" => results.refresh = refresh::compare(site).await?,
        "many" => results.scale = scale::measure(site).await?,
        "list" => results.lists = long_list::compare(site.programs(), LIST_ROUNDS).await?,
        _ => results.windows = window::compare(site.programs(), WINDOW_ROUNDS).await?,
    }
    Ok(())
}
