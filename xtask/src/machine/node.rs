//! Node.js and its packages.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::version::number;
use crate::{
    place,
    step::{command, npm, read, run, step},
};

/// What the locked packages of `ui` take: two lines, each from a minor version on, ...
const LINES: [(u32, u32); 2] = [(20, 19), (22, 12)];
/// ... and all from this one on. The lines between them are not among it.
const FROM: u32 = 24;

/// One clear sentence, if Node is missing or one that the front end is not built with.
pub(super) fn check() -> Result<()> {
    let [(a, in_a), (b, in_b)] = LINES;
    let wanted = format!(
        "Node.js {a} from {a}.{in_a} on, {b} from {b}.{in_b} on, or {FROM} and newer is needed to build the front end"
    );
    let version = read(command("node").arg("--version"))
        .with_context(|| format!("{wanted}, and there is none"))?;
    if !number(&version).is_some_and(is_taken) {
        bail!("{wanted}, and this is {}", version.trim());
    }
    Ok(())
}

fn is_taken((major, minor): (u32, u32)) -> bool {
    major >= FROM
        || LINES
            .iter()
            .any(|(line, from)| major == *line && minor >= *from)
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

#[cfg(test)]
mod tests {
    use super::{is_taken, number};

    #[test]
    fn what_the_locked_packages_leave_out_is_not_taken() {
        let takes = |version| number(version).is_some_and(is_taken);
        for version in ["v20.19.4", "v22.12.0", "v24.0.0", "v25.1.0"] {
            assert!(takes(version), "{version}");
        }
        for version in ["v18.20.1", "v20.9.0", "v21.7.3", "v22.11.0", "v23.11.0"] {
            assert!(!takes(version), "{version}");
        }
    }

    #[test]
    fn npm_is_told_the_same() {
        let told = include_str!("../../../ui/package.json");
        assert!(told.contains(r#""node": "^20.19 || ^22.12 || >=24""#));
    }
}
