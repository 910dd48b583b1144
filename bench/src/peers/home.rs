//! A home of its own for a contender, with nothing of the real one in it.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Result;
use tempfile::TempDir;
use tokio::process::Command;

use crate::site::Site;

/// Where the browser writes a line for each page that it is asked to open.
const PAGES: &str = "pages";

/// The folder, and the programs in it that stand where a person's browser would.
#[derive(Debug)]
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new(site: &Site) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let programs = folder.path().join("bin");
        fs::create_dir(&programs)?;
        // Some ask for `$BROWSER`, some for the other. Like a browser that is open already, it does not
        // keep them waiting.
        for name in ["browser", "xdg-open"] {
            let script = programs.join(name);
            let browser = site.program("bench-browser");
            let browser = browser.display();
            let pages = folder.path().join(PAGES);
            let pages = pages.display();
            let text = format!(
                "#!/bin/sh\necho page >> '{pages}'\n'{browser}' \"$1\" >/dev/null 2>&1 &\n"
            );
            fs::write(&script, text)?;
            fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        }
        Ok(Self { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How many sign-in pages were opened here so far.
    pub(crate) fn pages(&self) -> usize {
        let pages = fs::read_to_string(self.file(PAGES)).unwrap_or_default();
        pages.lines().count()
    }

    /// A program that knows of no other home.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let home = self.path();
        let mut path = home.join("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", home)
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_STATE_HOME", home.join("state"))
            .env("BROWSER", home.join("bin/browser"))
            .current_dir(home);
        command
    }
}
