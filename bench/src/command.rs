//! `drawbridge list`: how long it takes to start and end, and how much memory it needs.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};

use crate::stats::Comparison;

/// What this program is called with to measure the memory of another one.
pub(crate) const PEAK_OF: &str = "peak-of";
/// How many servers are in the list.
pub(crate) const SERVERS: usize = 10;
/// The most that it may take.
pub(crate) const MOST_MILLIS: f64 = 15.0;
/// The most that it may need, in units of 1,024 bytes: 12 MB.
pub(crate) const MOST_KIB: u64 = 12_000_000 / 1024;

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Against `true`, which does nothing.
    pub(crate) time: Comparison,
    /// Resident memory at its peak, in units of 1,024 bytes.
    pub(crate) peak: u64,
    /// The same of `true`.
    pub(crate) bare_peak: u64,
}

/// Ours and `true`, in turn.
pub(crate) fn compare(programs: &Path, rounds: usize) -> Result<Listing> {
    let data = tempfile::tempdir()?;
    let drawbridge = programs.join("drawbridge");
    keep_key(data.path())?;
    fill(|| ours(&drawbridge, data.path(), &[]), SERVERS)?;
    let list = || ours(&drawbridge, data.path(), &["list"]);
    let mut listing = Listing::default();
    // The first of each brings the files into memory.
    run(list())?;
    run(Command::new("true"))?;
    for _ in 0..rounds {
        let begin = Instant::now();
        run(list())?;
        listing.time.ours.add(begin.elapsed());
        let begin = Instant::now();
        run(Command::new("true"))?;
        listing.time.bare.add(begin.elapsed());
    }
    listing.peak = peak(&list())?;
    listing.bare_peak = peak(&Command::new("true"))?;
    Ok(listing)
}

/// Adds servers with the command, one by one; nothing is asked of them before somebody signs in.
pub(crate) fn fill(drawbridge: impl Fn() -> Command, servers: usize) -> Result<()> {
    for number in 0..servers {
        let url = format!("https://server-{number}.example/mcp");
        add(drawbridge(), &url, "oauth")?;
    }
    Ok(())
}

/// Adds one server with the command, and says how one signs in there.
pub(crate) fn add(mut drawbridge: Command, url: &str, auth: &str) -> Result<()> {
    drawbridge.args(["add", url, "--auth", auth]);
    run(drawbridge)
}

fn keep_key(data: &Path) -> Result<()> {
    let key = data.join("key");
    fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")?;
    fs::set_permissions(&key, Permissions::from_mode(0o600))?;
    Ok(())
}

fn ours(drawbridge: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(drawbridge);
    command.args(words);
    command.env("DRAWBRIDGE_DATA_DIR", data);
    command.env("DRAWBRIDGE_KEY_FILE", data.join("key"));
    command
}

fn run(mut command: Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.with_context(|| format!("{command:?} does not start"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// The memory of a program, measured by a small process between it and us: a new process counts the
/// peak of the one that it came from.
fn peak(command: &Command) -> Result<u64> {
    let mut between = Command::new(std::env::current_exe()?);
    between
        .arg(PEAK_OF)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            between.env(name, value);
        }
    }
    let told = between.output()?.stdout;
    Ok(String::from_utf8(told)?.trim().parse()?)
}

/// Runs a program to its end; answers with its peak.
pub(crate) fn peak_of(words: &[&str]) -> Result<u64> {
    let (program, arguments) = words.split_first().context("the peak of what?")?;
    let mut command = Command::new(program);
    command.args(arguments);
    run(command)?;
    let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(u64::try_from(used.max_rss())?)
}
