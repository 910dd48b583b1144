//! `cargo xtask soak`

use anyhow::Result;

use crate::{
    machine::{self, Need},
    place,
    step::{cargo, command, run, step},
};

/// What soaks.
const PACKAGE: &str = "drawbridge-soak";

/// Soaks with these options, `--minutes N` and `--seed N`; fails when a promise is not kept.
pub(crate) fn soak(options: &[&str]) -> Result<()> {
    machine::prepare(&[Need::Build])?;
    step("build for measuring", || {
        let build = [
            "build",
            "--quiet",
            "--profile",
            "measured",
            "--package",
            PACKAGE,
        ];
        run(cargo().args(build))
    })?;
    let program = place::target().join("measured").join(PACKAGE);
    step("soak", || run(command(program).args(options)))
}
