//! What a package says of itself, and what others find in it.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::step::{command, read, run};

/// What a person must find after the installation.
const FILES: &[&str] = &[
    "/usr/bin/drawbridge",
    "/usr/bin/drawbridge-desktop",
    "/usr/lib/drawbridge/libdrawbridge.so",
    "/usr/share/applications/Drawbridge.desktop",
    "/usr/share/bash-completion/completions/drawbridge",
    "/usr/share/fish/vendor_completions.d/drawbridge.fish",
    "/usr/share/icons/hicolor/16x16/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/24x24/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/32x32/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/48x48/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/64x64/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/128x128/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/256x256/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/512x512/apps/drawbridge-desktop.png",
    "/usr/share/icons/hicolor/scalable/apps/drawbridge-desktop.svg",
    "/usr/share/man/man1/drawbridge.1.gz",
    "/usr/share/man/man1/drawbridge-desktop.1.gz",
    "/usr/share/metainfo/dev.drawbridge.desktop.metainfo.xml",
];

pub(super) fn deb(package: &Path) -> Result<()> {
    let listed = read(command("dpkg-deb").arg("--contents").arg(package))?;
    holds_all(&listed)?;
    run(command("lintian").args(["--fail-on", "error"]).arg(package))?;
    run(command("appstreamcli")
        .args(["validate", "--no-net"])
        .arg("src-tauri/linux/dev.drawbridge.desktop.metainfo.xml"))
}

pub(super) fn rpm(package: &Path) -> Result<()> {
    holds_all(&read(command("rpm").args(["-qpl"]).arg(package))?)?;
    let scripts = read(command("rpm").args(["-qp", "--scripts"]).arg(package))?;
    ensure!(
        scripts.trim().is_empty(),
        "nothing needs to run at its installation, but: {scripts}"
    );
    Ok(())
}

fn holds_all(listed: &str) -> Result<()> {
    for file in FILES {
        // dpkg lists them without their first slash.
        ensure!(listed.contains(&file[1..]), "{file} is missing");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_desktop_says_what_a_store_says_in_every_language() {
        let store = include_str!("../../../src-tauri/linux/dev.drawbridge.desktop.metainfo.xml");
        let desktop = include_str!("../../../src-tauri/linux/drawbridge.desktop");
        let others: Vec<_> = store.split("<summary xml:lang=\"").skip(1).collect();
        assert!(!others.is_empty());
        for other in others {
            let (language, words) = other.split_once("\">").unwrap();
            let words = words.split_once("</summary>").unwrap().0;
            let comment = format!("Comment[{language}]={words}");
            assert!(desktop.lines().any(|line| line == comment), "{comment}");
        }
    }
}
