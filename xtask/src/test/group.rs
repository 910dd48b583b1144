//! A program with all that it starts. None of it outlives this one, however it ends.

use std::{
    io,
    process::{Child, Command, ExitStatus},
};

/// A running program and its children.
pub(super) struct Group {
    pub(super) child: Child,
    /// Takes the place of the terminal, whose Ctrl-C does not reach a group of its own.
    #[cfg(unix)]
    _guard: unix::Guard,
}

impl Group {
    #[cfg(unix)]
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        let mut guard = unix::Guard::start()?;
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.spawn()?;
        guard.watch(&child)?;
        Ok(Self {
            child,
            _guard: guard,
        })
    }

    /// Ctrl-C reaches all of a console.
    #[cfg(not(unix))]
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        Ok(Self { child })
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Ends all of it at once.
    pub(super) fn end(self) {
        let Self { mut child, .. } = self;
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        io::{self, Write as _},
        os::unix::process::CommandExt as _,
        process::{Child, ChildStdin, Command, Stdio},
    };

    /// What guards the processes of a desk, too.
    const GUARD: &str = include_str!("../../../tests/desk/src/guard.sh");

    /// A shell that ends a group when it is dropped, or when this program is gone.
    pub(super) struct Guard {
        shell: Child,
        pipe: Option<ChildStdin>,
    }

    impl Guard {
        pub(super) fn start() -> io::Result<Self> {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", GUARD]).process_group(0);
            shell.stdin(Stdio::piped());
            shell.stdout(Stdio::null()).stderr(Stdio::null());
            let mut shell = shell.spawn()?;
            let pipe = shell.stdin.take();
            Ok(Self { shell, pipe })
        }

        pub(super) fn watch(&mut self, child: &Child) -> io::Result<()> {
            let pipe = self.pipe.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
            writeln!(pipe, "watch {}", child.id())
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            self.pipe = None;
            let _ = self.shell.wait();
        }
    }
}
