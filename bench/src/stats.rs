//! Numbers out of many rounds.

use std::time::Duration;

/// Times of the same thing, one a round.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, times: impl IntoIterator<Item = Duration>) {
        self.0.extend(times);
    }

    pub(crate) fn rounds(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }

    pub(crate) fn p90(&self) -> f64 {
        self.percentile(90)
    }

    pub(crate) fn p99(&self) -> f64 {
        self.percentile(99)
    }

    /// In milliseconds, by the nearest rank; NaN without rounds.
    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted
            .get(rank - 1)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Ours against the bare thing.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) ours: Times,
    pub(crate) bare: Times,
}

impl Comparison {
    /// How many times as long ours takes, median by median.
    pub(crate) fn ratio(&self) -> f64 {
        self.ours.median() / self.bare.median()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut times = Times::default();
        for ms in [5, 1, 4, 2, 3] {
            times.add(Duration::from_millis(ms));
        }
        assert_eq!(format!("{} {}", times.median(), times.p90()), "3 5");
    }

    #[test]
    fn nothing_measured_meets_no_target() {
        assert!(Comparison::default().ratio().is_nan());
    }
}
