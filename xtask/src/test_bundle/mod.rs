//! `cargo xtask test-bundle`

mod clean;
mod papers;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::Stdio,
};

use anyhow::{Context as _, Result, ensure};

use self::clean::CleanDebian;
use crate::{
    bundle,
    machine::{self, Need},
    place,
    step::{cargo, run, step},
};

/// What the person's computer has beside the app; the app's own needs come with its package.
const DESKTOP: &[&str] = &[
    "dbus",
    "gnome-keyring",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "webkit2gtk-driver",
    "wmctrl",
    "xvfb",
];

/// What is released next.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What the packages are numbered that are upgraded from.
const EARLIER: &str = "0.0.1";

/// Packages are built and looked at; then each is installed in a Debian 12 that has seen nothing of
/// us, used by an ordinary person, upgraded to from an earlier one, removed and purged.
pub(crate) fn test_bundle() -> Result<()> {
    machine::prepare(&[Need::Build, Need::Packages])?;
    let (current, earlier) = bundle::for_linux(EARLIER)?;
    step("look at the Debian package", || papers::deb(&current.deb))?;
    step("look at the RPM package", || papers::rpm(&current.rpm))?;
    step("build the person", || {
        run(cargo().args([
            "build",
            "--package",
            "drawbridge-desk",
            "--bin",
            "installed",
        ]))
    })?;
    let debian = step("make a clean Debian 12", CleanDebian::make)?;
    step("install the Debian package", || {
        debian.copy(&earlier.deb, "earlier.deb")?;
        debian.copy(&current.deb, "drawbridge.deb")?;
        debian.apt(&["install", "/earlier.deb"])?;
        debian.apt(&[&["install"], DESKTOP].concat())?;
        debian.copy(&place::built("installed"), "usr/local/bin/installed")?;
        debian.copy(&machine::tauri_driver()?, "usr/local/bin/tauri-driver")?;
        is_installed(&debian.version_by_dpkg()?, EARLIER)
    })?;
    step("use it, upgrade it, remove it", || {
        use_it(&debian, |what| match what {
            Wanted::Upgrade => {
                debian.apt(&["install", "/drawbridge.deb"])?;
                is_installed(&debian.version_by_dpkg()?, VERSION)
            }
            Wanted::Removal => debian.apt(&["remove", "drawbridge"]),
            // apt no longer knows a package that is in no archive.
            Wanted::Purge => debian.dpkg(&["--purge", "drawbridge"]),
        })
    })?;
    step("install the RPM package", || {
        debian.rpm(&["--install", text(&earlier.rpm)?])?;
        is_installed(&debian.version_by_rpm()?, EARLIER)
    })?;
    step("use it, upgrade it, remove it", || {
        use_it(&debian, |what| match what {
            Wanted::Upgrade => {
                debian.rpm(&["--upgrade", text(&current.rpm)?])?;
                is_installed(&debian.version_by_rpm()?, VERSION)
            }
            Wanted::Removal => debian.rpm(&["--erase", "drawbridge"]),
            // rpm keeps nothing back that could be purged.
            Wanted::Purge => Ok(()),
        })
    })
}

fn is_installed(version: &str, expected: &str) -> Result<()> {
    ensure!(
        version == expected,
        "{version} is installed, not {expected}"
    );
    Ok(())
}

/// What needs root, and the person waits for.
enum Wanted {
    Upgrade,
    Removal,
    Purge,
}

fn use_it(debian: &CleanDebian, manage: impl Fn(Wanted) -> Result<()>) -> Result<()> {
    let mut person = debian.person("installed")?;
    let mut person = person
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut answers = person.stdin.take().context("no way to answer")?;
    let told = person.stdout.take().context("nothing to hear")?;
    for line in BufReader::new(told).lines() {
        let line = line?;
        match line.as_str() {
            "upgrade" => manage(Wanted::Upgrade)?,
            "remove" => manage(Wanted::Removal)?,
            "purge" => manage(Wanted::Purge)?,
            told => {
                println!("  {told}");
                continue;
            }
        }
        writeln!(answers, "done")?;
    }
    ensure!(person.wait()?.success(), "the person could not go on");
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is no text")
}
