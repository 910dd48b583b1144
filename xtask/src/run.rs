//! `cargo xtask run`

use anyhow::Result;

use crate::{
    machine::{self, Need},
    step::{cargo, npm, run as finish, step},
};

/// Builds and opens the app; `arguments` are for it.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    machine::prepare(&[Need::Build])?;
    front_end()?;
    step("build the app", || {
        finish(cargo().args(["build", "--package", "drawbridge-desktop"]))
    })?;
    println!("→ Drawbridge is open; this ends when you close it");
    let mut app = cargo();
    app.args(["run", "--quiet", "--package", "drawbridge-desktop", "--"]);
    finish(app.args(arguments))
}

/// Builds what the app shows.
pub(crate) fn front_end() -> Result<()> {
    step("build the front end", || {
        finish(npm("ui").args(["run", "--silent", "build", "--", "--logLevel", "warn"]))
    })
}
