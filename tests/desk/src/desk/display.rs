//! A screen: Xvfb with openbox as its window manager.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

use super::home::{self, Home};
use crate::{
    in_time,
    process::{Process, Processes},
    wait_until,
};

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
        let mut out = BufReader::new(out);
        in_time("Xvfb to name its display", out.read_line(&mut line)).await??;
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
        // A window that comes before it is put somewhere else.
        wait_until("openbox to manage windows", async || {
            let mut asked = Command::new("wmctrl");
            asked.arg("-m").env("DISPLAY", &name);
            Ok(asked.output().await?.status.success().then_some(()))
        })
        .await?;
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
