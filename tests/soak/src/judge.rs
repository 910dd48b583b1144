//! What was found, and whether it is as promised.

use std::{collections::BTreeMap, time::Duration};

use drawbridge_engine::view::Millis;
use drawbridge_testkit::auth::Counters;

use crate::{
    fault::Fault,
    ledger::Account,
    run::WHOLE,
    spell::Troubles,
    town::TOKEN_LIFE,
    vitals::{Leeway, Trend, Vitals},
    words::Called,
};

/// Growth of a process that is none, beside a tenth of it.
const KIB: Leeway = Leeway(2 * 1024);
const HANDLES: Leeway = Leeway(10);

/// A process, as it was looked at while it lived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life {
    pub(crate) looks: Vec<Vitals>,
}

/// The second process died.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kill {
    pub(crate) at: Duration,
    /// Requests for tokens that waited at the servers, of both processes.
    pub(crate) waiting: usize,
}

/// Everything that a soak has found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) minutes: u32,
    pub(crate) seed: u64,
    /// From the first possible fault to the end of the calls.
    pub(crate) elapsed: Duration,
    pub(crate) begin: Millis,
    pub(crate) end: Millis,
    pub(crate) account: Account,
    /// What each authorization server had done before the faults, and in all.
    pub(crate) before: Vec<Counters>,
    pub(crate) after: Vec<Counters>,
    pub(crate) live_grants: Vec<usize>,
    /// Servers that each process was not connected to at the end.
    pub(crate) away: [Vec<usize>; 2],
    /// Of the first process, and of the last that was the second.
    pub(crate) lives: [Life; 2],
    pub(crate) kills: Vec<Kill>,
}

/// What is expected, and whether it is so.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) met: bool,
    pub(crate) sentence: String,
}

fn verdict(met: bool, sentence: String) -> Verdict {
    Verdict { met, sentence }
}

impl Findings {
    /// Whether it was long enough to be published.
    pub(crate) fn is_whole(&self) -> bool {
        self.minutes >= WHOLE
    }

    /// Each expectation in a sentence.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let servers = self.after.len();
        let reuses: usize = self.after.iter().map(|it| it.refresh_reuses).sum();
        let live = self.live_grants.iter().filter(|live| **live == 1).count();
        let once = |it: &&Counters| it.authorize_pages == 1;
        let signed_in_once = self.after.iter().filter(once).count();
        let pages = self.account.pages;
        let unexplained = self.unexplained().count();
        let too_many = self.refreshed_too_often();
        let away = self.away.each_ref().map(Vec::len);
        let kinds = Fault::ALL
            .into_iter()
            .filter(|fault| self.times(*fault) > 0);
        let (kinds, all_kinds) = (kinds.count(), Fault::ALL.len());
        let mut all = vec![
            verdict(
                reuses == 0,
                format!("{reuses} uses of a spent refresh token, 0 allowed"),
            ),
            verdict(
                live == servers,
                format!("{live} of {servers} grants of the beginning are alive"),
            ),
            verdict(
                pages == servers && signed_in_once == servers,
                format!("{pages} sign-in pages, one for each of {servers} servers"),
            ),
            verdict(
                unexplained == 0,
                format!("{unexplained} failed calls that no injected fault explains, 0 allowed"),
            ),
            verdict(
                too_many == 0,
                format!("{too_many} servers were asked for more tokens than had ended, 0 allowed"),
            ),
            verdict(
                away == [0, 0],
                format!(
                    "{} and {} servers not connected at the end, 0 allowed",
                    away[0], away[1]
                ),
            ),
            verdict(
                kinds == all_kinds,
                format!("{kinds} of {all_kinds} kinds of fault happened"),
            ),
        ];
        for (name, life) in ["first", "second"].into_iter().zip(&self.lives) {
            let memory = Trend::of(&life.looks, |look| look.kib);
            let handles = Trend::of(&life.looks, |look| look.handles);
            if memory.is_some() || self.is_whole() {
                all.push(flat(name, "KiB", memory, KIB));
                all.push(flat(name, "file handles", handles, HANDLES));
            }
        }
        all
    }

    /// What may have made calls fail, for each server.
    pub(crate) fn troubles(&self) -> Vec<Troubles> {
        let mut faults = vec![Vec::new(); self.after.len()];
        for happened in &self.account.faults {
            faults[happened.server].push(happened.clone());
        }
        faults.into_iter().map(Troubles::of).collect()
    }

    /// Failed calls that nothing explains.
    pub(crate) fn unexplained(&self) -> impl Iterator<Item = &Called> {
        let troubles = self.troubles();
        let explained = move |failed: &&Called| !troubles[failed.server].explain(failed);
        self.account.failed.iter().filter(explained)
    }

    /// How often a fault happened.
    pub(crate) fn times(&self, fault: Fault) -> usize {
        let faults = self.account.faults.iter();
        faults.filter(|happened| happened.fault == fault).count()
    }

    /// Refreshes since the faults began, for each server, and how many had a reason at most: a token
    /// came to its end, or was ended.
    pub(crate) fn refreshes(&self) -> Vec<(usize, usize)> {
        let mut ended: BTreeMap<usize, usize> = BTreeMap::new();
        for happened in &self.account.faults {
            *ended.entry(happened.server).or_default() += happened.tokens_ended;
        }
        // One more: the token that was there at the beginning ends, too.
        let lives = self.elapsed.as_secs() / TOKEN_LIFE.as_secs() + 1;
        let lives = usize::try_from(lives).unwrap_or(usize::MAX);
        let servers = self.before.iter().zip(&self.after).enumerate();
        servers
            .map(|(server, (before, after))| {
                let early = ended.get(&server).copied().unwrap_or_default();
                (after.refreshes - before.refreshes, lives + early)
            })
            .collect()
    }

    fn refreshed_too_often(&self) -> usize {
        let refreshes = self.refreshes().into_iter();
        refreshes.filter(|(made, most)| made > most).count()
    }
}

fn flat(process: &str, what: &str, trend: Option<Trend>, leeway: Leeway) -> Verdict {
    let Some(trend) = trend else {
        return verdict(
            false,
            format!("{what} of the {process} process were not seen"),
        );
    };
    let Trend { early, late } = trend;
    let least = leeway.0;
    verdict(
        trend.is_flat(leeway),
        format!(
            "{process} process: {early} {what} once it was warm and {late} at the end, \
             growth of a tenth or {least} allowed"
        ),
    )
}
