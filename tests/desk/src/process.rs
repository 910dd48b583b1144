//! Programs that a desk started, each in a process group of its own.
//!
//! A small shell, the *guard*, learns of every group. When the pipe to it breaks, because the desk
//! was dropped or the test was killed, it ends them all. So nothing outlives its test.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    process::{Child as Guard, ChildStdin, Command as GuardCommand, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use anyhow::{Context as _, Result};
use tokio::process::{Child, Command};

const GUARD: &str = include_str!("guard.sh");

/// Starts programs and ends them when it is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Processes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    guard: Mutex<Guard>,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Processes {
    /// None yet.
    pub(crate) fn new() -> Result<Self> {
        let mut guard = GuardCommand::new("/bin/sh")
            .args(["-c", GUARD])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("no shell to guard the processes of this desk")?;
        let pipe = Mutex::new(guard.stdin.take());
        Ok(Self(Arc::new(Inner {
            guard: Mutex::new(guard),
            pipe,
        })))
    }

    /// Starts a program in a process group of its own.
    pub(crate) fn spawn(&self, command: &mut Command) -> Result<Process> {
        let name = command.as_std().get_program().to_owned();
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not start {}", name.display()))?;
        let group = child.id().unwrap_or_default();
        self.tell("watch", group)?;
        Ok(Process {
            child,
            group,
            processes: Arc::downgrade(&self.0),
        })
    }

    fn tell(&self, verb: &str, group: u32) -> Result<()> {
        let mut pipe = self.0.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let pipe = pipe.as_mut().context("the guard has no pipe")?;
        writeln!(pipe, "{verb} {group}").context("the guard is gone")
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        *self.pipe.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = guard.wait();
    }
}

/// A running program with all its children. Dropping it leaves it running, until its desk ends.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: u32,
    // Weak: whoever holds on to a process does not keep its desk.
    processes: Weak<Inner>,
}

impl Process {
    /// The program itself, to read from and wait for.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Ends it and its children at once, as a crash would.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(inner) = self.processes.upgrade() {
            Processes(inner).tell("end", self.group)?;
        }
        self.child.wait().await?;
        Ok(())
    }
}
