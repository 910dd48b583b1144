//! Whether a session that was lost is brought back at once.

use std::time::Duration;

use tokio::time::Instant;

pub(super) struct Returning {
    first: Duration,
    longest: Duration,
    /// One that its server has forgotten has to have lived longer than this.
    life: Duration,
    last: Option<Instant>,
}

impl Returning {
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            life: first,
            last: None,
        }
    }

    /// Any session is, if none was for a while. A server that is well, and has forgotten it, may do that more
    /// often, but not without end: each time the next one has to live twice as long.
    pub(super) fn may(&mut self, since: Instant, now: Instant, is_forgotten: bool) -> bool {
        let lived = now.duration_since(since);
        if lived > self.longest {
            self.life = self.first;
        }
        let is_rare = self
            .last
            .is_none_or(|last| now.duration_since(last) > self.longest);
        let has_lived = is_forgotten && lived > self.life;
        if has_lived && !is_rare {
            self.life = (self.life * 2).min(self.longest);
        }
        let may = is_rare || has_lived;
        if may {
            self.last = Some(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How often in a row a session is brought back that is lost after each of these lives, in seconds.
    fn brought_back(lives: &[u32], is_forgotten: bool) -> Vec<bool> {
        let mut returning = Returning::new(SECOND, 8 * SECOND);
        let mut now = Instant::now();
        let mut lost = |life| {
            let since = now;
            now += SECOND * life;
            returning.may(since, now, is_forgotten)
        };
        lives.iter().map(|life| lost(*life)).collect()
    }

    #[test]
    fn a_server_that_forgets_again_and_again_is_believed_less_and_less() {
        let returned = brought_back(&[2, 2, 2, 3, 3, 5], true);
        assert_eq!(returned, [true, true, false, true, false, true]);
    }

    #[test]
    fn a_long_life_makes_up_for_all_before() {
        let returned = brought_back(&[2, 2, 3, 9, 2, 2], true);
        assert_eq!(returned, [true, true, true, true, true, false]);
    }

    #[test]
    fn a_session_that_breaks_is_brought_back_once_in_a_while() {
        let returned = brought_back(&[1, 7, 7, 7], false);
        assert_eq!(returned, [true, false, true, false]);
    }
}
