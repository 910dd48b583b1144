//! Running one suite and telling how it went.

use std::{
    fmt,
    process::Command,
    time::{Duration, Instant},
};

use super::{
    count::Count,
    runner::{self, End},
};
use crate::step::took;

/// How a suite went.
#[derive(Debug)]
pub(super) struct Verdict {
    name: &'static str,
    pub(super) count: Count,
    time: Duration,
    /// Names of the tests that failed.
    pub(super) failures: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.count.failed == 0 { '✓' } else { '✗' };
        write!(
            f,
            "{mark} {}: {} ({})",
            self.name,
            self.count,
            took(self.time)
        )
    }
}

/// A check: it succeeds or not.
pub(super) fn check(name: &'static str, command: &mut Command) -> Verdict {
    judge(name, || {
        (
            Count::one(command.status().is_ok_and(|status| status.success())),
            Vec::new(),
        )
    })
}

/// A test runner, whose closing lines say how many tests it ran. All that it prints is shown.
pub(super) fn tests(name: &'static str, command: &mut Command) -> Verdict {
    judge(name, || {
        let (mut count, mut failures) = (Count::default(), Vec::new());
        let mut unfinished = Vec::new();
        let end = runner::each_line(command, |line| {
            println!("{line}");
            if let Some(some) = Count::in_line(line) {
                count += some;
            }
            if let Some(failure) = failed(line) {
                failures.push(failure.to_owned());
            }
            if let Some(slow) = slow(line) {
                unfinished.push(slow.to_owned());
            } else if let Some(ended) = ended(line) {
                unfinished.retain(|name| name != ended);
            }
        });
        if let End::Silent(time) = end {
            failures.push(format!("stopped after {} without a word", took(time)));
            failures.extend(unfinished);
        }
        let success = end == End::Success;
        // It did not compile, or ended before it could count.
        if !success && count.failed == 0 {
            count.failed = 1;
        }
        // A runner that finds nothing to run proves nothing.
        if success && count.passed == 0 {
            failures.push("it ran no test".to_owned());
            count.failed = 1;
        }
        (count, failures)
    })
}

/// Tells what begins, does it, and tells how it went.
pub(super) fn judge(name: &'static str, act: impl FnOnce() -> (Count, Vec<String>)) -> Verdict {
    println!("\n── {name} ──");
    let begin = Instant::now();
    let (count, failures) = act();
    let verdict = Verdict {
        name,
        count,
        time: begin.elapsed(),
        failures,
    };
    println!("{verdict}");
    verdict
}

/// The test that a line says failed, in the words of `cargo test` or Vitest.
fn failed(line: &str) -> Option<&str> {
    let cargo = || line.strip_prefix("test ")?.strip_suffix(" ... FAILED");
    let vitest = || line.trim_start().strip_prefix("FAIL  ");
    cargo().or_else(vitest)
}

/// The test that a line of `cargo test` says is taking long.
fn slow(line: &str) -> Option<&str> {
    let (name, _) = line
        .strip_prefix("test ")?
        .split_once(" has been running for over ")?;
    Some(name)
}

/// The test that a line of `cargo test` says has ended.
fn ended(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::{ended, failed, slow};

    #[test]
    fn what_a_line_says_of_a_test_is_understood() {
        assert_eq!(
            slow("test a::b has been running for over 60 seconds"),
            Some("a::b")
        );
        assert_eq!(ended("test a::b ... ok"), Some("a::b"));
        assert_eq!(failed("test a::b ... FAILED"), Some("a::b"));
        assert_eq!(slow("test a::b ... ok"), None);
    }
}
