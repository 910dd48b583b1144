//! How much an installation takes.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::step::{command, read};

/// The most that it may take, in KiB: 12 MB.
const LARGEST: u64 = 12_000_000 / 1024;

/// Tells what a Debian package takes on the disk, as the package itself has it, and refuses one
/// that is too large.
pub(super) fn check(package: &Path) -> Result<()> {
    let is_deb = package.extension().is_some_and(|end| end == "deb");
    if !is_deb || !Path::new("/usr/bin/dpkg-deb").exists() {
        return Ok(());
    }
    let mut field = command("dpkg-deb");
    let size = read(field.arg("--field").arg(package).arg("Installed-Size"))?;
    let size: u64 = size.trim().parse()?;
    println!("  installed: {size} KiB, at most {LARGEST} KiB");
    ensure!(
        size <= LARGEST,
        "the package takes {size} KiB, and may take {LARGEST} KiB"
    );
    Ok(())
}
