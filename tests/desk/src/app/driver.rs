//! `tauri-driver`, one for each opened app.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use drawbridge_testkit::KeptPort;
use tokio::net::TcpStream;

use crate::{Desk, Process, desk, paths, wait_until};

const NATIVE: &str = "/usr/bin/WebKitWebDriver";

#[derive(Debug)]
pub(super) struct Driver {
    url: String,
    process: Process,
    /// Its own and the native driver's. Both take numbers alone, and nobody else may have them first.
    _ports: [KeptPort; 2],
}

impl Driver {
    pub(super) async fn start(on: &Desk, log: &Path) -> Result<Self> {
        ensure!(
            Path::new(NATIVE).exists(),
            "{NATIVE} is missing: apt-get install webkit2gtk-driver"
        );
        let ports = [KeptPort::free()?, KeptPort::free()?];
        let [port, native] = ports.each_ref().map(KeptPort::port);
        let log = desk::log_file(log)?;
        let mut command = on.command(paths::tool("tauri-driver"));
        command
            .args(["--native-driver", NATIVE])
            .args(["--port", &port.to_string()])
            .args(["--native-port", &native.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log);
        let mut process = on
            .spawn(&mut command)
            .context("tauri-driver is missing: cargo xtask test installs it")?;
        for port in [port, native] {
            wait_until("tauri-driver to listen", async || {
                if let Some(status) = process.child().try_wait()? {
                    anyhow::bail!("it ended with {status}");
                }
                Ok(Some(TcpStream::connect(("127.0.0.1", port)).await?))
            })
            .await?;
        }
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            process,
            _ports: ports,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends the driver, and the app with it.
    pub(super) async fn stop(self) -> Result<()> {
        self.process.kill().await
    }
}

/// Waits until a process is gone.
pub(crate) async fn ended(process: u32) -> Result<()> {
    wait_until("the app to end", async || {
        Ok((!lives(process)).then_some(()))
    })
    .await
}

/// Whether more of a process is there than its exit status.
pub(super) fn lives(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = state.rsplit_once(") ").map(|(_, state)| state);
    state.is_some_and(|state| !state.starts_with('Z'))
}
