//! `cargo xtask gallery`

use anyhow::Result;

use crate::{
    machine::{self, Need},
    place,
    step::{npm, run, step},
};

/// A picture of every scene of `tests/gallery/scenes.mjs` in every look, and a page that shows them all.
pub(crate) fn gallery() -> Result<()> {
    machine::prepare(&[Need::Build, Need::Pictures])?;
    let folder = place::target().join("gallery");
    step("take the pictures", || {
        let mut make = npm("tests/gallery");
        make.args(["run", "--silent", "make", "--"]);
        run(make.arg(&folder).arg("/usr/bin/chromium"))
    })?;
    println!("  {}", folder.join("index.html").display());
    Ok(())
}
