//! Places in the work tree.

use std::path::{Path, PathBuf};

/// The root of the work tree.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where screenshots go, if nobody says otherwise.
#[must_use]
pub fn screens() -> PathBuf {
    target().join("screens")
}

/// A program that `cargo xtask` put into `target/tools/bin`; otherwise the one in `PATH`.
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    let ours = workspace().join("target/tools/bin").join(name);
    if ours.exists() { ours } else { name.into() }
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}
