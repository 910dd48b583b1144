//! The windows of an app, as the window manager sees them.

use std::{ffi::OsString, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::{Desk, wait_until};

/// Title of the main window.
const MAIN: &str = "Drawbridge";

#[derive(Debug)]
pub(crate) struct Windows {
    environment: Vec<(&'static str, OsString)>,
    home: PathBuf,
    /// Whose; anybody's, if nobody is named.
    process: Option<u32>,
}

/// One window.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    id: String,
    pub(crate) process: u32,
    pub(crate) title: String,
}

impl Windows {
    pub(crate) fn new(desk: &Desk, process: Option<u32>) -> Self {
        Self {
            environment: desk.environment(),
            home: desk.home().to_owned(),
            process,
        }
    }

    /// All that are on the screen.
    pub(crate) async fn all(&self) -> Result<Vec<Window>> {
        let lines = self.wmctrl(&["-l", "-p"]).await?;
        let windows = lines.lines().filter_map(|line| {
            // Id, desktop, process, computer, title.
            let mut words = line.split_whitespace();
            let id = words.next()?.to_owned();
            let process: u32 = words.nth(1)?.parse().ok()?;
            let title = words.skip(1).collect::<Vec<_>>().join(" ");
            let ours = self.process.is_none_or(|ours| ours == process);
            ours.then_some(Window { id, process, title })
        });
        Ok(windows.collect())
    }

    /// The main window, as soon as it is on the screen.
    pub(crate) async fn main(&self) -> Result<Window> {
        self.titled(MAIN).await
    }

    /// Waits until none is on the screen.
    pub(crate) async fn none(&self) -> Result<()> {
        wait_until("the screen to be empty", async || {
            Ok(self.all().await?.is_empty().then_some(()))
        })
        .await
    }

    /// The first window with this in its title, as soon as it is on the screen.
    pub(crate) async fn titled(&self, part: &str) -> Result<Window> {
        let what = format!("a window titled {part:?}");
        wait_until(&what, async || {
            let all = self.all().await?;
            Ok(all.into_iter().find(|window| window.title.contains(part)))
        })
        .await
    }

    /// Closes a window as its × does.
    pub(crate) async fn close(&self, window: &Window) -> Result<()> {
        self.wmctrl(&["-i", "-c", &window.id]).await?;
        Ok(())
    }

    async fn wmctrl(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("wmctrl");
        command
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.home);
        let output = command.output().await.context("no wmctrl")?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "wmctrl: {}", error.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
