//! `cargo xtask test-bundle`

mod clean;
mod papers;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use anyhow::{Context as _, Result, ensure};

use self::clean::CleanDebian;
use crate::{
    bundle, machine, place,
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

/// Packages are built and looked at; then the Debian one is installed in a Debian 12 that has seen
/// nothing of us, used by an ordinary person, upgraded, removed and purged.
pub(crate) fn test_bundle() -> Result<()> {
    let (deb, rpm) = bundle::for_linux()?;
    machine::can_check_packages()?;
    step("look at the Debian package", || papers::deb(&deb))?;
    step("look at the RPM package", || papers::rpm(&rpm))?;
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
    step("install the package", || {
        debian.copy(&deb, "drawbridge.deb")?;
        debian.apt(&["install", "/drawbridge.deb"])?;
        debian.apt(&[&["install"], DESKTOP].concat())?;
        debian.copy(&place::built("installed"), "usr/local/bin/installed")?;
        debian.copy(&machine::tauri_driver()?, "usr/local/bin/tauri-driver")
    })?;
    step("use it, upgrade it, remove it", || use_it(&debian))
}

fn use_it(debian: &CleanDebian) -> Result<()> {
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
            "upgrade" => debian.apt(&["install", "--reinstall", "/drawbridge.deb"])?,
            "remove" => debian.apt(&["remove", "drawbridge"])?,
            // apt no longer knows a package that is in no archive.
            "purge" => debian.dpkg(&["--purge", "drawbridge"])?,
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
