//! Parts of the Rust toolchain that an installation may leave out.

use anyhow::{Result, bail};

use crate::step::{cargo, command, read, run, step};

/// Adds the component that answers `cargo NAME`, unless it is there.
pub(super) fn install(name: &str, component: &str) -> Result<()> {
    if read(cargo().args([name, "--version"])).is_ok() {
        return Ok(());
    }
    if read(command("rustup").arg("--version")).is_err() {
        bail!(
            "`cargo {name}` does not run, and there is no rustup to add it: \
             install {component} from where your Rust came from"
        );
    }
    step(&format!("install {component}"), || {
        run(command("rustup").args(["component", "add", component]))
    })
}
