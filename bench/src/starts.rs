//! From the start of a program to its tools: with a sign-in, and with what is stored.

use std::time::Instant;

use anyhow::Result;
use drawbridge_bench::server::Order;
use tokio::time::{Duration, sleep};

use crate::{
    peers::{self, Contender, Home, Peer, Place},
    sample_server::SampleServer,
    site::Site,
    stats::{Comparison, Times},
};

/// Rounds of the fastest.
const ROUNDS: usize = 20;
/// What an answer that nobody waits for may still cause.
const SETTLING: Duration = Duration::from_millis(500);

/// What the starts of one contender cost.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    /// On a new folder, up to the tools.
    pub(crate) first: Times,
    /// On the same folder again.
    pub(crate) warm: Times,
    /// What the servers were asked, the browser's own requests with it.
    pub(crate) first_requests: Vec<String>,
    pub(crate) warm_requests: Vec<String>,
}

impl Starts {
    fn without_times(self) -> Self {
        Self {
            first: Times::default(),
            warm: Times::default(),
            ..self
        }
    }
}

/// The engine against the bare wire, with servers that are near.
#[derive(Debug, Default)]
pub(crate) struct Near {
    pub(crate) first: Comparison,
    pub(crate) warm: Comparison,
}

/// By contender; or why it is missing.
pub(crate) type Rows = Vec<(&'static Peer, Result<Starts, String>)>;

pub(crate) async fn compare(site: &Site) -> Result<Rows> {
    let folder = tempfile::tempdir()?;
    let mut server = SampleServer::start(site, folder.path()).await?;
    let mut rows: Rows = Vec::new();
    for peer in peers::ALL {
        // The first round counts requests, and brings the files into memory.
        let mut starts = Starts::default();
        let counted = round(peer, site, &mut server, &mut starts, true).await;
        let starts = counted.map(|()| starts.without_times());
        rows.push((peer, starts.map_err(|error| format!("{error:#}"))));
    }
    for number in 0..ROUNDS {
        for (peer, starts) in &mut rows {
            let is_due = number % peer.pace.min(ROUNDS / 5) == 0;
            let Ok(starts_so_far) = starts.as_mut().map_err(|_| ()) else {
                continue;
            };
            if is_due && let Err(error) = round(peer, site, &mut server, starts_so_far, false).await
            {
                *starts = Err(format!("{error:#}"));
            }
        }
    }
    Ok(rows)
}

/// The two of the targets alone.
pub(crate) async fn compare_near(site: &Site) -> Result<Near> {
    let folder = tempfile::tempdir()?;
    let mut server = SampleServer::start(site, folder.path()).await?;
    server.tell(Order::KeepAway).await?;
    let (mut engine, mut bare) = (Starts::default(), Starts::default());
    for number in 0..=ROUNDS {
        round(peers::ENGINE, site, &mut server, &mut engine, false).await?;
        round(peers::BARE, site, &mut server, &mut bare, false).await?;
        if number == 0 {
            // It brought the files into memory.
            (engine, bare) = (engine.without_times(), bare.without_times());
        }
    }
    Ok(Near {
        first: Comparison {
            ours: engine.first,
            bare: bare.first,
        },
        warm: Comparison {
            ours: engine.warm,
            bare: bare.warm,
        },
    })
}

/// A first start and a warm one.
async fn round(
    peer: &Peer,
    site: &Site,
    server: &mut SampleServer,
    starts: &mut Starts,
    counts: bool,
) -> Result<()> {
    let home = Home::new(site)?;
    for (times, requests) in [
        (&mut starts.first, &mut starts.first_requests),
        (&mut starts.warm, &mut starts.warm_requests),
    ] {
        server.tell(Order::Reset).await?;
        let home = &home;
        let place = Place { site, home, server };
        let begin = Instant::now();
        let contender = Contender::start(peer, &place).await?;
        times.add(begin.elapsed());
        if counts {
            sleep(SETTLING).await;
            *requests = server.count().await?.requests;
        }
        contender.end().await?;
    }
    Ok(())
}
