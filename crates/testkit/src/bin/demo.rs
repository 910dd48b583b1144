//! `demo APP`: the app beside sample servers, for a person to click through (see `cargo xtask demo`).
#![expect(clippy::print_stdout, reason = "the demo tells what happens")]

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use drawbridge_testkit::Sample;
use tokio::{process::Command, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let outcome = match &words[..] {
        [app] => watch_a_person(app).await,
        _ => Err(io::Error::other("demo APP")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("✗ The demo failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn watch_a_person(app: &OsStr) -> io::Result<()> {
    let sample = Sample::start().await;
    println!("A sample MCP server is at {}.", sample.mcp_url());
    println!("Click Connect. Sign in as ada with any password, and allow.");
    println!("The demo ends when you close the window.");
    let mut app = Command::new(app);
    // The person's own servers stay out of it.
    app.env("DRAWBRIDGE_DATA_DIR", empty_folder()?.join("data"));
    app.args(["--add-server", sample.mcp_url().as_str()]);
    let mut app = app.kill_on_drop(true).spawn()?;
    tokio::select! {
        status = app.wait() => match status? {
            status if status.success() => Ok(()),
            status => Err(io::Error::other(format!("the app ended with {status}"))),
        },
        _ = signal::ctrl_c() => app.kill().await,
    }
}

/// A new and empty folder for what the demo leaves behind.
fn empty_folder() -> io::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().nth(2).unwrap_or(here).join("target/demo");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
