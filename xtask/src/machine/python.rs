//! Python environments of their own for what is written in it.

use std::fs;

use anyhow::Result;

use crate::{
    place,
    step::{command, run, step},
};

/// The environment of the servers: `ThirdParty` of the testkit looks for it here.
const PLACE: &str = "target/third_party/venv";
const WANTED: &str = "tests/third_party/requirements.txt";

/// The servers of other houses.
pub(super) fn install() -> Result<()> {
    environment(PLACE, WANTED)
}

/// Installs what a list names, unless that is what is there.
pub(super) fn environment(folder: &str, list: &str) -> Result<()> {
    let venv = place::root().join(folder);
    let wanted = fs::read_to_string(place::root().join(list))?;
    // Written last.
    let installed = venv.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|list| list == wanted) {
        return Ok(());
    }
    step(&format!("pip install in {folder}"), || {
        run(command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv))?;
        let mut pip = command(venv.join("bin/pip"));
        run(pip.args(["install", "--quiet", "--no-deps", "--requirement", list]))?;
        Ok(fs::write(&installed, &wanted)?)
    })
}
