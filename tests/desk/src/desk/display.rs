//! A screen: Xvfb with openbox as its window manager.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
    time::{Duration, timeout},
};

use super::home::{self, Home};
use crate::process::{Process, Processes};

const LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Display {
    name: String,
    _server: Process,
    _manager: Process,
}

impl Display {
    pub(super) async fn start(processes: &Processes, home: &Home) -> Result<Self> {
        let log = home::log_file(&home.logs().join("display.log"))?;
        let mut server = Command::new("Xvfb");
        // It takes a free number, and says which as soon as it listens.
        server
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?);
        let mut server = processes.spawn(&mut server)?;
        let out = server.child().stdout.take().context("no pipe from Xvfb")?;
        let mut line = String::new();
        timeout(LIMIT, BufReader::new(out).read_line(&mut line))
            .await
            .context("waited 20 s for Xvfb to name its display")??;
        let number = line.trim();
        anyhow::ensure!(!number.is_empty(), "Xvfb ended at once");
        let name = format!(":{number}");

        let mut manager = Command::new("openbox");
        home::clean(&mut manager);
        manager
            .envs(home.environment())
            .env("DISPLAY", &name)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let manager = processes.spawn(&mut manager)?;
        Ok(Self {
            name,
            _server: server,
            _manager: manager,
        })
    }

    /// Such as `:7`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
