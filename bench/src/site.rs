//! Where the programs lie that take part.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// Folders.
#[derive(Debug)]
pub(crate) struct Site {
    /// Our own programs, as built for measuring.
    programs: PathBuf,
    /// The root of the work tree.
    root: PathBuf,
}

impl Site {
    pub(crate) fn here() -> Result<Self> {
        let program = std::env::current_exe()?;
        let programs = program.parent().context("a program without a folder")?;
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = bench.parent().context("a crate without a work tree")?;
        Ok(Self {
            programs: programs.to_owned(),
            root: root.to_owned(),
        })
    }

    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// A program of ours.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A file of the work tree.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What `cargo xtask bench` installs; an error says that it could not.
    pub(crate) fn installed(&self, path: &str) -> Result<PathBuf> {
        let file = self.root.join("target/peers").join(path);
        ensure!(file.exists(), "not installed");
        Ok(file)
    }
}
