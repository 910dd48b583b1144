//! `cargo xtask bench`

use anyhow::Result;

use crate::{
    machine::{self, Need},
    place,
    run::front_end,
    step::{cargo, command, run, step},
};

/// What is measured without a window, and what measures it.
const PACKAGES: [&str; 2] = ["drawbridge-cli", "drawbridge-bench"];
/// What has a window.
const WINDOWS: [&str; 2] = ["drawbridge-desktop", "drawbridge-empty-window"];
/// The parts that others take part in.
const PEERS: [&str; 4] = ["start", "calls", "memory", "refresh"];

/// The parts that need them.
const ON_SCREEN: [&str; 2] = ["window", "list"];

/// Everything but what needs a screen and a build of the app.
const NO_WINDOW: &str = "--no-window";

/// Measures everything, or the named parts alone; fails when a target is missed.
pub(crate) fn bench(parts: &[&str]) -> Result<()> {
    let wanted = |part| match parts {
        [] => true,
        [NO_WINDOW] => !ON_SCREEN.contains(&part),
        parts => parts.contains(&part),
    };
    let on_screen = ON_SCREEN.into_iter().any(wanted);
    let mut needs = vec![Need::Build];
    if PEERS.into_iter().any(wanted) {
        needs.push(Need::Peers);
    }
    let mut packages = PACKAGES.to_vec();
    if on_screen {
        packages.extend(WINDOWS);
        needs.push(Need::Person);
    }
    machine::prepare(&needs)?;
    if on_screen {
        front_end()?;
    }
    step("build for measuring", || {
        let mut build = cargo();
        build.args(["build", "--quiet", "--profile", "measured"]);
        for package in packages {
            build.args(["--package", package]);
        }
        run(&mut build)
    })?;
    let program = place::target().join("measured/drawbridge-bench");
    step("measure", || run(command(program).args(parts)))
}
