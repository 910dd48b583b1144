//! A client of a stdio server of MCP, which is a proxy.

use std::{collections::HashMap, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use drawbridge_bench::contender::{Call, Called, timed};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncWriteExt as _, BufReader, Lines},
    process::{ChildStdin, ChildStdout, Command},
    sync::{Mutex, oneshot},
    time::{Duration, timeout},
};

use crate::process::Process;

const LIMIT: Duration = Duration::from_secs(30);

/// The proxy, and the session with it.
#[derive(Debug)]
pub(crate) struct McpSession {
    pub(super) process: Process,
    wire: Arc<Wire>,
    /// The call that was begun.
    begun: Option<u64>,
    pub(super) tools: usize,
}

#[derive(Debug)]
struct Wire {
    /// `None` once nothing more is said.
    input: Mutex<Option<ChildStdin>>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    answers: HashMap<u64, oneshot::Sender<Value>>,
}

impl McpSession {
    pub(super) async fn start(command: Command, log: &Path) -> Result<Self> {
        let mut process = Process::start(command, log)?;
        let wire = Arc::new(Wire {
            input: Mutex::new(Some(process.take_input()?)),
            waiting: Mutex::default(),
        });
        tokio::spawn(listen(process.take_output()?, Arc::clone(&wire)));
        let opened = timeout(LIMIT, open(&wire)).await;
        let opened = opened.unwrap_or_else(|_| bail!("no answer within {} s", LIMIT.as_secs()));
        let tools = opened.map_err(|error| error.context(process.last_words()))?;
        Ok(Self {
            process,
            wire,
            begun: None,
            tools,
        })
    }

    pub(super) async fn call(&self, what: &Call, times: usize, in_flight: usize) -> Called {
        let (wire, what) = (Arc::clone(&self.wire), Arc::new(what.clone()));
        timed(times, in_flight, move || {
            let (wire, what) = (Arc::clone(&wire), Arc::clone(&what));
            async move {
                let came = call(&wire, &what).await;
                what.check(came.map_err(|error| format!("{error:#}"))?)
            }
        })
        .await
    }

    pub(super) async fn begin(&mut self, what: &Call) -> Result<()> {
        let (id, _) = self.wire.begin("tools/call", parameters(what)).await?;
        self.begun = Some(id);
        Ok(())
    }

    pub(super) async fn cancel(&mut self) -> Result<()> {
        let id = self.begun.take().context("nothing was begun")?;
        let message = json!({
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id },
        });
        self.wire.send(&message).await
    }

    pub(super) async fn end(self) -> Result<()> {
        self.wire.input.lock().await.take();
        self.process.end().await
    }
}

/// `initialize`, and all pages of the tools.
async fn open(wire: &Wire) -> Result<usize> {
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "bench", "version": "1" },
    });
    wire.ask("initialize", hello).await?;
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    wire.send(&initialized).await?;
    let mut tools = 0;
    let mut page = json!({});
    loop {
        let answer = wire.ask("tools/list", page).await?;
        tools += answer["tools"].as_array().context("no tools")?.len();
        let Some(cursor) = answer["nextCursor"].as_str() else {
            return Ok(tools);
        };
        page = json!({ "cursor": cursor });
    }
}

async fn call(wire: &Wire, what: &Call) -> Result<usize> {
    let answer = wire.ask("tools/call", parameters(what)).await?;
    let content = answer["content"].as_array().context("no content")?.iter();
    let texts = content.filter_map(|content| content["text"].as_str());
    Ok(texts.map(str::len).sum())
}

fn parameters(what: &Call) -> Value {
    json!({ "name": what.tool, "arguments": what.arguments })
}

impl Wire {
    async fn ask(&self, method: &str, params: Value) -> Result<Value> {
        let (_, answer) = self.begin(method, params).await?;
        let mut answer = answer.await.context("the proxy has ended")?;
        match answer["error"]["message"].as_str() {
            Some(why) => bail!("{why}"),
            None => Ok(answer["result"].take()),
        }
    }

    async fn begin(&self, method: &str, params: Value) -> Result<(u64, oneshot::Receiver<Value>)> {
        let (sender, answer) = oneshot::channel();
        let id = {
            let mut waiting = self.waiting.lock().await;
            waiting.last += 1;
            let id = waiting.last;
            waiting.answers.insert(id, sender);
            id
        };
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(&message).await?;
        Ok((id, answer))
    }

    async fn send(&self, message: &Value) -> Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let mut input = self.input.lock().await;
        let input = input.as_mut().context("the proxy is told nothing more")?;
        input.write_all(&line).await?;
        Ok(input.flush().await?)
    }
}

/// Hands every answer to the one who waits for it; nobody waits any more when the proxy ends.
async fn listen(mut lines: Lines<BufReader<ChildStdout>>, wire: Arc<Wire>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(message) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let id = message["id"].as_u64();
        let mut waiting = wire.waiting.lock().await;
        if let Some(answer) = id.and_then(|id| waiting.answers.remove(&id)) {
            // Whoever gave up does not want it.
            let _ = answer.send(message);
        }
    }
    wire.waiting.lock().await.answers.clear();
}
