//! `cargo xtask book`

mod links;
mod page;
mod pictures;

use anyhow::{Result, bail};

use crate::{
    machine, place,
    step::{command, run, step},
};

/// The guide for people: checks where its links lead, and makes the site in `target/book`.
/// `--pictures` takes the screens of the last end-to-end tests into it first.
pub(crate) fn book(options: &[&str]) -> Result<()> {
    match options {
        [] => {}
        ["--pictures"] => pictures::renew()?,
        _ => bail!("book takes --pictures alone"),
    }
    let broken = links::broken(&place::root())?;
    if !broken.is_empty() {
        bail!("these links lead nowhere:\n  {}", broken.join("\n  "));
    }
    let tool = machine::mdbook()?;
    let site = place::target().join("book");
    step("make the guide", || {
        run(command(tool)
            .args(["build", "docs/guide", "--dest-dir"])
            .arg(&site))
    })?;
    println!("  {}", site.join("index.html").display());
    Ok(())
}
