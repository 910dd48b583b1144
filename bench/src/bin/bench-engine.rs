//! Drawbridge's engine as a contender: `bench-engine FOLDER URL…`, a server for each URL.

use std::{path::Path, process::Stdio, sync::Arc};

use anyhow::{Context as _, Result, bail};
use drawbridge_bench::{
    contender::{Call, Called, Order, Told, timed},
    lines::{Orders, tell},
};
use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, ServerId, SignInPrompt, SignInSurface,
    vault::VaultChoice,
    view::{AuthKind, CallOutcome, Event, NewServer, Status, ToolContent},
};
use tokio::{process::Command, sync::broadcast::Receiver, task::JoinHandle};

/// The name of the call that can be cancelled.
const BEGUN: &str = "begun";

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (folder, urls) = words.split_first().context("in which folder?")?;
    let (engine, servers, tools) = match connected(Path::new(folder), urls).await {
        Ok(connected) => connected,
        Err(error) => {
            let why = format!("{error:#}");
            return Ok(tell(&Told::Failed { why })?);
        }
    };
    tell(&Told::Connected { tools })?;
    let server = servers.first().context("no server")?.clone();
    let mut begun: Option<JoinHandle<()>> = None;
    let mut orders = Orders::new();
    while let Some(order) = orders.next().await? {
        let told = match order {
            Order::Call {
                what,
                times,
                in_flight,
            } => Told::Called(calls(&engine, &server, what, times, in_flight).await),
            Order::Begin { what } => {
                let (engine, server) = (engine.clone(), server.clone());
                begun = Some(tokio::spawn(async move {
                    // It is going to be cancelled.
                    let _ = engine
                        .call_tool(&server, BEGUN, &what.tool, what.arguments)
                        .await;
                }));
                Told::Done
            }
            Order::Cancel => {
                engine.cancel_call(BEGUN);
                if let Some(begun) = begun.take() {
                    begun.await?;
                }
                Told::Done
            }
        };
        tell(&told)?;
    }
    engine.shutdown().await;
    Ok(())
}

async fn calls(
    engine: &Engine,
    server: &ServerId,
    what: Call,
    times: usize,
    in_flight: usize,
) -> Called {
    let (engine, server, what) = (engine.clone(), server.clone(), Arc::new(what));
    let number = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    timed(times, in_flight, move || {
        let (engine, server, what) = (engine.clone(), server.clone(), Arc::clone(&what));
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        async move {
            let arguments = what.arguments.clone();
            let outcome = engine
                .call_tool(&server, &number.to_string(), &what.tool, arguments)
                .await
                .map_err(|error| format!("{}: {error}", error.code()))?;
            what.check(text_of(&outcome))
        }
    })
    .await
}

fn text_of(outcome: &CallOutcome) -> usize {
    let texts = outcome.content.iter().map(|content| match content {
        ToolContent::Text { text } => text.len(),
        _ => 0,
    });
    texts.sum()
}

/// Starts on what is stored, adds the servers that are not, and waits until all are connected.
/// Answers with them, and how many tools they have together.
async fn connected(folder: &Path, urls: &[String]) -> Result<(Engine, Vec<ServerId>, usize)> {
    let engine = Engine::open(EngineOptions {
        data_dir: folder.to_owned(),
        vault: VaultChoice::NewFile(folder.join("drawbridge.key")),
        surface: Arc::new(Browser),
        clock: Clock::system(),
        limits: Limits::default(),
    })
    .await?;
    let mut events = engine.events();
    engine.start().await?;
    let stored = engine.snapshot().await?.servers;
    let mut servers = Vec::new();
    for url in urls {
        let known = stored.iter().find(|server| server.url == *url);
        let id = match known {
            Some(server) => ServerId::from(server.id.as_str()),
            None => {
                let new = NewServer::at(url.as_str(), AuthKind::OAuth);
                let id = ServerId::from(engine.add_server(new).await?.id);
                engine.connect(&id).await?;
                id
            }
        };
        servers.push(id);
    }
    let tools = told(&mut events, servers.len()).await?;
    Ok((engine, servers, tools))
}

/// Waits until so many servers are connected.
async fn told(events: &mut Receiver<Event>, servers: usize) -> Result<usize> {
    let mut connected = std::collections::HashMap::new();
    while connected.len() < servers {
        let Event::ServerChanged { server } = events.recv().await? else {
            continue;
        };
        if let Some(error) = server.error {
            bail!("{}: {}", error.code, error.message);
        }
        if let Status::Connected { tools } = server.status {
            connected.insert(server.id, tools);
        }
    }
    Ok(connected.values().sum())
}

/// Starts `$BROWSER`, as the command does.
struct Browser;

impl SignInSurface for Browser {
    fn open(&self, prompt: SignInPrompt) {
        let browser = std::env::var_os("BROWSER").unwrap_or_default();
        let started = Command::new(browser)
            .arg(prompt.url.as_str())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        if let Err(error) = started {
            // The one who waits sees that nothing comes.
            let why = format!("no browser: {error}");
            let _ = tell(&Told::Failed { why });
        }
    }

    fn close(&self, _: &AttemptId) {}

    fn has_popup(&self) -> bool {
        false
    }

    fn receives_deep_links(&self) -> bool {
        false
    }
}
