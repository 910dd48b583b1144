//! A process of ours, from outside.

use std::{process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    CLIENT,
    ledger::Ledger,
    words::{Line, Orders},
};

/// In which the last calls have ended, and all servers are connected again.
const LAST_CALLS: Duration = Duration::from_mins(2);

/// A running process, and what it tells.
#[derive(Debug)]
pub(crate) struct Child {
    process: Process,
    /// Closed, it is the word to end.
    input: ChildStdin,
    listening: JoinHandle<Result<Option<Vec<usize>>>>,
    ready: Option<oneshot::Receiver<()>>,
}

impl Child {
    /// Starts it; from now on what it tells is in the ledger.
    pub(crate) async fn start(orders: &Orders, ledger: &Ledger) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(CLIENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut input = process.stdin.take().context("a process without input")?;
        let output = process.stdout.take().context("a process without output")?;
        let orders = format!("{}\n", serde_json::to_string(orders)?);
        input.write_all(orders.as_bytes()).await?;
        let (tell_ready, ready) = oneshot::channel();
        let listening = tokio::spawn(listen(output, ledger.clone(), tell_ready));
        Ok(Self {
            process,
            input,
            listening,
            ready: Some(ready),
        })
    }

    /// Returns when it begins to call.
    pub(crate) async fn is_ready(&mut self) -> Result<()> {
        if let Some(ready) = self.ready.take() {
            ready.await.context("a process ended before it was ready")?;
        }
        Ok(())
    }

    /// The id that the system knows it by; nothing once it has ended.
    pub(crate) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Ends it wherever it is (`SIGKILL`).
    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.process.kill().await?;
        // The last line may be half of one.
        let _ = (&mut self.listening).await?;
        Ok(())
    }

    /// Lets its calls come to their end; the servers that it is not connected to then.
    pub(crate) async fn end(mut self) -> Result<Vec<usize>> {
        drop(self.input);
        let ended = timeout(LAST_CALLS, self.listening).await;
        let away = ended.context("the calls of a process do not end")???;
        let status = self.process.wait().await?;
        if !status.success() {
            bail!("a process ended with {status}");
        }
        away.context("a process did not say how it ended")
    }
}

async fn listen(
    output: ChildStdout,
    ledger: Ledger,
    ready: oneshot::Sender<()>,
) -> Result<Option<Vec<usize>>> {
    let mut lines = BufReader::new(output).lines();
    let mut ready = Some(ready);
    let mut away = None;
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Line::Ready => {
                // Whoever does not wait for it has no use for it.
                let _ = ready.take().map(|ready| ready.send(()));
            }
            Line::Page => ledger.page(),
            Line::Called(called) => ledger.called(called),
            Line::Ended { away: all } => away = Some(all),
        }
    }
    Ok(away)
}
