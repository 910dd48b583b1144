//! From the callback to the tools: the engine against the bare requests, round by round.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use drawbridge_bench::distance::keep_away;
use drawbridge_testkit::Sample;
use tokio::{runtime, task::spawn_blocking};

use crate::{bare_sign_in::SignIn, seat::Seat, stats::Comparison};

/// Rounds that are not counted.
const WARM_UP: usize = 5;

/// With servers on this computer, and with the same servers near.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    pub(crate) loopback: Comparison,
    pub(crate) near: Comparison,
}

pub(crate) async fn compare(rounds: usize) -> Result<Callbacks> {
    let sample = Sample::builder().start().await?;
    let loopback = in_turn(&sample, rounds).await?;
    let distance = keep_away(&sample);
    let near = in_turn(&sample, rounds).await;
    distance.abort();
    Ok(Callbacks {
        loopback,
        near: near?,
    })
}

/// Runs the rounds; which one goes first changes every time.
async fn in_turn(sample: &Sample, rounds: usize) -> Result<Comparison> {
    let mut times = Comparison::default();
    for round in 0..WARM_UP + rounds {
        let (ours, bare) = if round % 2 == 0 {
            let ours = alone(sample, engine).await?;
            (ours, alone(sample, requests).await?)
        } else {
            let bare = alone(sample, requests).await?;
            (alone(sample, engine).await?, bare)
        };
        if round >= WARM_UP {
            times.ours.add(ours);
            times.bare.add(bare);
        }
        sample.clear_journal();
    }
    Ok(times)
}

/// On a thread of its own, as in a process of its own: the servers have the others.
async fn alone<F>(sample: &Sample, round: fn(Sample) -> F) -> Result<Duration>
where
    F: Future<Output = Result<Duration>> + 'static,
{
    let sample = sample.clone();
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let on_its_own = spawn_blocking(move || runtime.block_on(round(sample)));
    on_its_own.await?
}

async fn engine(sample: Sample) -> Result<Duration> {
    let mut seat = Seat::new().await?;
    let callback = seat.callback(&sample).await?;
    let begin = Instant::now();
    seat.engine.receive_callback(&callback).await?;
    seat.connected().await?;
    let time = begin.elapsed();
    seat.engine.shutdown().await;
    Ok(time)
}

async fn requests(sample: Sample) -> Result<Duration> {
    let bare = SignIn::prepare(&sample).await?;
    let begin = Instant::now();
    let tools = bare.tools().await?;
    let time = begin.elapsed();
    ensure!(tools == 8, "the sample has eight tools, and {tools} came");
    Ok(time)
}
