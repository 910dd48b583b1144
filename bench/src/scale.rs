//! One engine with many connected servers: is each as cheap as the one before?

use std::time::Instant;

use anyhow::{Result, bail};
use drawbridge_bench::{contender::Told, server::Order};
use tokio::time::{Duration, sleep};

use crate::{
    memory::of_tree, peers::Home, process::Process, sample_server::SampleServer, site::Site,
};

const COUNTS: [usize; 4] = [1, 10, 100, 1_000];
/// Starts of each, an odd number: the one in the middle counts.
const ROUNDS: usize = 5;
/// For the sign-ins of all of them, one after the other.
const LIMIT: Duration = Duration::from_mins(3);
/// What an answer that nobody waits for may still cause.
const SETTLING: Duration = Duration::from_secs(1);

/// An engine with so many servers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) servers: usize,
    /// From the start of the process until all are connected, with tokens that live: the median.
    pub(crate) connected: Duration,
    /// Proportional set size then, in KiB.
    pub(crate) memory: u64,
    /// What the servers were asked.
    pub(crate) requests: usize,
}

pub(crate) async fn measure(site: &Site) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for servers in COUNTS {
        let home = Home::new(site)?;
        let mut sample = SampleServer::start(site, home.path()).await?;
        // Signs in to all of them, and stores that.
        let (engine, _) = start(site, &home, &sample, servers).await?;
        engine.end().await?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            sample.tell(Order::Reset).await?;
            let (engine, connected) = start(site, &home, &sample, servers).await?;
            sleep(SETTLING).await;
            rounds.push(Row {
                servers,
                connected,
                memory: of_tree(engine.id()?)?,
                requests: sample.count().await?.requests.len(),
            });
            engine.end().await?;
        }
        rounds.sort_by_key(|round| round.connected);
        rows.push(rounds[ROUNDS / 2]);
    }
    Ok(rows)
}

async fn start(
    site: &Site,
    home: &Home,
    sample: &SampleServer,
    servers: usize,
) -> Result<(Process, Duration)> {
    let mut command = home.command(site.program("bench-engine"));
    command.arg(home.path()).arg(&sample.url);
    command.arg(servers.to_string());
    let begin = Instant::now();
    let mut engine = Process::start(command, &home.file("log"))?;
    match engine.hear(LIMIT).await? {
        Told::Connected { .. } => Ok((engine, begin.elapsed())),
        other => bail!("{servers} servers: {other:?}"),
    }
}

/// Memory of each further server, in KiB, between two rows.
pub(crate) fn further(fewer: &Row, more: &Row) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
    let ratio = |memory: u64, servers: usize| memory as f64 / servers as f64;
    ratio(
        more.memory.saturating_sub(fewer.memory),
        more.servers - fewer.servers,
    )
}
