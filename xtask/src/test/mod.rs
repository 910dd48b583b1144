//! `cargo xtask test`

mod conformance;
mod count;
mod group;
#[cfg(all(test, unix))]
mod invariants;
mod runner;
mod suite;
mod suites;
mod targets;

use std::time::Instant;

use anyhow::{Result, bail};

#[cfg(target_os = "linux")]
pub(crate) use self::targets::LINUX_ALONE;
use self::{
    count::Count,
    suite::Verdict,
    suites::{SUITES, Suite},
    targets::HAS_DESK,
};
use crate::{
    machine::{self, Need},
    run::front_end,
    step::took,
};

/// Runs the named suites, or all; fails if anything in them does, but runs all of them first.
pub(crate) fn test(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !SUITES.iter().any(|suite| suite.name == **name))
    {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        bail!(
            "there is no suite {unknown}; there are {}",
            known.join(", ")
        );
    }
    let chosen = |suite: &&Suite| names.is_empty() || names.contains(&suite.name);
    let chosen: Vec<&Suite> = SUITES.iter().filter(chosen).collect();
    if !HAS_DESK && chosen.iter().any(|suite| suite.name == suites::END_TO_END) {
        bail!("the end-to-end tests run on Linux alone; name the suites that are to run here");
    }
    let begin = Instant::now();
    machine::prepare(&needs(&chosen))?;
    if needs_pages(&chosen) {
        front_end()?;
    }

    let verdicts: Vec<Verdict> = chosen.iter().flat_map(|suite| (suite.run)()).collect();

    println!("\n── Summary ──");
    let mut total = Count::default();
    for verdict in &verdicts {
        println!("{verdict}");
        for name in &verdict.failures {
            println!("    {name}");
        }
        total += verdict.count;
    }
    println!("All of it took {}.", took(begin.elapsed()));
    println!("{total}");
    if total.failed > 0 {
        bail!("{} failed", total.failed);
    }
    Ok(())
}

fn needs(chosen: &[&Suite]) -> Vec<Need> {
    let mut needs = vec![Need::Build];
    for need in chosen.iter().flat_map(|suite| suite.needs) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    needs
}

/// Whether the real window would show what was built some other time.
fn needs_pages(chosen: &[&Suite]) -> bool {
    let is_chosen = |name| chosen.iter().any(|suite| suite.name == name);
    is_chosen(suites::END_TO_END) && !is_chosen(suites::FRONT_END)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Vec<&'static Suite> {
        let suite = |name: &&str| SUITES.iter().find(|suite| suite.name == *name).unwrap();
        names.iter().map(suite).collect()
    }

    #[test]
    fn the_real_window_never_shows_old_pages() {
        assert!(needs_pages(&chosen(&["rust", "end-to-end"])));
        assert!(!needs_pages(&chosen(&["front-end", "end-to-end"])));
        assert!(!needs_pages(&chosen(&["rust"])));
    }

    #[test]
    fn what_a_suite_takes_is_there_before_it_begins() {
        let few = needs(&chosen(&["format", "clippy", "front-end"]));
        assert_eq!(few, [Need::Build, Need::Rustfmt, Need::Clippy]);
        let twice = needs(&chosen(&["rust", "end-to-end"]));
        let person = twice.iter().filter(|need| **need == Need::Person);
        assert_eq!(person.count(), usize::from(HAS_DESK));
    }
}
