//! A keychain: gnome-keyring behind the Secret Service interface.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncWriteExt as _;

use super::{Desk, home};
use crate::{process::Process, wait::PATIENCE};

const NAME: &str = "org.freedesktop.secrets";
const PASSWORD: &[u8] = b"desk\n";

#[derive(Debug)]
pub(super) struct Keychain {
    daemon: Process,
}

impl Keychain {
    pub(super) async fn start(desk: &Desk) -> Result<Self> {
        let log = home::log_file(&desk.logs().join("keychain.log"))?;
        let mut daemon = desk.command("gnome-keyring-daemon");
        daemon
            .args([
                "--foreground",
                "--unlock",
                "--replace",
                "--components=secrets",
            ])
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        let mut daemon = desk.spawn(&mut daemon)?;
        let mut input = daemon
            .child()
            .stdin
            .take()
            .context("no pipe to gnome-keyring")?;
        input.write_all(PASSWORD).await?;
        drop(input);
        // Returns when somebody owns the name.
        let limit = PATIENCE.as_secs().to_string();
        gdbus(desk, &["wait", "--session", "--timeout", &limit, NAME])
            .await
            .context("gnome-keyring did not come up")?;
        Ok(Self { daemon })
    }

    pub(super) async fn stop(self) -> Result<()> {
        self.daemon.kill().await
    }

    pub(super) async fn lock(&self, desk: &Desk) -> Result<()> {
        gdbus(
            desk,
            &[
                "call",
                "--session",
                "--dest",
                NAME,
                "--object-path",
                "/org/freedesktop/secrets",
                "--method",
                "org.freedesktop.Secret.Service.Lock",
                "[objectpath '/org/freedesktop/secrets/collection/login']",
            ],
        )
        .await
        .context("the keychain would not lock")
    }
}

async fn gdbus(desk: &Desk, arguments: &[&str]) -> Result<()> {
    let mut command = desk.command("gdbus");
    let output = command
        .args(arguments)
        .stderr(Stdio::piped())
        .output()
        .await?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "gdbus: {}", error.trim());
    Ok(())
}
