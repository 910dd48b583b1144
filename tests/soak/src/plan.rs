//! Which fault befalls which server when: all of it follows from the seed.

use std::{ops::Range, time::Duration};

use drawbridge_engine::view::Millis;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use crate::fault::{Fault, Side};

/// Seconds that a fault lasts.
const LASTS: Range<f64> = 1.0..6.0;
/// Seconds that the token endpoint lets wait; less than its tokens live.
const SLOW: Range<f64> = 1.0..3.0;
/// Seconds in `Retry-After`.
const ASKED: Range<u32> = 1..5;
/// Seconds from one fault of an authorization server to its next one.
const AUTH_REST: Range<f64> = 15.0..35.0;
/// The same of an MCP server: longer than a session has to hold to be one that holds.
const MCP_REST: Range<f64> = 80.0..110.0;
/// From the last fault to the end.
pub(crate) const CALM: Duration = Duration::from_secs(25);
/// No authorization server suffers anything so long before and after a process is killed.
const AROUND_A_KILL: Duration = Duration::from_secs(7);
/// When a process is killed, as parts of the whole time. Afterwards there is enough of it left to see
/// whether the next one stays as small as it is.
const KILLS: [Range<f64>; 2] = [0.15..0.2, 0.3..0.35];

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    pub(crate) at: Duration,
    pub(crate) lasts: Duration,
    pub(crate) server: usize,
    pub(crate) fault: Fault,
    /// What `Retry-After` says, where it is sent; in seconds.
    pub(crate) retry_after: u32,
}

impl Planned {
    /// What `Retry-After` says, in milliseconds; nothing where it is not sent.
    pub(crate) fn asked(&self) -> Millis {
        match self.fault {
            Fault::TokenLimited => Millis::from(self.retry_after) * 1_000,
            _ => 0,
        }
    }
}

/// All that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// In the order of time.
    pub(crate) faults: Vec<Planned>,
    /// When the second process is killed.
    pub(crate) kills: Vec<Duration>,
}

/// Plans so long a time for so many servers.
pub(crate) fn plan(seed: u64, servers: usize, length: Duration) -> Plan {
    let mut dice = StdRng::seed_from_u64(seed);
    let kills: Vec<Duration> = KILLS
        .into_iter()
        .map(|when| length.mul_f64(dice.random_range(when)))
        .collect();
    let mut faults = Vec::new();
    for server in 0..servers {
        for (side, rest) in [(Side::Auth, AUTH_REST), (Side::Mcp, MCP_REST)] {
            let mut at = seconds(&mut dice, 0.0..rest.end);
            loop {
                let planned = one(&mut dice, side, server, at);
                let over = at + planned.lasts;
                if over + CALM > length {
                    break;
                }
                if side == Side::Mcp || kills.iter().all(|kill| is_clear_of(&planned, *kill)) {
                    faults.push(planned);
                }
                at = over + seconds(&mut dice, rest.clone());
            }
        }
    }
    faults.sort_by_key(|planned| planned.at);
    Plan { faults, kills }
}

fn one(dice: &mut StdRng, side: Side, server: usize, at: Duration) -> Planned {
    let all: Vec<Fault> = Fault::ALL
        .into_iter()
        .filter(|fault| fault.side() == side)
        .collect();
    // Never empty: each side has its faults.
    let fault = all.choose(dice).copied().unwrap_or(Fault::TokenBusy);
    let lasts = match fault {
        fault if fault.is_sudden() => Duration::ZERO,
        Fault::TokenSlow | Fault::TokenAnswerSlow => seconds(dice, SLOW),
        _ => seconds(dice, LASTS),
    };
    Planned {
        at,
        lasts,
        server,
        fault,
        retry_after: dice.random_range(ASKED),
    }
}

fn seconds(dice: &mut StdRng, range: Range<f64>) -> Duration {
    Duration::from_secs_f64(dice.random_range(range))
}

fn is_clear_of(planned: &Planned, kill: Duration) -> bool {
    planned.at > kill + AROUND_A_KILL || planned.at + planned.lasts + AROUND_A_KILL < kill
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: Duration = Duration::from_mins(10);

    #[test]
    fn a_seed_repeats_its_faults() {
        assert_eq!(plan(7, 50, LENGTH), plan(7, 50, LENGTH));
        assert_ne!(plan(7, 50, LENGTH), plan(8, 50, LENGTH));
    }

    #[test]
    fn each_kind_of_fault_is_in_it() {
        let plan = plan(7, 50, LENGTH);
        for fault in Fault::ALL {
            assert!(
                plan.faults.iter().any(|planned| planned.fault == fault),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn a_server_suffers_one_fault_at_a_time_and_none_at_the_end_or_around_a_kill() {
        let plan = plan(7, 50, LENGTH);
        for (place, one) in plan.faults.iter().enumerate() {
            let over = one.at + one.lasts;
            assert!(over + CALM <= LENGTH);
            for next in &plan.faults[place + 1..] {
                let same = next.server == one.server && next.fault.side() == one.fault.side();
                assert!(!same || next.at > over, "{one:?}, {next:?}");
            }
            let is_auth = one.fault.side() == Side::Auth;
            assert!(!is_auth || plan.kills.iter().all(|kill| is_clear_of(one, *kill)));
        }
        assert_eq!(plan.kills.len(), KILLS.len());
    }
}
