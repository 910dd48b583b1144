//! Where and with what something was measured.

use std::{fs, process::Command};

/// Lines for the head of the results, each with its name.
#[must_use]
pub fn describe() -> Vec<(&'static str, String)> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = value("/proc/cpuinfo", "model name", ':');
    let name = value("/etc/os-release", "PRETTY_NAME", '=');
    let linux = output("uname", &["-r"]);
    vec![
        ("Date", output("date", &["-u", "+%F %H:%M UTC"])),
        (
            "Commit",
            output("git", &["describe", "--always", "--dirty"]),
        ),
        ("Processor", format!("{model}, {cores} cores")),
        ("Memory", value("/proc/meminfo", "MemTotal", ':')),
        (
            "System",
            format!("{}, Linux {linux}", name.trim_matches('"')),
        ),
        ("Rust", output("rustc", &["--version"])),
        (
            "Build",
            "profile `measured`: release with thin LTO".to_owned(),
        ),
    ]
}

/// The first `name: value` of a file.
fn value(file: &str, name: &str, separator: char) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut pairs = text.lines().filter_map(|line| line.split_once(separator));
    let found = pairs.find(|(key, _)| key.trim() == name);
    found.map_or_else(unknown, |(_, value)| value.trim().to_owned())
}

/// What a program says of itself.
#[must_use]
pub fn output(program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).output();
    ran.ok()
        .filter(|ran| ran.status.success())
        .and_then(|ran| String::from_utf8(ran.stdout).ok())
        .map_or_else(unknown, |text| text.trim().to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}
