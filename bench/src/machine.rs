//! Where and with what it was measured.

use std::{fs, process::Command};

/// Lines for the head of the results.
pub(crate) fn describe() -> Vec<(&'static str, String)> {
    vec![
        ("Date", output("date", &["-u", "+%F %H:%M UTC"])),
        (
            "Commit",
            output("git", &["describe", "--always", "--dirty"]),
        ),
        ("Processor", processor()),
        ("Memory", value("/proc/meminfo", "MemTotal", ':')),
        ("System", system()),
        (
            "WebKitGTK",
            output("pkg-config", &["--modversion", "webkit2gtk-4.1"]),
        ),
        ("Rust", output("rustc", &["--version"])),
        (
            "Build",
            "profile `measured`: release with thin LTO".to_owned(),
        ),
    ]
}

fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{}, {cores} cores",
        value("/proc/cpuinfo", "model name", ':')
    )
}

fn system() -> String {
    let name = value("/etc/os-release", "PRETTY_NAME", '=');
    format!(
        "{}, Linux {}",
        name.trim_matches('"'),
        output("uname", &["-r"])
    )
}

/// The first `name: value` of a file.
fn value(file: &str, name: &str, separator: char) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut pairs = text.lines().filter_map(|line| line.split_once(separator));
    let found = pairs.find(|(key, _)| key.trim() == name);
    found.map_or_else(unknown, |(_, value)| value.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).output();
    ran.ok()
        .filter(|ran| ran.status.success())
        .and_then(|ran| String::from_utf8(ran.stdout).ok())
        .map_or_else(unknown, |text| text.trim().to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}
