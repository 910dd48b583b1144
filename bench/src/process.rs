//! A process that is spoken to in lines of JSON.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, bail};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::{Duration, timeout},
};

/// How long a process has for its end.
const ENDING: Duration = Duration::from_secs(5);
/// How much is told of what it complained of.
const LAST_WORDS: usize = 300;

/// It, its standard input and its standard output; it ends with its owner.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<Lines<BufReader<ChildStdout>>>,
    complaints: PathBuf,
}

impl Process {
    /// Starts it; what it complains of goes to a file.
    pub(crate) fn start(mut command: Command, complaints: &Path) -> Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(complaints)?)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .with_context(|| format!("{} does not start", program(&command)))?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("no standard output")?;
        Ok(Self {
            child,
            input,
            output: Some(BufReader::new(output).lines()),
            complaints: complaints.to_owned(),
        })
    }

    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    pub(crate) async fn say(&mut self, message: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let input = self.input.as_mut().context("nobody listens")?;
        input.write_all(&line).await?;
        Ok(input.flush().await?)
    }

    /// The next line; an error says what it last complained of.
    pub(crate) async fn hear<A: DeserializeOwned>(&mut self, limit: Duration) -> Result<A> {
        let output = self.output.as_mut().context("somebody else listens")?;
        let Ok(line) = timeout(limit, output.next_line()).await else {
            bail!(
                "no answer within {} s{}",
                limit.as_secs(),
                self.last_words()
            );
        };
        let Some(line) = line? else {
            bail!("it ended{}", self.last_words());
        };
        serde_json::from_str(&line).with_context(|| format!("what is {line:.200}?"))
    }

    /// Its output, for somebody else to listen to.
    pub(crate) fn take_output(&mut self) -> Result<Lines<BufReader<ChildStdout>>> {
        self.output.take().context("somebody else listens")
    }

    /// Its input, for somebody else to speak into.
    pub(crate) fn take_input(&mut self) -> Result<ChildStdin> {
        self.input.take().context("somebody else speaks")
    }

    /// Closes its input, and lets it come to its end.
    pub(crate) async fn end(mut self) -> Result<()> {
        drop(self.input.take());
        if timeout(ENDING, self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }

    /// The last line that it complained of.
    pub(crate) fn last_words(&self) -> String {
        let said = fs::read(&self.complaints).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let line = said.lines().rfind(|line| !line.trim().is_empty());
        line.map_or_else(String::new, |line| {
            let line: String = line.trim().chars().take(LAST_WORDS).collect();
            format!(": {line}")
        })
    }
}

fn program(command: &Command) -> String {
    let program = Path::new(command.as_std().get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    name.to_string_lossy().into_owned()
}
