//! What becomes of calls when the access token is at its end.

mod trouble;

use anyhow::Result;
use drawbridge_bench::{contender::Called, server::Order};
use tokio::time::{Duration, timeout};

pub(crate) use self::trouble::Trouble;
use crate::{
    peers::{self, Home, Peer, Place},
    sample_server::SampleServer,
    site::Site,
};

/// For one row of one contender, whatever happens.
const LIMIT: Duration = Duration::from_mins(1);

/// What came of one trouble.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) refreshes: usize,
    pub(crate) reuses: usize,
    /// How often the person was shown a sign-in page.
    pub(crate) pages: usize,
    pub(crate) ok: usize,
    pub(crate) calls: usize,
    /// Why the first call failed that did.
    pub(crate) why: Option<String>,
}

impl Outcome {
    /// One refresh, nobody bothered, nothing lost.
    pub(crate) fn is_right(&self) -> bool {
        let Self {
            refreshes,
            reuses,
            pages,
            ok,
            calls,
            ..
        } = self;
        (*refreshes, *reuses, *pages) == (1, 0, 0) && ok == calls && *calls > 0
    }
}

/// One trouble; by contender what came of it, or why it is missing.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) trouble: Trouble,
    pub(crate) outcomes: Vec<(&'static Peer, Result<Outcome, String>)>,
}

pub(crate) async fn compare(site: &Site) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for trouble in Trouble::ALL {
        let mut outcomes = Vec::new();
        for peer in peers::ALL.into_iter().filter(|peer| peer.renews) {
            let outcome = timeout(LIMIT, one(trouble, peer, site)).await;
            let outcome = match outcome {
                Ok(outcome) => outcome.map_err(|error| format!("{error:#}")),
                Err(_) => Err(format!("not over after {} s", LIMIT.as_secs())),
            };
            outcomes.push((peer, outcome));
        }
        rows.push(Row { trouble, outcomes });
    }
    Ok(rows)
}

async fn one(trouble: Trouble, peer: &'static Peer, site: &Site) -> Result<Outcome> {
    let home = Home::new(site)?;
    // New ones each time: whatever hangs in the old ones is gone.
    let mut server = SampleServer::start(site, home.path()).await?;
    server.tell(Order::Reset).await?;
    let scene = trouble::Scene {
        peer,
        site,
        home: &home,
    };
    let (pages, called) = trouble.happen(&scene, &mut server).await?;
    let Called { nanos, failed, why } = called;
    let counts = server.count().await?;
    Ok(Outcome {
        refreshes: counts.refreshes,
        reuses: counts.reuses,
        pages: home.pages() - pages,
        ok: nanos.len(),
        calls: nanos.len() + failed,
        why,
    })
}

impl trouble::Scene<'_> {
    fn place<'a>(&'a self, server: &'a SampleServer) -> Place<'a> {
        Place {
            site: self.site,
            home: self.home,
            server,
        }
    }
}
