//! Where the packages are that were made.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};

/// The newest package of each kind.
pub(super) fn packages(bundles: &Path, kinds: &[String]) -> Result<Vec<PathBuf>> {
    kinds
        .iter()
        .map(|kind| newest(&bundles.join(kind), ending(kind)))
        .collect()
}

fn ending(kind: &str) -> &str {
    match kind {
        "nsis" => "exe",
        "appimage" => "AppImage",
        kind => kind,
    }
}

fn newest(folder: &Path, ending: &str) -> Result<PathBuf> {
    let there = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    there
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == ending))
        .max_by_key(|path| changed(path))
        .with_context(|| format!("there is no {ending} in {}", folder.display()))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|facts| facts.modified()).ok()
}
