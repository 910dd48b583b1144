//! A person with Drawbridge open and a server to connect to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
pub(crate) use drawbridge_desk::Browser;
use drawbridge_desk::{App, AppBuilder, Desk, Process, wait_until};
use drawbridge_testkit::Sample;
use tempfile::TempDir;

/// The program under test.
pub(crate) const APP: &str = env!("CARGO_BIN_EXE_drawbridge-desktop");

/// A desk, the sample servers, and the app with the sample server in its list.
pub(crate) struct Story {
    pub(crate) sample: Sample,
    pub(crate) app: App,
    pub(crate) desk: Desk,
    /// The sample server's id.
    pub(crate) server: String,
}

impl Story {
    /// The app is open, and the sample server is in the list.
    pub(crate) async fn begin() -> Result<Self> {
        Self::on(Desk::start().await?, |app| app).await
    }

    pub(crate) async fn on(
        desk: Desk,
        prepare: impl FnOnce(AppBuilder<'_>) -> AppBuilder<'_>,
    ) -> Result<Self> {
        Self::at(Sample::start().await, desk, prepare).await
    }

    /// The same at a server that was told how to behave.
    pub(crate) async fn at(
        sample: Sample,
        desk: Desk,
        prepare: impl FnOnce(AppBuilder<'_>) -> AppBuilder<'_>,
    ) -> Result<Self> {
        let app = prepare(desk.app(APP)).launch().await?;
        let url = sample.mcp_url();
        app.add_server(url.as_str()).await?;
        let server = app.server_id(&host(&sample)).await?;
        Ok(Self {
            sample,
            app,
            desk,
            server,
        })
    }

    /// Saving an OAuth server has begun to connect it: signs in as ada and allows.
    pub(crate) async fn sign_in(&self) -> Result<()> {
        let popup = self.app.popup().await?;
        popup.sign_in("ada", "any").await?;
        popup.allow().await?;
        self.status("connected").await
    }

    pub(crate) async fn status(&self, status: &str) -> Result<()> {
        self.app.wait_for_status(&self.server, status).await
    }

    /// Closes the app and opens it again.
    pub(crate) async fn restart(self) -> Result<Self> {
        self.again(App::quit).await
    }

    /// Opens the app again that was told to end by other means than its window.
    pub(crate) async fn ended_and_begun(self) -> Result<Self> {
        self.again(App::ended).await
    }

    async fn again(self, end: impl AsyncFnOnce(App) -> Result<()>) -> Result<Self> {
        let Self {
            sample,
            app,
            desk,
            server,
        } = self;
        end(app).await?;
        let app = desk.app(APP).launch().await?;
        Ok(Self {
            sample,
            app,
            desk,
            server,
        })
    }

    /// Runs `greet` and answers the error's code, if the call failed.
    pub(crate) async fn greet(&self) -> Result<Option<String>> {
        let arguments = serde_json::json!({ "name": "Ada" });
        let outcome = self.app.run_tool(&self.server, "greet", &arguments).await?;
        ensure!(
            outcome.failed || outcome.text.contains("Ada"),
            "greet said: {}",
            outcome.text
        );
        Ok(outcome.code)
    }

    /// Closes the app and looks for every secret that the servers issued, in every file that the
    /// app has written and in everything that it said.
    pub(crate) async fn end(self) -> Result<()> {
        let secrets = self.sample.auth.secrets();
        self.app.quit().await?;
        no_secret_left(self.desk.home(), &secrets)
    }
}

/// Reads every file below `folder`, looking for `secrets`.
pub(crate) fn no_secret_left(folder: &Path, secrets: &[String]) -> Result<()> {
    for path in files(folder)? {
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            ensure!(
                !found,
                "a secret of {} characters is in {}",
                secret.len(),
                path.display()
            );
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The sample server's host and port, as the list shows them.
pub(crate) fn host(sample: &Sample) -> String {
    let url = sample.mcp_url();
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port().unwrap_or_default()
    )
}

const NOTICES: &str = "notices";

/// What the desk is notified of.
pub(crate) struct Notices {
    folder: TempDir,
    _monitor: Process,
}

impl Notices {
    /// Begins to write them down.
    pub(crate) async fn listen(desk: &Desk) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut monitor = desk.command("dbus-monitor");
        monitor
            .args([
                "--session",
                "interface='org.freedesktop.Notifications',member='Notify'",
            ])
            .stdout(fs::File::create(folder.path().join(NOTICES))?)
            .stderr(Stdio::null());
        let monitor = desk.spawn(&mut monitor)?;
        let notices = Self {
            folder,
            _monitor: monitor,
        };
        // Whoever becomes a monitor loses its own name, and is told so.
        notices.wait_for("the monitor", "member=NameLost").await?;
        Ok(notices)
    }

    /// How many there have been, as soon as there is one.
    pub(crate) async fn told(&self) -> Result<usize> {
        self.wait_for("a notification", "member=Notify").await
    }

    async fn wait_for(&self, what: &str, line: &str) -> Result<usize> {
        wait_until(what, Duration::from_secs(20), async || {
            let text = fs::read_to_string(self.folder.path().join(NOTICES))?;
            let count = text.matches(line).count();
            Ok((count > 0).then_some(count))
        })
        .await
    }
}
