//! Starts the sample servers and prints one JSON line with their addresses.
//!
//! `sample-server [--auth-port N] [--mcp-port N] [--access-token-seconds N]`; runs until it
//! is interrupted.

use std::{io, process::ExitCode, time::Duration};

use drawbridge_testkit::Sample;
use serde_json::json;
use tokio::signal;

#[derive(Debug, Default)]
struct Options {
    auth_port: u16,
    mcp_port: u16,
    access_token_seconds: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    let outcome = match options(std::env::args().skip(1)) {
        Ok(options) => run(options).await.map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the addresses are this program's output"
)]
async fn run(options: Options) -> io::Result<()> {
    let sample = Sample::builder()
        .auth_port(options.auth_port)
        .mcp_port(options.mcp_port)
        .start()
        .await?;
    if let Some(seconds) = options.access_token_seconds {
        sample
            .auth
            .behave(|b| b.access_token_lifetime = Duration::from_secs(seconds));
    }
    println!(
        "{}",
        json!({ "mcp": sample.mcp_url().as_str(), "issuer": sample.issuer(), "user": "ada" })
    );
    signal::ctrl_c().await
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("{word} needs a value"))?;
        let bad = |_| format!("{word} needs a number, not {value}");
        match word.as_str() {
            "--auth-port" => options.auth_port = value.parse().map_err(bad)?,
            "--mcp-port" => options.mcp_port = value.parse().map_err(bad)?,
            "--access-token-seconds" => {
                options.access_token_seconds = Some(value.parse().map_err(bad)?);
            }
            _ => return Err(format!("{word} is not an option")),
        }
    }
    Ok(options)
}
