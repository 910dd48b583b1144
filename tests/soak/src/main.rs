//! Many servers whose tokens live for seconds, two processes on one data folder that call tools all
//! the time, and faults at random: what `cargo xtask soak` runs.
//!
//! This program is the servers and the faults; it starts itself twice more as the processes
//! ([`client`]), and judges at the end ([`judge`]). The faults follow from the seed ([`plan`]).
#![expect(clippy::print_stdout, reason = "it tells a person at a terminal")]

mod child;
mod client;
mod fault;
mod inject;
mod judge;
mod ledger;
mod plan;
mod report;
mod run;
mod spell;
mod surface;
mod town;
mod vitals;
mod words;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// What this program is called with to be one of the two processes.
const CLIENT: &str = "client";

#[derive(Debug, Parser)]
#[command(name = "soak")]
struct Arguments {
    /// How long the faults go on, and a while after them
    #[arg(long, default_value_t = run::WHOLE, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// Repeats the faults of an earlier run
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    if std::env::args().nth(1).as_deref() == Some(CLIENT) {
        client::run().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let Arguments { minutes, seed } = Arguments::parse();
    // Small enough to be typed again.
    let seed = seed.unwrap_or_else(|| rand::random_range(0..1_000_000));
    let findings = run::soak(minutes, seed).await?;
    report::tell(&findings)?;
    Ok(if findings.verdicts().iter().all(|verdict| verdict.met) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
