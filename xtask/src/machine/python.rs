//! A Python environment of its own for the servers that are written in it.

use std::fs;

use anyhow::Result;

use super::packages;
use crate::{
    place,
    step::{command, run, step},
};

/// The environment: `ThirdParty` of the testkit looks for it here.
const PLACE: &str = "target/third_party/venv";
const WANTED: &str = "tests/third_party/requirements.txt";

/// Installs what the list names, unless that is what is there.
pub(super) fn install() -> Result<()> {
    packages::install(packages::PYTHON)?;
    let venv = place::root().join(PLACE);
    let wanted = fs::read_to_string(place::root().join(WANTED))?;
    // Written last.
    let installed = venv.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|list| list == wanted) {
        return Ok(());
    }
    step(&format!("pip install in {PLACE}"), || {
        run(command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv))?;
        let mut pip = command(venv.join("bin/pip"));
        run(pip.args(["install", "--quiet", "--no-deps", "--requirement", WANTED]))?;
        Ok(fs::write(&installed, &wanted)?)
    })
}
