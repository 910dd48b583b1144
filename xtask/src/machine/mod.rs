//! What the machine must have, and how it gets it.

mod node;
mod packages;
mod peers;
mod python;
mod tools;

use anyhow::Result;

pub(crate) use self::tools::{cargo_deny, mdbook};

/// All that building the app needs.
pub(crate) fn can_build() -> Result<()> {
    packages::install(packages::BUILD)?;
    node::check()?;
    node::install("ui")
}

/// All that a person at a computer needs who is not there (see `tests/desk`).
pub(crate) fn can_seat_a_person() -> Result<()> {
    packages::install(packages::DESK)?;
    tools::tauri_driver()
}

/// The official conformance suite, and the Node.js that it needs.
pub(crate) fn has_conformance_suite() -> Result<()> {
    node::install("tests/conformance/suite")?;
    node::install("tests/conformance/node")
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
