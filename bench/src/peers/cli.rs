//! The `drawbridge` command: a process for each thing that is done.

use std::{
    ffi::OsString,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use drawbridge_bench::contender::{Call, Called, timed};
use serde_json::Value;
use tokio::{
    process::{Child, Command},
    time::{Duration, timeout},
};

use super::{Peer, Place, Speaks};

const LIMIT: Duration = Duration::from_secs(30);

pub(super) const PEER: Peer = Peer {
    name: "Drawbridge: command",
    what: "this commit, a process for each thing",
    speaks: Speaks::Words,
    command: |place| {
        let program = place.site.program("drawbridge");
        let key = place.home.file("key");
        if !key.exists() {
            fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")?;
            fs::set_permissions(&key, Permissions::from_mode(0o600))?;
        }
        let mut command = place.home.command(program);
        command.env("DRAWBRIDGE_KEY_FILE", key);
        Ok(command)
    },
    pace: 20,
    renews: true,
};

/// The command in one home.
#[derive(Debug)]
pub(crate) struct Cli {
    program: Arc<Program>,
    /// The call that is going to be given up.
    begun: Option<Child>,
    pub(super) tools: usize,
}

impl Cli {
    /// Connects, or asks for the tools if it did that before.
    pub(super) async fn start(place: &Place<'_>) -> Result<Self> {
        let program = Program::new(place)?;
        let known = place.home.file("connected");
        let tools = if known.exists() {
            let answer = answer(program.command(&["tools", &program.url])).await?;
            answer["tools"].as_array().map_or(0, Vec::len)
        } else {
            let answer = answer(program.command(&["connect", &program.url])).await?;
            fs::write(known, "")?;
            let tools = answer["server"]["tools"].as_u64().unwrap_or_default();
            usize::try_from(tools)?
        };
        Ok(Self {
            program: Arc::new(program),
            begun: None,
            tools,
        })
    }

    pub(super) async fn call(&self, what: &Call, times: usize, in_flight: usize) -> Called {
        let (program, what) = (Arc::clone(&self.program), Arc::new(what.clone()));
        timed(times, in_flight, move || {
            let (program, what) = (Arc::clone(&program), Arc::clone(&what));
            async move {
                let answer = answer(program.call(&what)).await;
                let answer = answer.map_err(|error| format!("{error:#}"))?;
                let texts = answer["content"].as_array().into_iter().flatten();
                let texts = texts.filter_map(|content| content["text"].as_str());
                what.check(texts.map(str::len).sum())
            }
        })
        .await
    }

    pub(super) fn begin(&mut self, what: &Call) -> Result<()> {
        self.begun = Some(self.program.call(what).spawn()?);
        Ok(())
    }

    /// As Ctrl-C does, or a system that ends the program.
    pub(super) fn cancel(&mut self) -> Result<()> {
        let Some(mut begun) = self.begun.take() else {
            return Ok(());
        };
        let id = begun.id().context("it has ended")?;
        let id = nix::unistd::Pid::from_raw(i32::try_from(id)?);
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM)?;
        // It may still wait for the answer to what it has begun, which the bench holds.
        tokio::spawn(async move { begun.wait().await });
        Ok(())
    }
}

/// How it is started, again and again.
#[derive(Debug)]
struct Program {
    path: OsString,
    environment: Vec<(OsString, OsString)>,
    url: String,
}

impl Program {
    fn new(place: &Place<'_>) -> Result<Self> {
        let command = (PEER.command)(place)?;
        let command = command.as_std();
        let environment = command.get_envs();
        let environment = environment.filter_map(|(name, value)| Some((name, value?)));
        Ok(Self {
            path: command.get_program().to_owned(),
            environment: environment
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            url: place.server.url.clone(),
        })
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .env_clear()
            .envs(self.environment.iter().cloned())
            .arg("--json")
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn call(&self, what: &Call) -> Command {
        let arguments = what.arguments.to_string();
        self.command(&["call", &self.url, &what.tool, "--args", &arguments])
    }
}

async fn answer(mut command: Command) -> Result<Value> {
    let ended = timeout(LIMIT, command.output()).await;
    let ended = ended.context("the command does not end")??;
    let answer: Value = serde_json::from_slice(&ended.stdout).context("no answer")?;
    match answer["error"]["message"].as_str() {
        Some(why) => bail!("{why}"),
        None => Ok(answer),
    }
}
