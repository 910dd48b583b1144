//! What happens to whom.

use anyhow::{Context as _, Result};
use drawbridge_bench::{contender::Called, server::Order};
use tokio::time::{Duration, Instant, sleep_until};

use crate::{
    calls::small,
    peers::{Contender, Home, Peer},
    sample_server::SampleServer,
    site::Site,
};

/// How long a token lives whose end is known.
const SHORT_LIFE: Duration = Duration::from_secs(4);
const LONG_LIFE: Duration = Duration::from_hours(1);
const SLOW: Duration = Duration::from_secs(2);
const PROCESSES: usize = 4;

/// A way for a token to come to its end, and for its successor to be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    KnownExpiry,
    Surprise(usize),
    FourProcesses,
    CallerCancelled,
    Unavailable,
    SlowTokens,
}

/// To whom, and where.
pub(super) struct Scene<'a> {
    pub(super) peer: &'static Peer,
    pub(super) site: &'a Site,
    pub(super) home: &'a Home,
}

impl Trouble {
    pub(crate) const ALL: [Self; 7] = [
        Self::KnownExpiry,
        Self::Surprise(20),
        Self::Surprise(200),
        Self::FourProcesses,
        Self::CallerCancelled,
        Self::Unavailable,
        Self::SlowTokens,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::KnownExpiry => "known expiry, then 20 calls",
            Self::Surprise(20) => "surprise 401, 20 calls at once",
            Self::Surprise(_) => "surprise 401, 200 calls at once",
            Self::FourProcesses => "four processes start with a dead token, 5 calls each",
            Self::CallerCancelled => "caller gone in the middle of the refresh, then 20 calls",
            Self::Unavailable => "token endpoint 503, then well; 20 calls at once",
            Self::SlowTokens => "token endpoint takes 2 s; 20 calls at once",
        }
    }

    fn calls(self) -> usize {
        match self {
            Self::Surprise(calls) => calls,
            _ => 20,
        }
    }

    /// Answers with how many pages were open before it began, and the calls that were made.
    pub(super) async fn happen(
        self,
        scene: &Scene<'_>,
        server: &mut SampleServer,
    ) -> Result<(usize, Called)> {
        let seconds = |life: Duration| Order::Life {
            seconds: life.as_secs(),
        };
        if self == Self::KnownExpiry {
            server.tell(seconds(SHORT_LIFE)).await?;
        }
        let mut contender = Contender::start(scene.peer, &scene.place(server)).await?;
        let pages = scene.home.pages();
        match self {
            Self::KnownExpiry => {
                let end = Instant::now() + SHORT_LIFE;
                server.tell(seconds(LONG_LIFE)).await?;
                sleep_until(end).await;
            }
            Self::Surprise(_) => server.tell(Order::Expire).await?,
            Self::FourProcesses => {
                contender.end().await?;
                server.tell(Order::Expire).await?;
                return Ok((pages, several(scene, server).await));
            }
            Self::CallerCancelled => {
                server.tell(Order::Hold).await?;
                server.tell(Order::Expire).await?;
                contender.begin(&small()).await?;
                let held = server.tell(Order::Held).await;
                held.context("it asked for no token")?;
                contender.cancel().await?;
                server.tell(Order::Release).await?;
            }
            Self::Unavailable => {
                server.tell(Order::RefuseOnce).await?;
                server.tell(Order::Expire).await?;
            }
            Self::SlowTokens => {
                let millis = u64::try_from(SLOW.as_millis())?;
                server.tell(Order::SlowTokens { millis }).await?;
                server.tell(Order::Expire).await?;
            }
        }
        let called = contender.call(&small(), self.calls(), self.calls()).await?;
        contender.end().await?;
        Ok((pages, called))
    }
}

/// Processes that start at once on one folder; one that cannot has failed all its calls.
async fn several(scene: &Scene<'_>, server: &SampleServer) -> Called {
    let share = Trouble::FourProcesses.calls() / PROCESSES;
    let one = || async {
        let mut contender = Contender::start(scene.peer, &scene.place(server)).await?;
        let called = contender.call(&small(), share, share).await?;
        contender.end().await?;
        anyhow::Ok(called)
    };
    let (first, second, third, fourth) = tokio::join!(one(), one(), one(), one());
    let mut all = Called::default();
    for called in [first, second, third, fourth] {
        match called {
            Ok(called) => all.merge(called),
            Err(error) => all.merge(Called {
                nanos: Vec::new(),
                failed: share,
                why: Some(format!("{error:#}")),
            }),
        }
    }
    all
}
