//! Node.js and its packages.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{
    place,
    step::{command, npm, read, run, step},
};

/// The oldest that Vite takes.
const OLDEST: (u32, u32) = (20, 19);

/// One clear sentence, if Node is missing or too old.
pub(super) fn check() -> Result<()> {
    let (major, minor) = OLDEST;
    let wanted = format!("Node.js {major}.{minor} or newer is needed to build the front end");
    let version = read(command("node").arg("--version"))
        .with_context(|| format!("{wanted}, and there is none"))?;
    let version = version.trim();
    if number(version).is_none_or(|number| number < OLDEST) {
        bail!("{wanted}, and this is {version}");
    }
    Ok(())
}

/// Installs what the lock file of a folder names, unless that is what is there.
pub(super) fn install(folder: &str) -> Result<()> {
    let place = place::root().join(folder);
    if !place.join("package-lock.json").exists() || is_fresh(&place) {
        return Ok(());
    }
    step(&format!("npm ci in {folder}"), || {
        run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })
}

fn is_fresh(folder: &Path) -> bool {
    let time = |file: &str| {
        let facts = fs::metadata(folder.join(file)).ok()?;
        facts.modified().ok()
    };
    // npm writes this file last.
    match (
        time("node_modules/.package-lock.json"),
        time("package-lock.json"),
    ) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}

fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, number};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(number("v20.19.4"), Some((20, 19)));
        assert!(number("v20.9.0").unwrap() < OLDEST);
        assert!(number("v22.1.0").unwrap() > OLDEST);
        assert_eq!(number("nonsense"), None);
    }
}
