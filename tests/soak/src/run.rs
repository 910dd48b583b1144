//! The run itself: servers, two processes, the faults as planned, and what is looked at meanwhile.

use std::{io, time::Duration};

use anyhow::{Context as _, Result};
use drawbridge_engine::Clock;
use tempfile::TempDir;
use tokio::{
    task::JoinSet,
    time::{Instant, interval_at, sleep, sleep_until, timeout},
};

use crate::{
    child::Child,
    inject::{SETTLING, inject},
    judge::{Findings, Kill, Life},
    ledger::{Happened, Ledger},
    plan::{Plan, Planned, plan},
    town::{TOKEN_LIFE, Town},
    vitals::Vitals,
    words::Orders,
};

/// How many servers there are.
pub(crate) const SERVERS: usize = 50;
/// Minutes of a whole run; a shorter one does not change the page.
pub(crate) const WHOLE: u32 = 10;
/// So many requests for tokens are waiting when a process is killed.
const WAITING: usize = 12;
/// From one look at the processes to the next.
const LOOK: Duration = Duration::from_secs(2);
/// So many looks later a line tells how it goes.
const LOOKS_A_LINE: usize = 5;

/// Soaks for so long.
pub(crate) async fn soak(minutes: u32, seed: u64) -> Result<Findings> {
    let length = Duration::from_mins(u64::from(minutes));
    let Plan { faults, kills } = plan(seed, SERVERS, length);
    println!(
        "seed {seed}: {SERVERS} servers, 2 processes, {} faults in {minutes} min",
        faults.len()
    );
    let mut soak = Soak::begin(seed).await?;
    let began = Instant::now();
    let weather = tokio::spawn(weather(
        soak.town.clone(),
        faults,
        soak.ledger.clone(),
        began,
    ));
    soak.watch(began, length, kills).await?;
    weather.await??;
    let elapsed = began.elapsed();
    soak.end(minutes, elapsed).await
}

struct Soak {
    town: Town,
    data: TempDir,
    ledger: Ledger,
    findings: Findings,
    /// Lives as long as the soak.
    first: Child,
    /// Is killed, and started again.
    second: Child,
}

impl Soak {
    /// All servers are signed in to, and both processes are at work.
    async fn begin(seed: u64) -> Result<Self> {
        let (town, data) = (Town::start(SERVERS).await?, tempfile::tempdir()?);
        let ledger = Ledger::default();
        let orders = |signs_in| Orders {
            data: data.path().to_owned(),
            servers: town.urls(),
            seed: seed + u64::from(signs_in),
            signs_in,
        };
        let mut first = Child::start(&orders(true), &ledger).await?;
        first.is_ready().await?;
        let mut second = Child::start(&orders(false), &ledger).await?;
        second.is_ready().await?;
        println!("signed in to all servers, and connected twice");
        let findings = Findings {
            seed,
            begin: Clock::system().now(),
            before: town.counters(),
            lives: [Life::default(), Life::default()],
            ..Findings::default()
        };
        Ok(Self {
            town,
            data,
            ledger,
            findings,
            first,
            second,
        })
    }

    /// Looks at the processes, and kills the second one when its time has come.
    async fn watch(
        &mut self,
        began: Instant,
        length: Duration,
        kills: Vec<Duration>,
    ) -> Result<()> {
        let mut kills = kills.into_iter().peekable();
        let mut looks = interval_at(began + LOOK, LOOK);
        let mut count = 0;
        while began.elapsed() < length {
            let next = kills.peek().map_or(length, |kill| *kill);
            tokio::select! {
                () = sleep_until(began + next), if kills.peek().is_some() => {
                    kills.next();
                    self.kill(began).await?;
                }
                _ = looks.tick() => {
                    self.look(began.elapsed())?;
                    count += 1;
                    if count % LOOKS_A_LINE == 0 {
                        self.tell(began.elapsed());
                    }
                }
            }
        }
        Ok(())
    }

    fn look(&mut self, at: Duration) -> Result<()> {
        let children = [&self.first, &self.second];
        for (child, life) in children.into_iter().zip(&mut self.findings.lives) {
            let id = child.id().context("a process has ended by itself")?;
            life.looks.push(Vitals::of(id, at)?);
        }
        Ok(())
    }

    fn tell(&self, at: Duration) {
        self.town.forget_what_was_seen();
        let (calls, failed) = self.ledger.count();
        let counters = self.town.counters();
        let refreshes: usize = counters.iter().map(|it| it.refreshes).sum();
        let reuses: usize = counters.iter().map(|it| it.refresh_reuses).sum();
        let vitals = self.findings.lives.iter().map(|life| {
            let last = life.looks.last();
            last.map_or_else(String::new, |it| {
                format!(", {} MiB and {} handles", it.kib / 1024, it.handles)
            })
        });
        println!(
            "{:>4} s: {calls} calls, {failed} failed, {refreshes} refreshes, {reuses} reuses{}",
            at.as_secs(),
            vitals.collect::<String>(),
        );
    }

    /// Kills the second process while its requests for tokens wait at the servers, and starts it
    /// again. None of them has spent a token yet: what becomes of one whose answer dies with its
    /// process is told by the stories of `crates/cli/tests/stories/crash.rs`.
    async fn kill(&mut self, began: Instant) -> Result<()> {
        let gate = self.town.hold_tokens();
        sleep(SETTLING).await;
        timeout(2 * TOKEN_LIFE, gate.reached(WAITING))
            .await
            .context("tokens end, and nobody asks for others")?;
        let waiting = gate.arrived();
        self.second.kill().await?;
        // The servers see that nobody waits any more.
        sleep(SETTLING).await;
        self.town.let_tokens_go(&gate);
        let orders = Orders {
            data: self.data.path().to_owned(),
            servers: self.town.urls(),
            seed: self.findings.seed + began.elapsed().as_secs(),
            signs_in: false,
        };
        self.second = Child::start(&orders, &self.ledger).await?;
        self.findings.lives[1] = Life::default();
        self.findings.kills.push(Kill {
            at: began.elapsed(),
            waiting,
        });
        println!("the second process was killed, {waiting} requests for tokens waiting");
        Ok(())
    }

    async fn end(self, minutes: u32, elapsed: Duration) -> Result<Findings> {
        let (first, second) = tokio::join!(self.first.end(), self.second.end());
        Ok(Findings {
            minutes,
            elapsed,
            end: Clock::system().now(),
            account: self.ledger.account(),
            after: self.town.counters(),
            live_grants: self.town.live_grants(),
            away: [first?, second?],
            ..self.findings
        })
    }
}

/// Lets each fault happen at its time.
async fn weather(town: Town, faults: Vec<Planned>, ledger: Ledger, began: Instant) -> Result<()> {
    let mut all: JoinSet<io::Result<()>> = JoinSet::new();
    for planned in faults {
        let (town, ledger) = (town.clone(), ledger.clone());
        all.spawn(async move {
            sleep_until(began + planned.at).await;
            let clock = Clock::system();
            let from = clock.now();
            let tokens_ended = inject(town.sample(planned.server), &planned).await?;
            ledger.happened(Happened {
                server: planned.server,
                fault: planned.fault,
                begin: from,
                end: clock.now(),
                asked: planned.asked(),
                tokens_ended,
            });
            Ok(())
        });
    }
    while let Some(one) = all.join_next().await {
        one?.context("a fault could not be undone")?;
    }
    Ok(())
}
