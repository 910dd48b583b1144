//! A test runner as a child process that is not waited for in vain.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

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
    own_group(command);
    let Ok(mut child) = command.stdout(Stdio::piped()).spawn() else {
        return End::Failure;
    };
    let Some(output) = child.stdout.take() else {
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
                kill(&mut child);
                return End::Silent(silence);
            }
        }
        has_begun = true;
    }
    match child.wait() {
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

/// So that what it started can be ended with it.
fn own_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

fn kill(child: &mut Child) {
    #[cfg(unix)]
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", child.id())])
        .status();
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use std::{process::Command, time::Duration};

    use super::{End, each_line_within};

    fn run(script: &str) -> (End, Vec<String>) {
        let mut lines = Vec::new();
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let end = each_line_within(Duration::from_millis(300), &mut shell, |line| {
            lines.push(line.to_owned());
        });
        (end, lines)
    }

    #[test]
    fn a_runner_that_hangs_is_ended_with_all_it_started() {
        let (end, lines) = run("echo begun; sleep 60 & sleep 60");
        assert_eq!(end, End::Silent(Duration::from_millis(300)));
        assert_eq!(lines, ["begun"]);
    }

    #[test]
    fn a_runner_may_be_silent_while_it_builds_and_ends_as_it_ends() {
        assert_eq!(run("sleep 1; echo a; echo b").0, End::Success);
        assert_eq!(run("echo a; false").0, End::Failure);
    }
}
