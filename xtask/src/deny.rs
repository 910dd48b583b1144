//! `cargo xtask deny`

use anyhow::Result;

use crate::{
    machine,
    step::{command, run, step},
};

/// Licences, bans and sources of every dependency, by `deny.toml`.
pub(crate) fn deny() -> Result<()> {
    let tool = machine::cargo_deny()?;
    step("check licences, bans and sources", || {
        run(command(tool).args(["check", "licenses", "bans", "sources"]))
    })
}
