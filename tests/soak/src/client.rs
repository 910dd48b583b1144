//! One of the two processes: an engine on the data folder, and callers that never rest for long.
//!
//! It begins with a line of orders on its standard input, and ends when that is closed; so it never
//! outlives the soak.

use std::time::Duration;

use anyhow::{Context as _, Result};
use drawbridge_engine::{
    Clock, Engine, EngineOptions, Limits, ServerId,
    vault::VaultChoice,
    view::{AuthKind, NewServer, ServerView, Status},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, stdin},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    surface::{Pages, surface},
    words::{Called, Line, Orders, Tool},
};

/// How many call each server at the same time, so that they meet at the end of a token.
const CALLERS: usize = 2;
/// Milliseconds from the end of a call to the next one.
const PAUSE: std::ops::Range<u64> = 500..1_500;
/// One call in so many takes longer.
const ONE_IS_SLOW: u32 = 8;
/// How many servers are signed in to at once.
const AT_ONCE: usize = 10;
/// More than it takes to be connected after a sign-in, and after the last fault.
const PATIENCE: Duration = Duration::from_mins(1);

/// Does as it is ordered, until its standard input ends.
pub(crate) async fn run() -> Result<()> {
    let mut input = BufReader::new(stdin()).lines();
    let orders = input.next_line().await?.context("no orders came")?;
    let orders: Orders = serde_json::from_str(&orders)?;
    let (surface, pages) = surface();
    let engine = Engine::open(EngineOptions {
        vault: VaultChoice::NewFile(orders.data.join("drawbridge.key")),
        data_dir: orders.data,
        surface,
        clock: Clock::system(),
        limits: Limits::default(),
    })
    .await?;
    if orders.signs_in {
        sign_in(&engine, pages, &orders.servers).await?;
    }
    engine.start().await?;
    let servers = known(&engine, &orders.servers).await?;
    // Calls wait for sessions that are being opened.
    Line::Ready.tell();

    let stop = CancellationToken::new();
    let mut dice = StdRng::seed_from_u64(orders.seed);
    let mut callers = JoinSet::new();
    let all = servers.iter().enumerate();
    for (server, id) in all.cycle().take(servers.len() * CALLERS) {
        let caller = Caller {
            engine: engine.clone(),
            server,
            id: id.clone(),
            dice: StdRng::seed_from_u64(dice.random()),
        };
        callers.spawn(caller.call_until(stop.clone()));
    }
    while input.next_line().await?.is_some() {}
    stop.cancel();
    callers.join_all().await;
    // Who is not by now is told.
    let _ = connected(&engine, &servers).await;
    let away = away(&engine, &servers).await?;
    Line::Ended { away }.tell();
    engine.shutdown().await;
    Ok(())
}

/// Adds the servers and signs in to each.
async fn sign_in(engine: &Engine, pages: Pages, urls: &[String]) -> Result<()> {
    let person = tokio::spawn(pages.sign_in_everywhere(engine.clone()));
    for some in urls.chunks(AT_ONCE) {
        let mut ids = Vec::new();
        for url in some {
            let added = engine
                .add_server(NewServer::at(url, AuthKind::OAuth))
                .await?;
            let id = ServerId::from(added.id);
            engine.connect(&id).await?;
            ids.push(id);
        }
        connected(engine, &ids).await.context("after signing in")?;
    }
    person.abort();
    Ok(())
}

/// What the engine calls the servers, in the order of the addresses.
async fn known(engine: &Engine, urls: &[String]) -> Result<Vec<ServerId>> {
    let servers = engine.snapshot().await?.servers;
    let id = |url: &String| {
        let mut known = servers.iter();
        let server = known.find(|server| server.url == *url);
        Ok(ServerId::from(
            server.context("a server is not in the list")?.id.clone(),
        ))
    };
    urls.iter().map(id).collect()
}

/// Returns when all of these are connected.
async fn connected(engine: &Engine, ids: &[ServerId]) -> Result<()> {
    let mut events = engine.events();
    let waited = async {
        while !away(engine, ids).await?.is_empty() {
            // What comes together is looked at together.
            let _ = events.recv().await;
            while events.try_recv().is_ok() {}
        }
        Ok(())
    };
    timeout(PATIENCE, waited)
        .await
        .context("not connected everywhere")?
}

/// The places of those that are not connected.
async fn away(engine: &Engine, ids: &[ServerId]) -> Result<Vec<usize>> {
    let servers = engine.snapshot().await?.servers;
    let is_connected = |id: &ServerId| {
        let is = |it: &ServerView| matches!(it.status, Status::Connected { .. });
        let mut servers = servers.iter();
        servers.any(|server| server.id == id.as_str() && is(server))
    };
    let places = ids.iter().enumerate();
    let away = places.filter(|(_, id)| !is_connected(id));
    Ok(away.map(|(place, _)| place).collect())
}

/// Calls one server again and again.
struct Caller {
    engine: Engine,
    server: usize,
    id: ServerId,
    dice: StdRng,
}

impl Caller {
    /// The last call comes to its end.
    async fn call_until(mut self, stop: CancellationToken) {
        loop {
            let pause = Duration::from_millis(self.dice.random_range(PAUSE));
            if stop.run_until_cancelled(sleep(pause)).await.is_none() {
                return;
            }
            let called = self.call().await;
            Line::Called(called).tell();
        }
    }

    async fn call(&mut self) -> Called {
        let slow = self.dice.random_ratio(1, ONE_IS_SLOW);
        let (tool, name, arguments) = if slow {
            (Tool::Slow, "slow", json!({ "seconds": 0.5 }))
        } else {
            (Tool::Greet, "greet", json!({ "name": "Ada" }))
        };
        // Its name is for cancelling it, which nobody does here.
        let call = self.id.as_str();
        let clock = Clock::system();
        let begin = clock.now();
        let answer = self.engine.call_tool(&self.id, call, name, arguments).await;
        let code = match answer {
            Ok(outcome) if outcome.is_error => Some("tool_error".to_owned()),
            Ok(_) => None,
            Err(error) => Some(error.code().to_owned()),
        };
        Called {
            server: self.server,
            tool,
            begin,
            end: clock.now(),
            code,
        }
    }
}
