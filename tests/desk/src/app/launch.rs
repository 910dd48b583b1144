//! Opening an app.

use std::{
    ffi::{OsStr, OsString},
    fs, iter,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context as _, Result};
use fantoccini::{ClientBuilder, wd::TimeoutConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};

use super::{App, driver::Driver, page, window::Windows};
use crate::{
    Desk, Process, paths,
    wait::{PATIENCE, in_time},
};

/// Numbers the starts of this process, so that each has a log of its own.
static STARTS: AtomicU32 = AtomicU32::new(0);

/// An app that is about to be opened.
#[derive(Debug)]
#[must_use]
pub struct AppBuilder<'a> {
    desk: &'a Desk,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, OsString)>,
    screens: PathBuf,
}

impl<'a> AppBuilder<'a> {
    pub(crate) fn new(desk: &'a Desk, program: PathBuf) -> Self {
        Self {
            desk,
            program,
            arguments: Vec::new(),
            environment: Vec::new(),
            screens: paths::screens(),
        }
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// One more variable.
    pub fn env(mut self, name: impl Into<String>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Another place for screenshots than [`paths::screens`].
    pub fn screens(mut self, folder: impl Into<PathBuf>) -> Self {
        self.screens = folder.into();
        self
    }

    /// Opens it, and waits until its main window shows a page.
    ///
    /// Sign-in windows share the storage of the main window, since `WebDriver` sees no others.
    pub async fn launch(self) -> Result<App> {
        let start = STARTS.fetch_add(1, Ordering::Relaxed);
        let place = self.desk.logs();
        let log = place.join(format!("app-{start}.log"));
        let starter = self.starter(&place.join(format!("app-{start}")), &log)?;
        let driver = Driver::start(self.desk, &place.join(format!("driver-{start}.log"))).await?;
        let mut options = Map::new();
        options.insert(
            "tauri:options".to_owned(),
            json!({ "application": starter, "args": self.arguments }),
        );
        let mut client = ClientBuilder::new(HttpConnector::new());
        client.capabilities(options);
        // The driver waits for ever for an app that ends at once, having found another one open.
        let client = in_time("its window", client.connect(driver.url()))
            .await
            .and_then(|client| Ok(client?))
            .with_context(|| format!("{} did not open a window", self.program.display()))?;
        let script = Some(PATIENCE * 2);
        // A click that closes its own window may wait for a page that never comes.
        let page_load = Some(PATIENCE / 3);
        client
            .update_timeouts(TimeoutConfiguration::new(script, page_load, None))
            .await?;
        let process = fs::read_to_string(starter.with_extension("pid"))?
            .trim()
            .parse()?;
        let app = App {
            main: client.window().await?,
            client,
            driver,
            windows: Windows::new(self.desk, Some(process)),
            process,
            log,
            screens: self.screens,
        };
        app.wait_in_page("the app's first page", page::LOADED)
            .await?;
        Ok(app)
    }

    /// Starts it without a `WebDriver`, as a click on its icon or a second start would.
    pub fn run(self) -> Result<Process> {
        let log = crate::desk::log_file(&self.desk.logs().join("run.log"))?;
        let mut command = self.desk.command(&self.program);
        command
            .args(&self.arguments)
            .envs(self.environment)
            .stdout(log.try_clone()?)
            .stderr(log);
        self.desk.spawn(&mut command)
    }

    /// A script in the app's place: the driver throws the app's output away and takes no
    /// environment.
    fn starter(&self, place: &Path, log: &Path) -> Result<PathBuf> {
        let pid = place.with_extension("pid");
        let shared = [("DRAWBRIDGE_POPUP_SHARED", OsStr::new("1"))];
        let given = self
            .environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_os_str()));
        let exports = shared.into_iter().chain(given);
        let exports = exports.map(|(name, value)| format!("export {name}={}", quote(value)));
        let lines = iter::once("#!/bin/sh".to_owned()).chain(exports).chain([
            format!("echo $$ > {}", quote(pid)),
            format!(
                "exec {} \"$@\" >> {} 2>&1\n",
                quote(&self.program),
                quote(log)
            ),
        ]);
        let script = lines.collect::<Vec<_>>().join("\n");
        fs::write(place, script)?;
        fs::set_permissions(place, fs::Permissions::from_mode(0o700))?;
        Ok(place.to_owned())
    }
}

fn quote(text: impl AsRef<OsStr>) -> String {
    format!(
        "'{}'",
        text.as_ref().to_string_lossy().replace('\'', r"'\''")
    )
}
