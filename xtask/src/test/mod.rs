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
use crate::{machine, step::took};

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
    machine::can_build()?;
    if HAS_DESK && chosen.iter().any(|suite| suite.needs_a_desk) {
        machine::can_seat_a_person()?;
        machine::has_third_parties()?;
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
