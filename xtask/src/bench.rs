//! `cargo xtask bench`

use anyhow::Result;

use crate::{
    machine, place,
    run::front_end,
    step::{cargo, command, run, step},
};

/// What is measured, and what measures it.
const PACKAGES: [&str; 4] = [
    "drawbridge-cli",
    "drawbridge-desktop",
    "drawbridge-empty-window",
    "drawbridge-bench",
];

/// Measures everything, or the named parts alone; fails when a target is missed.
pub(crate) fn bench(parts: &[&str]) -> Result<()> {
    machine::can_build()?;
    machine::can_seat_a_person()?;
    front_end()?;
    step("build for measuring", || {
        let mut build = cargo();
        build.args(["build", "--quiet", "--profile", "measured"]);
        for package in PACKAGES {
            build.args(["--package", package]);
        }
        run(&mut build)
    })?;
    let program = place::target().join("measured/drawbridge-bench");
    step("measure", || run(command(program).args(parts)))
}
