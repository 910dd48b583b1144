//! A session bus.

use std::{fs, process::Stdio};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

use super::home::{self, Home};
use crate::{
    in_time,
    process::{Process, Processes},
};

/// Without the folders of services that start on demand: a desk without a keychain must not get
/// one, and nothing may start that the test does not know of.
const CONFIGURATION: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

#[derive(Debug)]
pub(super) struct Bus {
    address: String,
    _daemon: Process,
}

impl Bus {
    pub(super) async fn start(processes: &Processes, home: &Home) -> Result<Self> {
        let socket = home.runtime().join("bus");
        let configuration = home.runtime().join("bus.conf");
        let text = CONFIGURATION.replace("SOCKET", &socket.display().to_string());
        fs::write(&configuration, text)?;
        let mut daemon = Command::new("dbus-daemon");
        home::clean(&mut daemon);
        daemon
            .arg("--config-file")
            .arg(&configuration)
            .args(["--nofork", "--print-address"])
            .envs(home.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(home::log_file(&home.logs().join("bus.log"))?);
        let mut daemon = processes.spawn(&mut daemon)?;
        let out = daemon
            .child()
            .stdout
            .take()
            .context("no pipe from dbus-daemon")?;
        let mut address = String::new();
        let mut out = BufReader::new(out);
        in_time(
            "dbus-daemon to name its address",
            out.read_line(&mut address),
        )
        .await??;
        let address = address.trim().to_owned();
        anyhow::ensure!(!address.is_empty(), "dbus-daemon ended at once");
        Ok(Self {
            address,
            _daemon: daemon,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }
}
