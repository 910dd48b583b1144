//! What a tool call costs, contender by contender, in turn.

use anyhow::{Result, ensure};
use drawbridge_bench::{
    contender::Call,
    server::{PAGE, PAGE_BYTES},
};
use serde_json::json;

use crate::{
    peers::{Contender, Home},
    sample_server::SampleServer,
    site::Site,
    stats::Times,
};

/// What is called, how often in all, and how many are under way at once.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) what: Call,
    pub(crate) times: usize,
    pub(crate) in_flight: usize,
}

/// In how many turns each does its calls.
const TURNS: usize = 10;
/// Calls of each load that are not counted.
const WARM_UP: usize = 50;

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
        load("small, 1 in flight", small(), 2_000, 1),
        load("small, 20 in flight", small(), 4_000, 20),
        load("256 KiB, 1 in flight", page(), 300, 1),
        load("256 KiB, 20 in flight", page(), 600, 20),
    ]
}

/// What one load cost each.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) load: &'static str,
    pub(crate) costs: Vec<(&'static str, Times)>,
}

pub(crate) async fn compare(site: &Site) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let server = SampleServer::start(site, folder.path()).await?;
    let homes = [Home::new(site)?, Home::new(site)?];
    let mut contenders = [
        ("engine", Contender::engine(site, &homes[0], &server).await?),
        ("bare", Contender::bare(site, &homes[1], &server).await?),
    ];
    let mut rows = Vec::new();
    for load in loads() {
        rows.push(in_turn(&load, &mut contenders).await?);
    }
    for (_, contender) in contenders {
        contender.end().await?;
    }
    Ok(rows)
}

async fn in_turn(load: &Load, contenders: &mut [(&'static str, Contender)]) -> Result<Row> {
    let mut costs: Vec<_> = contenders
        .iter()
        .map(|(name, _)| (*name, Times::default()))
        .collect();
    for (name, contender) in contenders.iter_mut() {
        let called = contender.call(&load.what, WARM_UP, load.in_flight).await?;
        ensure!(called.failed == 0, "{name}: {:?}", called.why);
    }
    for _ in 0..TURNS {
        for ((name, contender), (_, times)) in contenders.iter_mut().zip(&mut costs) {
            let called = contender
                .call(&load.what, load.times / TURNS, load.in_flight)
                .await?;
            ensure!(called.failed == 0, "{name}: {:?}", called.why);
            for nanos in called.nanos {
                times.add(std::time::Duration::from_nanos(nanos));
            }
        }
    }
    Ok(Row {
        load: load.name,
        costs,
    })
}
