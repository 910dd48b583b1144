//! What is printed: answers to standard output, everything else to standard error.

use std::cell::Cell;
use std::io::{self, ErrorKind, IsTerminal as _, Stderr, Write as _, stderr, stdout};

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text;

/// How the person wants to be answered.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    /// Standard output is a terminal.
    screen: bool,
    /// Standard error is a terminal.
    live: bool,
    beside: Stderr,
    /// Standard output did not take what was written.
    broken: Cell<bool>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    error: &'a Failure,
}

impl Output {
    /// For this run.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            screen: stdout().is_terminal(),
            beside: stderr(),
            live: stderr().is_terminal(),
            broken: Cell::new(false),
        }
    }

    /// One object as JSON, or the words for people.
    ///
    /// # Errors
    /// When it could not be written, since somebody may rely on it.
    pub(crate) fn answer(
        &self,
        object: &impl Serialize,
        words: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = if self.json {
            serde_json::to_string(object).unwrap_or_default()
        } else {
            words()
        };
        match text.trim_end_matches('\n') {
            "" => Ok(()),
            text => self.page(format!("{text}\n").as_bytes()),
        }
    }

    /// What is the same with `--json` and without.
    ///
    /// # Errors
    /// As for an answer.
    pub(crate) fn page(&self, page: &[u8]) -> Result<(), Failure> {
        unless_read_enough(write(page)).map_err(|error| {
            self.broken.set(true);
            unwritten(&error)
        })
    }

    /// Text as a tool gave it; a terminal gets it without what it would obey.
    pub(crate) fn for_this_screen(&self, text: &str) -> String {
        if self.screen {
            text::clean(text)
        } else {
            text.to_owned()
        }
    }

    /// Tells a failure, and with what to end.
    pub(crate) fn failure(&self, failure: &Failure) -> Exit {
        self.settle();
        let object = ErrorObject { error: failure };
        let as_object = self.json && !self.broken.get();
        if !as_object || self.answer(&object, String::new).is_err() {
            self.say(&format!("error: {}", text::clean(&failure.message)));
            if let Some(remedy) = &failure.remedy {
                self.say(&text::clean(remedy));
            }
        }
        failure.exit()
    }

    /// A line for the person beside the answer.
    pub(crate) fn say(&self, line: &str) {
        // Whoever closed standard error does not want to hear it.
        let _ = writeln!(self.beside.lock(), "{line}");
    }

    /// How far it is: one line that changes on a terminal, else a line each.
    pub(crate) fn progress(&self, step: &str) {
        if self.live {
            let _ = write!(self.beside.lock(), "\r\u{1b}[2K{step}");
            let _ = self.beside.lock().flush();
        } else {
            self.say(step);
        }
    }

    /// The same, where a line of its own would say too much.
    pub(crate) fn progress_if_live(&self, step: &str) {
        if self.live {
            self.progress(step);
        }
    }

    /// Takes the changing line away, before another one comes.
    pub(crate) fn settle(&self) {
        if self.live {
            let _ = write!(self.beside.lock(), "\r\u{1b}[2K");
            let _ = self.beside.lock().flush();
        }
    }
}

/// The failure of an answer that did not get where it should.
pub(crate) fn unwritten(error: &io::Error) -> Failure {
    Failure::other(&format!("The answer could not be written: {error}."))
}

/// A closed pipe is nothing to complain of: whoever read has read enough.
pub(crate) fn unless_read_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn write(page: &[u8]) -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(page)?;
    out.flush()
}
