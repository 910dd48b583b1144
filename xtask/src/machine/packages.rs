//! System packages, on Debian and Ubuntu.

use std::{path::Path, process::Command};

use anyhow::{Result, bail, ensure};

use crate::step::{command, read, run, step};

/// What the app is built with.
pub(super) const BUILD: &[&str] = &[
    "build-essential",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];

/// What stands on a desk without a person: screen, bus, keychain, `WebDriver`.
pub(super) const DESK: &[&str] = &[
    "dbus",
    "desktop-file-utils",
    "gnome-keyring",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "webkit2gtk-driver",
    "wmctrl",
    "xdg-utils",
    "xvfb",
];

/// What takes pictures of the front end in a plain browser.
pub(super) const PICTURES: &[&str] = &["chromium"];

/// What looks at packages, and what a clean system is made with.
pub(super) const PACKAGES: &[&str] = &["appstream", "debootstrap", "lintian", "rpm"];

/// What C code and resources for Windows are compiled with.
#[cfg(target_os = "linux")]
pub(super) const FOR_WINDOWS: &[&str] = &["gcc-mingw-w64-x86-64"];

/// What a server in Python is installed with.
pub(super) const PYTHON: &[&str] = &["python3-venv"];

/// Installs those that are missing.
pub(super) fn install(wanted: &[&str]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        // Elsewhere the web view comes with the system.
        return Ok(());
    }
    if std::env::var_os("XTASK_NO_PACKAGES").is_some() {
        return Ok(());
    }
    if !Path::new("/usr/bin/dpkg-query").exists() {
        bail!(
            "this is no Debian or Ubuntu: install what these are called here, and run again with \
             XTASK_NO_PACKAGES=1: {}",
            wanted.join(" ")
        );
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| !has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    ensure!(
        is_root()? || has_sudo(),
        "packages are missing, and there is no sudo to install them with. As root, run: \
         apt-get install {names}\nOr leave the system alone with XTASK_NO_PACKAGES=1."
    );
    step(&format!("install {names}"), || {
        run(apt()?.args(["update", "-qq"]))?;
        let mut install = apt()?;
        install.args(["install", "-y", "-qq", "--no-install-recommends"]);
        run(install.args(&missing))
    })
}

fn has(package: &str) -> bool {
    let mut query = command("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    read(&mut query).is_ok_and(|status| status == "installed")
}

fn apt() -> Result<Command> {
    let mut apt = as_root("env")?;
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(apt)
}

/// A program that may do everything.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    if is_root()? {
        return Ok(command(program));
    }
    ensure!(
        has_sudo(),
        "{program} takes root, and there is no sudo: run this as root"
    );
    let mut sudo = command("sudo");
    // It may ask for a password.
    sudo.arg(program).stdin(std::process::Stdio::inherit());
    Ok(sudo)
}

fn is_root() -> Result<bool> {
    Ok(read(command("id").arg("-u"))?.trim() == "0")
}

fn has_sudo() -> bool {
    read(command("sudo").arg("--version")).is_ok()
}
