//! The computer: home, screen, bus and keychain.

mod browser;
mod bus;
mod display;
mod file_manager;
mod home;
mod keychain;
mod notifier;
mod panel;

pub use self::browser::Browser;
pub use self::file_manager::FileManager;
pub(crate) use self::home::log_file;
pub use self::notifier::{Notification, Notifier};
pub use self::panel::Panel;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result};
use tokio::process::Command;

use self::{bus::Bus, display::Display, home::Home, keychain::Keychain};
use crate::{
    app::{AppBuilder, driver::ended, window::Windows},
    process::{Process, Processes},
    wait_until,
};

/// A person's computer with everything that a desktop app expects.
///
/// It ends, with every program on it, when it is dropped.
#[derive(Debug)]
pub struct Desk {
    // Dropped first: the programs end before their files go.
    processes: Processes,
    keychain: Option<Keychain>,
    bus: Bus,
    display: Display,
    home: Home,
}

/// How a desk is set up.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct DeskBuilder {
    keychain: bool,
    dark: bool,
    still: bool,
}

impl Default for DeskBuilder {
    fn default() -> Self {
        Self {
            keychain: true,
            dark: false,
            still: false,
        }
    }
}

impl DeskBuilder {
    /// A desk with nobody to keep secrets.
    pub fn without_keychain(mut self) -> Self {
        self.keychain = false;
        self
    }

    /// A person who prefers dark windows.
    pub fn dark(mut self) -> Self {
        self.dark = true;
        self
    }

    /// A person who wants nothing to move by itself, not even a caret.
    pub fn still(mut self) -> Self {
        self.still = true;
        self
    }

    /// Sets it up.
    pub async fn start(self) -> Result<Desk> {
        let home = Home::new(self.dark, self.still)?;
        let processes = Processes::new()?;
        let display = Display::start(&processes, &home).await?;
        let bus = Bus::start(&processes, &home).await?;
        let mut desk = Desk {
            processes,
            keychain: None,
            bus,
            display,
            home,
        };
        if self.keychain {
            desk.unlock_keychain().await?;
        }
        Ok(desk)
    }
}

impl Desk {
    /// A desk with an unlocked keychain and light colours.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// A desk with nobody to keep secrets.
    pub async fn without_keychain() -> Result<Self> {
        Self::builder().without_keychain().start().await
    }

    /// Chooses first.
    pub fn builder() -> DeskBuilder {
        DeskBuilder::default()
    }

    /// The person's home folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where an app finds its data, if nobody says otherwise: `XDG_DATA_HOME`.
    #[must_use]
    pub fn data_home(&self) -> PathBuf {
        self.home.data()
    }

    /// Where the person's programs write what they say.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.home.logs()
    }

    /// The environment of every program on this desk.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut environment = self.home.environment();
        environment.push(("DISPLAY", self.display.name().into()));
        environment.push(("DBUS_SESSION_BUS_ADDRESS", self.bus.address().into()));
        environment
    }

    /// Where its session bus is, for programs that the test itself plays.
    pub(crate) fn bus_address(&self) -> &str {
        self.bus.address()
    }

    /// A program that is about to run on this desk, silent.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        home::clean(&mut command);
        command
            .envs(self.environment())
            .current_dir(self.home())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts a program on this desk.
    pub fn spawn(&self, command: &mut Command) -> Result<Process> {
        self.processes.spawn(command)
    }

    /// An app that is about to be opened, with a `WebDriver` at its windows.
    pub fn app(&self, program: impl Into<PathBuf>) -> AppBuilder<'_> {
        AppBuilder::new(self, program.into())
    }

    /// Whom the system starts for a link of this scheme; empty, if nobody.
    pub async fn handler(&self, scheme: &str) -> Result<String> {
        let mut query = self.command("gio");
        query.args(["mime", &format!("x-scheme-handler/{scheme}")]);
        let answer = query.stdout(Stdio::piped()).output().await?;
        let answer = String::from_utf8(answer.stdout)?;
        let default = answer
            .lines()
            .next()
            .and_then(|line| line.rsplit_once(": "));
        Ok(default.map(|(_, name)| name.to_owned()).unwrap_or_default())
    }

    /// Waits until there is somebody: an app takes its links while its window is already there.
    pub async fn handled(&self, scheme: &str) -> Result<()> {
        let what = format!("somebody for links of {scheme}");
        wait_until(&what, async || {
            Ok((!self.handler(scheme).await?.is_empty()).then_some(()))
        })
        .await
    }

    /// Opens a URL as a click in another program would: the system looks for who handles it, as soon
    /// as somebody does.
    ///
    /// The answer is what was started, if that had to be started first; it writes to
    /// `opened.log` among the [`Desk::logs`].
    pub async fn open_url(&self, url: &str) -> Result<Process> {
        let (scheme, _) = url.split_once(':').context("no URL")?;
        self.handled(scheme).await?;
        let log = home::log_file(&self.logs().join("opened.log"))?;
        let mut command = self.command("gio");
        command.args(["open", url]);
        command.stdout(log.try_clone()?).stderr(log);
        let mut process = self.spawn(&mut command)?;
        let status = process.child().wait().await?;
        anyhow::ensure!(status.success(), "gio open ended with {status}");
        Ok(process)
    }

    /// Waits until a main window is on the screen, whoever's.
    pub async fn see_window(&self) -> Result<()> {
        Windows::new(self, None).main().await.map(drop)
    }

    /// Closes the app that [`Desk::open_url`] started, as soon as its main window is on the screen,
    /// and waits until it is gone.
    pub async fn close_opened(&self) -> Result<()> {
        let windows = Windows::new(self, None);
        let window = windows.main().await?;
        windows.close(&window).await?;
        ended(window.process).await
    }

    /// Locks the keychain, as a screen saver would.
    pub async fn lock_keychain(&self) -> Result<()> {
        let keychain = self
            .keychain
            .as_ref()
            .context("this desk has no keychain")?;
        keychain.lock(self).await
    }

    /// Unlocks the keychain, with what it held; makes it, if there is none.
    pub async fn unlock_keychain(&mut self) -> Result<()> {
        if let Some(keychain) = self.keychain.take() {
            keychain.stop().await?;
        }
        self.keychain = Some(Keychain::start(self).await?);
        Ok(())
    }
}
