//! An app that a person has opened, with `WebDriver` for eyes and hands.

pub(crate) mod driver;
mod launch;
mod page;
mod popup;
mod screenshot;
mod servers;
mod timeline;
mod tools;
mod typing;
pub(crate) mod window;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, wd::WindowHandle};
use tokio::process::Command;

use self::{driver::Driver, window::Windows};
pub use self::{launch::AppBuilder, popup::Popup, timeline::Moment, tools::Outcome};

/// A running app. Dropping it leaves it running until its desk ends; [`App::quit`] closes it as a
/// person would, [`App::kill`] as a crash.
#[derive(Debug)]
pub struct App {
    client: Client,
    main: WindowHandle,
    driver: Driver,
    windows: Windows,
    process: u32,
    log: PathBuf,
    screens: PathBuf,
}

impl App {
    /// The `WebDriver` session, for what this type does not offer. It may be in any window.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Turns to the main window.
    pub async fn focus_main(&self) -> Result<()> {
        self.client
            .switch_to_window(self.main.clone())
            .await
            .context("the main window is gone")
    }

    /// Id of the app's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    /// Where both of its standard streams go.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// What it has written to its standard streams.
    pub fn output(&self) -> Result<String> {
        let bytes = std::fs::read(&self.log)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Closes the main window and waits until the app is gone.
    pub async fn quit(self) -> Result<()> {
        self.windows.close(&self.windows.main().await?).await?;
        driver::ended(self.process).await?;
        self.driver.stop().await
    }

    /// Closes the main window of an app that goes on without it, and waits until it is off the screen.
    pub async fn close_window(&self) -> Result<()> {
        self.windows.close(&self.windows.main().await?).await?;
        self.off_the_screen().await
    }

    /// Waits until the main window is on the screen.
    pub async fn see_window(&self) -> Result<()> {
        self.windows.main().await.map(drop)
    }

    /// Whether any window of it is on the screen.
    pub async fn is_seen(&self) -> Result<bool> {
        Ok(!self.windows.all().await?.is_empty())
    }

    /// Waits until no window of it is on the screen.
    pub async fn off_the_screen(&self) -> Result<()> {
        self.windows.none().await
    }

    /// Whether it still runs.
    #[must_use]
    pub fn lives(&self) -> bool {
        driver::lives(self.process)
    }

    /// Tells it to end, as the system does when the person logs out.
    pub async fn tell_to_end(&self) -> Result<()> {
        let process = self.process.to_string();
        let told = Command::new("kill").arg(&process).status().await?;
        ensure!(told.success(), "nobody is there to be told");
        Ok(())
    }

    /// Waits until the app is gone, having been told to go by other means than its window.
    pub async fn ended(self) -> Result<()> {
        driver::ended(self.process).await?;
        self.driver.stop().await
    }

    /// Ends it in the middle of whatever it does.
    pub async fn kill(self) -> Result<()> {
        self.driver.stop().await?;
        driver::ended(self.process).await
    }
}
