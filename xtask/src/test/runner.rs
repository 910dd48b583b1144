//! A test runner as a child process that is not waited for in vain.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use super::group::Group;

/// No test is silent for as long; building may be, and prints nothing on standard output.
const SILENCE: Duration = Duration::from_mins(10);

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Success,
    Failure,
    /// A test hung: it was killed after so long without a line.
    Silent(Duration),
}

/// Runs it to its end, and shows each line of its output to `act`.
pub(super) fn each_line(command: &mut Command, act: impl FnMut(&str)) -> End {
    each_line_within(SILENCE, command, act)
}

fn each_line_within(silence: Duration, command: &mut Command, mut act: impl FnMut(&str)) -> End {
    let Ok(mut group) = Group::start(command.stdout(Stdio::piped())) else {
        return End::Failure;
    };
    let Some(output) = group.child.stdout.take() else {
        return End::Failure;
    };
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || send_lines(output, &sender));
    let mut has_begun = false;
    loop {
        let line = if has_begun {
            lines.recv_timeout(silence)
        } else {
            lines.recv().map_err(RecvTimeoutError::from)
        };
        match line {
            Ok(line) => act(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                group.end();
                return End::Silent(silence);
            }
        }
        has_begun = true;
    }
    match group.wait() {
        Ok(status) if status.success() => End::Success,
        _ => End::Failure,
    }
}

fn send_lines(output: impl Read, sender: &Sender<String>) {
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if sender.send(line).is_err() {
            break;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Read as _},
        process::{Command, Stdio},
        time::Duration,
    };

    use super::{End, SILENCE, each_line, each_line_within};

    fn run(silence: Duration, script: &str) -> (End, Vec<String>) {
        let mut lines = Vec::new();
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let end = each_line_within(silence, &mut shell, |line| lines.push(line.to_owned()));
        (end, lines)
    }

    #[test]
    fn a_runner_that_hangs_is_ended_with_all_it_started() {
        let silence = Duration::from_millis(300);
        let (end, lines) = run(silence, "echo begun; sleep 60 & sleep 60");
        assert_eq!(end, End::Silent(silence));
        assert_eq!(lines, ["begun"]);
    }

    #[test]
    #[ignore = "it is stopped in the midst of its work, by the next one"]
    fn somebody_who_waits_for_a_runner() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo; echo begun; sleep 20; echo survived >&2"]);
        each_line(&mut shell, |line| println!("{line}"));
    }

    #[test]
    fn a_runner_ends_with_whoever_waits_for_it() {
        let mut waiting = Command::new(std::env::current_exe().unwrap());
        let name = "test::runner::tests::somebody_who_waits_for_a_runner";
        waiting.args(["--exact", name, "--ignored", "--nocapture"]);
        let mut waiting = waiting
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(waiting.stdout.take().unwrap());
        let mut lines = told.lines().map_while(Result::ok);
        assert!(lines.any(|line| line == "begun"));
        waiting.kill().unwrap();
        // It is open for as long as anything of the runner lives.
        let mut said = String::new();
        let mut stderr = waiting.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        waiting.wait().unwrap();
        assert!(!said.contains("survived"), "{said}");
    }

    #[test]
    fn a_runner_may_be_silent_while_it_builds_and_ends_as_it_ends() {
        let silence = Duration::from_secs(2);
        let (end, _) = run(silence, "sleep 3; echo a; echo b");
        assert_eq!(end, End::Success);
        assert_eq!(run(SILENCE, "echo a; false").0, End::Failure);
    }
}
