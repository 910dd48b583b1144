//! Where the packages are that were made.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};

/// An app of macOS that is packed for the updater; it comes in no other package.
const PACKED_APP: &str = "app.tar.gz";

/// The newest package of each kind and, if updates are signed, what the updater takes.
pub(super) fn packages(bundles: &Path, kinds: &[String], signed: bool) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    for kind in kinds {
        let updates = matches!(kind.as_str(), "app" | "appimage" | "nsis" | "msi") && signed;
        if kind == "app" && !updates {
            // A folder, from which the image was made.
            continue;
        }
        let (folder, ending) = place(kind);
        let package = newest(&bundles.join(folder), ending)?;
        if updates {
            made.push(with(&package, ".sig"));
        }
        made.push(package);
    }
    Ok(made)
}

/// The folder and the ending of a kind.
fn place(kind: &str) -> (&str, &str) {
    match kind {
        "app" => ("macos", PACKED_APP),
        "nsis" => (kind, "exe"),
        "appimage" => (kind, "AppImage"),
        kind => (kind, kind),
    }
}

/// What a package is called among those of other computers: a packed app does not say for which it is.
pub(super) fn name(package: &Path, target: Option<&str>) -> String {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let processor = target
        .and_then(|target| target.split('-').next())
        .unwrap_or(std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    let told = format!("_{version}_{processor}.{PACKED_APP}");
    name.replace(&format!(".{PACKED_APP}"), &told)
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn newest(folder: &Path, ending: &str) -> Result<PathBuf> {
    let there = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let ending = format!(".{ending}");
    there
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(&ending))
        .max_by_key(|path| changed(path))
        .with_context(|| format!("there is no {ending} in {}", folder.display()))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|facts| facts.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kinds: &[&str], signed: bool) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "deb/Drawbridge_1.deb",
            "appimage/Drawbridge_1.AppImage",
            "appimage/Drawbridge_1.AppImage.sig",
            "macos/Drawbridge.app.tar.gz",
            "macos/Drawbridge.app.tar.gz.sig",
            "dmg/Drawbridge_1.dmg",
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        let packages = packages(folder.path(), &kinds, signed).unwrap();
        let target = Some("aarch64-apple-darwin");
        packages.iter().map(|path| name(path, target)).collect()
    }

    #[test]
    fn what_the_updater_takes_comes_along_where_it_is_signed() {
        let version = env!("CARGO_PKG_VERSION");
        let app = format!("Drawbridge_{version}_aarch64.app.tar.gz");
        assert_eq!(
            made(&["app", "dmg"], true),
            [format!("{app}.sig"), app, "Drawbridge_1.dmg".to_owned()]
        );
        assert_eq!(made(&["app", "dmg"], false), ["Drawbridge_1.dmg"]);
        let both = [
            "Drawbridge_1.deb",
            "Drawbridge_1.AppImage.sig",
            "Drawbridge_1.AppImage",
        ];
        assert_eq!(made(&["deb", "appimage"], true), both);
    }

    #[test]
    fn one_installer_is_made_of_each_kind_so_that_the_updater_finds_its_like() {
        let windows = include_str!("../../../tauri.windows.conf.json");
        let windows: serde_json::Value = serde_json::from_str(windows).unwrap();
        // Each language of WiX is a file of its own; NSIS has all in one.
        assert_eq!(windows["bundle"]["windows"]["wix"]["language"], "en-US");
    }
}
