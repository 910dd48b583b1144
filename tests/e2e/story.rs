//! A person with Drawbridge open and a server to connect to.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
pub(crate) use drawbridge_desk::Browser;
use drawbridge_desk::{App, AppBuilder, Desk, Notifier};
use drawbridge_testkit::Sample;

/// The program under test.
pub(crate) const APP: &str = env!("CARGO_BIN_EXE_drawbridge-desktop");

/// So that the end of the app waits for whatever the story holds back, on a slow machine too.
pub(crate) const LONG_FAREWELL: (&str, &str) = ("DRAWBRIDGE_FAREWELL_SECONDS", "600");

/// A desk, the sample servers, and the app with the sample server in its list.
pub(crate) struct Story {
    pub(crate) sample: Sample,
    pub(crate) app: App,
    pub(crate) desk: Desk,
    /// The sample server's id.
    pub(crate) server: String,
}

/// Another server in the list.
pub(crate) struct Other {
    sample: Sample,
    server: String,
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
        self.sign_in_to(&self.server).await
    }

    async fn sign_in_to(&self, server: &str) -> Result<()> {
        let popup = self.app.popup().await?;
        popup.sign_in("ada", "any").await?;
        popup.allow().await?;
        self.app.wait_for_status(server, "connected").await
    }

    /// Adds another server, and signs in to it.
    pub(crate) async fn other(&self) -> Result<Other> {
        let sample = Sample::start().await;
        let server = self.app.add_server(sample.mcp_url().as_str()).await?;
        self.sign_in_to(&server).await?;
        Ok(Other { sample, server })
    }

    /// Sees that nothing is to be told any more: the end of another grant is what is told next.
    pub(crate) async fn has_told_all(&self, to: &mut Notifier, other: &Other) -> Result<()> {
        other.sample.auth.revoke_grants();
        let arguments = serde_json::json!({ "name": "Ada" });
        self.app
            .run_tool(&other.server, "greet", &arguments)
            .await?;
        let told = to.next().await?;
        let expected = format!("Sign in to {} again", host(&other.sample));
        ensure!(told.summary == expected, "{told:?}");
        Ok(())
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
        let bytes = match fs::read(&path) {
            // What the desk has taken away meanwhile holds nothing.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            read => read.with_context(|| path.display().to_string())?,
        };
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
