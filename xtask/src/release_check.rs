//! `cargo xtask release-check`

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{announce::Key, place};

/// Whether everything that names the version names the same one, and whether it may be released.
/// With a tag, whether that is the tag of this version.
pub(crate) fn release_check(tag: Option<&str>) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let mut wrong = Vec::new();
    let mut hold = |holds: bool, what: String| {
        if holds {
            println!("✓ {what}");
        } else {
            println!("✗ {what}");
            wrong.push(what);
        }
    };
    hold(
        tag.is_none_or(|tag| tag == format!("v{version}")),
        format!("the tag is v{version}"),
    );
    for file in ["tauri.conf.json", "ui/package.json"] {
        hold(
            read_json(file)?["version"] == version,
            format!("{file} says {version}"),
        );
    }
    let metainfo = read("src-tauri/linux/dev.drawbridge.desktop.metainfo.xml")?;
    hold(
        metainfo.contains(&format!("<release version=\"{version}\"")),
        format!("the AppStream metainfo has a release {version}"),
    );
    let changelog = read("CHANGELOG.md")?;
    hold(
        changelog.contains(&format!("## [{version}]")),
        format!("CHANGELOG.md has a section {version}"),
    );
    hold(
        Key::built_in().is_ok(),
        "tauri.conf.json has the public key of the updates".to_owned(),
    );
    ensure!(wrong.is_empty(), "{} to mend before a release", wrong.len());
    Ok(())
}

fn read_json(file: &str) -> Result<Value> {
    serde_json::from_str(&read(file)?).with_context(|| file.to_owned())
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(place::root().join(file)).with_context(|| file.to_owned())
}
