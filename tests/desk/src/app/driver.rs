//! `tauri-driver`, one for each opened app.

use std::{fs, net::TcpListener as Listener, path::Path};

use anyhow::{Context as _, Result, ensure};
use tokio::{net::TcpStream, time::Duration};

use crate::{Desk, Process, desk, paths, wait_until};

const LIMIT: Duration = Duration::from_secs(20);
const NATIVE: &str = "/usr/bin/WebKitWebDriver";

#[derive(Debug)]
pub(super) struct Driver {
    url: String,
    process: Process,
}

impl Driver {
    pub(super) async fn start(on: &Desk, log: &Path) -> Result<Self> {
        ensure!(
            Path::new(NATIVE).exists(),
            "{NATIVE} is missing: apt-get install webkit2gtk-driver"
        );
        let [port, native] = free_ports()?;
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
            wait_until("tauri-driver to listen", LIMIT, async || {
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
    wait_until("the app to end", LIMIT, async || {
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

/// Two ports that nobody uses at this moment.
fn free_ports() -> Result<[u16; 2]> {
    // Both are held until both are known, so that they differ.
    let held = [
        Listener::bind("127.0.0.1:0")?,
        Listener::bind("127.0.0.1:0")?,
    ];
    Ok([held[0].local_addr()?.port(), held[1].local_addr()?.port()])
}
