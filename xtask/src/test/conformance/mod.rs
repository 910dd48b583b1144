//! The official conformance suite of MCP, driven scenario by scenario: only so does it count how
//! the client exits.

mod report;
mod result;
mod scenario;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use self::{result::Outcome, scenario::Scenario};
use super::{
    count::Count,
    suite::{Verdict, judge},
};
use crate::{
    machine, place,
    step::{cargo, command, run},
};

/// The client under test, an example of the engine.
const CLIENT: &str = "conformance_client";

/// Runs every scenario that is scored, writes the table of results, and fails if one of them is not
/// wholly well or the table is not the one that is committed.
pub(super) fn conformance() -> Verdict {
    judge("conformance", || match all() {
        Ok(judged) => judged,
        Err(error) => (Count::one(false), vec![format!("{error:#}")]),
    })
}

fn all() -> Result<(Count, Vec<String>)> {
    machine::has_conformance_suite()?;
    run(cargo().args(["build", "--workspace", "--example", CLIENT]))?;
    let out = place::target().join("conformance");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let mut outcomes = Vec::new();
    for scenario in scenario::wanted()? {
        let outcome = play(scenario, &out)?;
        println!("{outcome}");
        outcomes.push(outcome);
    }
    let mut count = Count::default();
    let mut failures = Vec::new();
    for outcome in &outcomes {
        count += Count::one(outcome.is_well());
        if !outcome.is_well() {
            failures.push(format!("{}: {}", outcome.scenario, outcome.trouble()));
        }
    }
    let is_committed = report::write(&outcomes)?;
    count += Count::one(is_committed);
    if !is_committed {
        failures.push(format!("{} was out of date: commit it", report::PLACE));
    }
    Ok((count, failures))
}

/// Lets the suite play its part against our client.
fn play(scenario: Scenario, out: &Path) -> Result<Outcome> {
    let out = out.join(scenario.folder());
    fs::create_dir_all(&out)?;
    let examples = place::target().join("debug/examples");
    let mut suite = suite();
    // The suite takes the command apart at spaces, and our folder may have some.
    suite.current_dir(examples).args(["client", "--command"]);
    suite.arg(scenario.client());
    suite.args(["--scenario", &scenario.name, "-o"]).arg(&out);
    if let Some(version) = &scenario.version {
        suite.args(["--spec-version", version]);
    }
    let played = suite.output()?;
    fs::write(out.join("log.txt"), &played.stderr)?;
    Outcome::read(scenario, played.status.success(), &out)
}

/// The suite's program in the Node.js that it needs.
fn suite() -> Command {
    let mut suite = command(here("node/node_modules/.bin/node"));
    suite.arg(here(
        "suite/node_modules/@modelcontextprotocol/conformance/dist/index.js",
    ));
    suite
}

fn here(path: &str) -> PathBuf {
    place::root().join("tests/conformance").join(path)
}
