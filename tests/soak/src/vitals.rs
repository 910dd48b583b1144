//! How much memory and how many files a process has, as Linux counts it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

/// One look at a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vitals {
    /// Since the faults began.
    pub(crate) at: Duration,
    /// Proportional set size, in KiB.
    pub(crate) kib: u64,
    /// Open file handles.
    pub(crate) handles: u64,
}

impl Vitals {
    /// Looks at a process.
    pub(crate) fn of(process: u32, at: Duration) -> Result<Self> {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let pss = pss.and_then(|rest| rest.split_whitespace().next());
        let handles = fs::read_dir(format!("/proc/{process}/fd"))?.count();
        Ok(Self {
            at,
            kib: pss.context("no Pss in smaps_rollup")?.parse()?,
            handles: u64::try_from(handles)?,
        })
    }
}

/// One quantity in an early part and in the last part of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trend {
    pub(crate) early: u64,
    pub(crate) late: u64,
}

/// Growth that is none: a tenth, or this much if that is more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leeway(pub(crate) u64);

/// Parts of a life, in percent: once it is warm, and the last.
const EARLY: (usize, usize) = (20, 40);
const LATE: (usize, usize) = (80, 100);
/// Of a shorter life nothing is said.
const SHORTEST: Duration = Duration::from_mins(3);

impl Trend {
    /// The medians of the two parts; nothing of a life that is too short to be warm in time.
    pub(crate) fn of(life: &[Vitals], quantity: impl Fn(&Vitals) -> u64) -> Option<Self> {
        if life.last()?.at.saturating_sub(life.first()?.at) < SHORTEST {
            return None;
        }
        let median = |(from, to): (usize, usize)| {
            let part = &life[life.len() * from / 100..life.len() * to / 100];
            let mut values: Vec<u64> = part.iter().map(&quantity).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied()
        };
        Some(Self {
            early: median(EARLY)?,
            late: median(LATE)?,
        })
    }

    pub(crate) fn is_flat(self, leeway: Leeway) -> bool {
        self.late <= self.early + (self.early / 10).max(leeway.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(of: impl Fn(u64) -> u64) -> Vec<Vitals> {
        let look = |second: u64| Vitals {
            at: Duration::from_secs(second * 2),
            kib: of(second),
            handles: 0,
        };
        (0..100).map(look).collect()
    }

    #[test]
    fn what_only_warms_up_is_flat_and_what_grows_is_not() {
        let flat = |of: fn(u64) -> u64| {
            let trend = Trend::of(&life(of), |look| look.kib).unwrap();
            trend.is_flat(Leeway(2))
        };
        assert!(flat(|second| 1_000 + second.min(15) * 100));
        assert!(flat(|_| 5));
        assert!(!flat(|second| 1_000 + second * 4));
    }

    #[test]
    fn nothing_is_said_of_a_short_life() {
        assert_eq!(Trend::of(&[], |look| look.kib), None);
        let short = &life(|_| 5)[..50];
        assert_eq!(Trend::of(short, |look| look.kib), None);
    }
}
