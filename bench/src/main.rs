#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "it tells a person at a terminal")]

mod bare_sign_in;
mod callback;
mod calls;
mod chart;
mod command;
mod machine;
mod memory;
mod peers;
mod process;
mod refresh;
mod report;
mod sample_server;
mod scale;
mod screen;
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

/// What can be measured, in this order.
const PARTS: [&str; 9] = [
    "requests", "callback", "command", "start", "calls", "memory", "refresh", "many", "window",
];

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [command::PEAK_OF, program @ ..] =
        &words.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        println!("{}", command::peak_of(program)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(other) = words.iter().find(|word| !PARTS.contains(&word.as_str())) {
        bail!("{other} is no part of this; there are {}", PARTS.join(", "));
    }
    let site = Site::here()?;
    let mut results = Results::default();
    for part in PARTS {
        if words.is_empty() || words.iter().any(|word| word == part) {
            println!("→ {part}");
            measure(part, &site, &mut results).await?;
        }
    }
    if words.is_empty() {
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
        "start" => results.starts = starts::compare(site).await?,
        "calls" => results.calls = calls::compare(site).await?,
        "memory" => results.memory = memory::compare(site).await?,
        "refresh" => results.refresh = refresh::compare(site).await?,
        "many" => results.scale = scale::measure(site).await?,
        _ => results.windows = window::compare(site.programs(), WINDOW_ROUNDS).await?,
    }
    Ok(())
}
