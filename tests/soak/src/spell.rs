//! How far faults reach: while they last, and while Drawbridge puts off its next try afterwards.

use drawbridge_engine::view::Millis;

use crate::{ledger::Happened, words::Called};

/// For what takes its time on a busy machine.
const LEEWAY: Millis = 1_000;
/// The first wait for another try.
const FIRST_WAIT: Millis = 1_000;

/// Faults of one server that follow so closely that one reaches into the next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spell {
    begin: Millis,
    end: Millis,
    asked: Millis,
    codes: Vec<&'static str>,
}

impl Spell {
    /// Waits double from one second on, a tenth longer at most, so the last one is no longer than all
    /// before it and the first once more; or as long as the server asked for.
    fn reach(&self) -> Millis {
        let wait = (self.end - self.begin + FIRST_WAIT).max(self.asked);
        self.end + wait * 11 / 10 + LEEWAY
    }
}

/// What may have made calls of one server fail.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    spells: Vec<Spell>,
    all: Vec<Happened>,
}

impl Troubles {
    /// Of these faults of one server.
    pub(crate) fn of(mut faults: Vec<Happened>) -> Self {
        faults.sort_by_key(|happened| happened.begin);
        let mut spells: Vec<Spell> = Vec::new();
        for happened in &faults {
            match spells.last_mut() {
                _ if happened.fault.codes().is_empty() => {}
                Some(spell) if happened.begin <= spell.reach() => {
                    spell.end = spell.end.max(happened.end);
                    spell.asked = spell.asked.max(happened.asked);
                    spell.codes.extend(happened.fault.codes());
                }
                _ => spells.push(Spell {
                    begin: happened.begin,
                    end: happened.end,
                    asked: happened.asked,
                    codes: happened.fault.codes().to_vec(),
                }),
            }
        }
        Self {
            spells,
            all: faults,
        }
    }

    /// Whether one of them reached this call, and may make calls fail so.
    pub(crate) fn explain(&self, failed: &Called) -> bool {
        let code = failed.code.as_deref().unwrap_or_default();
        let over_a_spell = self.spells.iter().any(|spell| {
            let reached = failed.begin <= spell.reach() && failed.end >= spell.begin;
            reached && spell.codes.contains(&code)
        });
        over_a_spell || self.all.iter().any(|happened| cut_off(failed, happened))
    }

    /// How much of a time nothing reached into, in milliseconds.
    pub(crate) fn quiet(&self, begin: Millis, end: Millis) -> Millis {
        let reached = self.spells.iter().map(|spell| {
            let (from, to) = (spell.begin.max(begin), spell.reach().min(end));
            (to - from).max(0)
        });
        end - begin - reached.sum::<Millis>()
    }
}

/// Whether this call was under way when a fault began that makes such calls fail so.
fn cut_off(failed: &Called, happened: &Happened) -> bool {
    let code = failed.code.as_deref().unwrap_or_default();
    let under_way = failed.begin <= happened.begin && happened.begin <= failed.end;
    under_way && happened.fault.codes_under_way().contains(&code)
}

/// The last fault that began before this call ended and makes calls fail so.
pub(crate) fn cause<'a>(failed: &Called, faults: &'a [Happened]) -> Option<&'a Happened> {
    let code = failed.code.as_deref().unwrap_or_default();
    faults
        .iter()
        .filter(|it| it.server == failed.server && it.begin <= failed.end)
        .filter(|it| it.fault.codes().contains(&code) || cut_off(failed, it))
        .max_by_key(|it| it.begin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fault::Fault, words::Tool};

    fn happened(fault: Fault, begin: Millis, end: Millis) -> Happened {
        Happened {
            server: 0,
            fault,
            begin,
            end,
            asked: 0,
            tokens_ended: 0,
        }
    }

    fn failed(code: &str, begin: Millis) -> Called {
        Called {
            server: 0,
            tool: Tool::Greet,
            begin,
            end: begin + 10,
            code: Some(code.to_owned()),
        }
    }

    #[test]
    fn a_fault_explains_its_own_codes_while_it_lasts_and_about_as_long_again() {
        let troubles = Troubles::of(vec![happened(Fault::TokenBusy, 10_000, 13_000)]);
        let explained = |code, begin| troubles.explain(&failed(code, begin));
        assert!(explained("sign_in_unavailable", 11_000));
        assert!(explained("sign_in_unavailable", 18_000));
        assert!(!explained("sign_in_unavailable", 19_000));
        assert!(!explained("sign_in_unavailable", 9_000));
        assert!(!explained("reauth_required", 11_000));
        assert!(!explained("not_connected", 11_000));
        assert_eq!(troubles.quiet(0, 100_000), 100_000 - 8_400);
    }

    #[test]
    fn faults_that_follow_closely_are_one_spell() {
        let troubles = Troubles::of(vec![
            happened(Fault::TokenBusy, 16_000, 20_000),
            happened(Fault::McpAway, 10_000, 14_000),
        ]);
        assert!(troubles.explain(&failed("unreachable", 31_000)));
        assert!(!troubles.explain(&failed("unreachable", 33_500)));
    }

    #[test]
    fn what_nobody_may_notice_explains_nothing() {
        let troubles = Troubles::of(vec![
            happened(Fault::TokensEnded, 10_000, 10_000),
            happened(Fault::TokenSlow, 20_000, 23_000),
            happened(Fault::SessionsForgotten, 30_000, 30_001),
        ]);
        for begin in [10_000, 21_000, 30_000] {
            assert!(!troubles.explain(&failed("sign_in_unavailable", begin)));
        }
    }

    #[test]
    fn what_was_under_way_may_be_cut_off() {
        let troubles = Troubles::of(vec![happened(Fault::SessionsForgotten, 30_000, 30_001)]);
        assert!(troubles.explain(&failed("interrupted", 29_995)));
        assert!(!troubles.explain(&failed("interrupted", 29_985)));
        assert!(!troubles.explain(&failed("interrupted", 30_002)));
    }

    #[test]
    fn the_cause_is_the_last_fault_that_fits() {
        let faults = [
            happened(Fault::TokenBusy, 1_000, 2_000),
            happened(Fault::TokenCut, 3_000, 4_000),
            happened(Fault::McpBusy, 5_000, 6_000),
        ];
        let failed = failed("sign_in_unavailable", 6_500);
        let cause = cause(&failed, &faults).map(|happened| happened.fault);
        assert_eq!(cause, Some(Fault::TokenCut));
    }
}
