//! `demo APP`: the app beside sample servers, for a person to click through (see `cargo xtask demo`).
#![expect(clippy::print_stdout, reason = "the demo tells what happens")]

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use drawbridge_testkit::Sample;
use tokio::{
    process::Command,
    signal,
    time::{Duration, timeout},
};

/// How long an app takes that was told to end, at most.
const FAREWELL: Duration = Duration::from_secs(10);

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
    sample.auth.behave(|server| server.always_id_token = true);
    println!("A sample MCP server is at {}.", sample.mcp_url());
    println!("Click Connect. Sign in as ada with any password, and allow.");
    println!("The demo ends when you close the window.");
    let data = empty_folder()?.join("data");
    let mut app = Command::new(app);
    // The person's own servers stay out of it.
    app.env("DRAWBRIDGE_DATA_DIR", &data);
    app.args(["--add-server", sample.mcp_url().as_str()]);
    let mut app = app.kill_on_drop(true).spawn()?;
    tokio::select! {
        status = app.wait() => {
            let status = status?;
            if !status.success() {
                return Err(io::Error::other(format!("the app ended with {status}")));
            }
        }
        // The terminal has told the app, too.
        _ = signal::ctrl_c() => if timeout(FAREWELL, app.wait()).await.is_err() {
            app.kill().await?;
        },
    }
    // Not on Linux, which tells copies apart by their data.
    if !data.exists() {
        let why = "another Drawbridge is open, which got the sample server: close it first";
        return Err(io::Error::other(why));
    }
    Ok(())
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
