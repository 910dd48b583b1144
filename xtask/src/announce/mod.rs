//! `cargo xtask announce`

mod key;
#[cfg(test)]
#[path = "../../../tests/updates/maker.rs"]
#[expect(dead_code, reason = "the tests of the updater need more of it")]
mod maker;
mod notes;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

pub(crate) use self::key::Key;
use crate::place;

/// The computers that a release has a package for that replaces itself, as the updater calls them, and
/// the end of its name.
const PLATFORMS: [(&str, &str); 5] = [
    ("linux-x86_64-appimage", "_amd64.AppImage"),
    ("darwin-aarch64-app", "_aarch64.app.tar.gz"),
    ("darwin-x86_64-app", "_x86_64.app.tar.gz"),
    ("windows-x86_64-nsis", "_x64-setup.exe"),
    ("windows-x86_64-msi", ".msi"),
];

/// Writes `latest.json`, which tells copies of the app of this version, into the folder of its
/// packages. `origin` is where they can be had.
pub(crate) fn announce(folder: &str, origin: &str) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = fs::read_to_string(place::root().join("CHANGELOG.md"))?;
    let notes = notes::of(&changelog, version)
        .with_context(|| format!("CHANGELOG.md has no section {version}"))?;
    let news = news(
        Path::new(folder),
        origin,
        version,
        &notes,
        &Key::built_in()?,
    )?;
    let file = Path::new(folder).join("latest.json");
    fs::write(&file, format!("{news:#}\n"))?;
    println!("  {}", file.display());
    Ok(())
}

/// What is announced; each package was checked as the app will check it.
fn news(folder: &Path, origin: &str, version: &str, notes: &str, key: &Key) -> Result<Value> {
    ensure!(origin.starts_with("https://"), "{origin} is not https");
    let mut platforms = BTreeMap::new();
    for (platform, end) in PLATFORMS {
        let package = only(folder, end).with_context(|| platform.to_owned())?;
        let name = package.file_name().unwrap_or_default().to_string_lossy();
        let signature = fs::read_to_string(folder.join(format!("{name}.sig")));
        let signature = signature.with_context(|| format!("{name} has no signature"))?;
        key.check(&fs::read(&package)?, signature.trim(), version)
            .with_context(|| name.clone().into_owned())?;
        let url = format!("{}/{name}", origin.trim_end_matches('/'));
        platforms.insert(
            platform,
            json!({ "url": url, "signature": signature.trim() }),
        );
    }
    Ok(json!({ "version": version, "notes": notes, "platforms": platforms }))
}

/// The one file whose name ends so.
fn only(folder: &Path, end: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let fits = |path: &PathBuf| path.to_string_lossy().ends_with(end);
    let found: Vec<PathBuf> = files.filter(fits).collect();
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(files) => bail!("{} packages whose name ends in {end}, not one", files.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::{maker::Maker, *};

    const ORIGIN: &str = "https://example.com/releases/v1.2.3/";

    fn key(maker: &Maker) -> Key {
        Key::read(&maker.key()).unwrap()
    }

    fn packages(maker: &Maker, version: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (platform, end) in PLATFORMS {
            let name = format!("Drawbridge_1.2.3{end}");
            fs::write(folder.path().join(&name), platform).unwrap();
            let signature = maker.sign(platform.as_bytes(), version);
            fs::write(folder.path().join(format!("{name}.sig")), signature).unwrap();
        }
        folder
    }

    #[test]
    fn every_package_is_announced_with_its_signature() {
        let maker = Maker::new();
        let folder = packages(&maker, "1.2.3");
        let news = news(folder.path(), ORIGIN, "1.2.3", "New.", &key(&maker)).unwrap();
        assert_eq!(news["version"], "1.2.3");
        assert_eq!(news["notes"], "New.");
        for (platform, end) in PLATFORMS {
            let package = &news["platforms"][platform];
            let url = format!("https://example.com/releases/v1.2.3/Drawbridge_1.2.3{end}");
            assert_eq!(package["url"], url);
            assert!(!package["signature"].as_str().unwrap().is_empty());
        }
    }

    #[test]
    fn what_the_app_would_refuse_is_not_announced() {
        let maker = Maker::new();
        let tell = |folder: &tempfile::TempDir, key: &Key| {
            let told = news(folder.path(), ORIGIN, "1.2.3", "New.", key);
            format!("{:#}", told.unwrap_err())
        };
        let folder = packages(&maker, "1.2.3");
        let other = Maker::new();
        assert!(tell(&folder, &key(&other)).contains("another key"));
        let old = packages(&maker, "1.2.2");
        assert!(tell(&old, &key(&maker)).contains("signed as 1.2.2"));
        let package = folder.path().join("Drawbridge_1.2.3_x64-setup.exe");
        fs::write(&package, "changed").unwrap();
        assert!(tell(&folder, &key(&maker)).contains("_x64-setup.exe"));
        fs::remove_file(package).unwrap();
        assert!(tell(&folder, &key(&maker)).contains("0 packages"));
    }
}
