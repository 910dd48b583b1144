//! What a tool call costs, contender by contender, in turn.

use anyhow::{Result, ensure};
use drawbridge_bench::{
    contender::Call,
    server::{PAGE, PAGE_BYTES},
};
use serde_json::json;
use tokio::time::Duration;

use crate::{
    peers::{self, Contender, Home, Peer, Place},
    sample_server::SampleServer,
    site::Site,
    stats::Times,
};

/// What is called, how often by the fastest, and how many are under way at once.
#[derive(Debug, Clone)]
struct Load {
    name: &'static str,
    what: Call,
    times: usize,
    in_flight: usize,
}

/// In how many turns each does its calls.
const TURNS: usize = 10;
/// Calls of each load that are not counted.
const WARM_UP: usize = 40;

/// A short answer.
pub(crate) fn small() -> Call {
    Call {
        tool: "greet".to_owned(),
        arguments: json!({ "name": "Ada" }),
        bytes: "Hello, Ada!".len(),
    }
}

fn page() -> Call {
    Call {
        tool: PAGE.to_owned(),
        arguments: json!({}),
        bytes: PAGE_BYTES,
    }
}

fn loads() -> [Load; 4] {
    let load = |name, what, times, in_flight| Load {
        name,
        what,
        times,
        in_flight,
    };
    [
        load("small answer, 1 in flight", small(), 2_000, 1),
        load("small answer, 20 in flight", small(), 4_000, 20),
        load("256 KiB answer, 1 in flight", page(), 400, 1),
        load("256 KiB answer, 20 in flight", page(), 800, 20),
    ]
}

/// What one load cost each; or why somebody is missing.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) load: &'static str,
    pub(crate) costs: Vec<(&'static Peer, Result<Times, String>)>,
}

impl Row {
    /// What the median of one takes over that of the bare wire, in milliseconds.
    pub(crate) fn overhead(&self, of: &Peer) -> f64 {
        self.median(of) - self.median(peers::BARE)
    }

    /// NaN for one that is missing.
    pub(crate) fn median(&self, of: &Peer) -> f64 {
        let mut costs = self.costs.iter();
        let found = costs.find(|(peer, _)| peer.name == of.name);
        let times = found.and_then(|(_, times)| times.as_ref().ok());
        times.map_or(f64::NAN, Times::median)
    }
}

/// Everybody who takes part, connected; or why not.
type Contenders = Vec<(&'static Peer, Result<Contender, String>)>;

pub(crate) async fn compare(site: &Site) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let server = &SampleServer::start(site, folder.path()).await?;
    let mut homes = Vec::new();
    let mut contenders = Contenders::new();
    for peer in peers::ALL {
        let home = Home::new(site)?;
        let place = Place {
            site,
            home: &home,
            server,
        };
        let started = Contender::start(peer, &place).await;
        contenders.push((peer, started.map_err(|error| format!("{error:#}"))));
        homes.push(home);
    }
    let mut rows = Vec::new();
    for load in loads() {
        rows.push(in_turn(&load, &mut contenders).await);
    }
    for (_, contender) in contenders {
        if let Ok(contender) = contender {
            contender.end().await?;
        }
    }
    Ok(rows)
}

async fn in_turn(load: &Load, contenders: &mut Contenders) -> Row {
    let mut costs: Vec<_> = contenders
        .iter()
        .map(|(peer, contender)| {
            let ready = contender.as_ref().map(|_| Times::default());
            (*peer, ready.map_err(String::clone))
        })
        .collect();
    for turn in 0..=TURNS {
        for ((peer, contender), (_, times)) in contenders.iter_mut().zip(&mut costs) {
            let (Ok(contender), Ok(so_far)) = (contender, times.as_mut()) else {
                continue;
            };
            let calls = if turn == 0 {
                WARM_UP
            } else {
                load.times / TURNS
            };
            let calls = (calls / peer.pace).max(load.in_flight);
            match some(load, calls, contender).await {
                Ok(_) if turn == 0 => {}
                Ok(nanos) => so_far.extend(nanos),
                Err(error) => *times = Err(format!("{error:#}")),
            }
        }
    }
    Row {
        load: load.name,
        costs,
    }
}

async fn some(load: &Load, calls: usize, contender: &mut Contender) -> Result<Vec<Duration>> {
    let called = contender.call(&load.what, calls, load.in_flight).await?;
    ensure!(
        called.failed == 0,
        "{} of {calls} calls failed: {}",
        called.failed,
        called.why.unwrap_or_default()
    );
    Ok(called.nanos.into_iter().map(Duration::from_nanos).collect())
}
