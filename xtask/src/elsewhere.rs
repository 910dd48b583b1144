//! `cargo xtask check-elsewhere`

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    machine::{self, Need},
    place,
    step::{cargo, command, run, step},
    test::LINUX_ALONE,
};

const WINDOWS: &str = "x86_64-pc-windows-gnu";
const MACOS: &str = "aarch64-apple-darwin";

/// Stands for a C compiler of macOS, which cannot be had here: what it makes is empty. Rust code is
/// checked without it.
const COMPILER: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then : > "$2"; fi
  shift
done
"#;
/// Stands for what puts together libraries.
const ARCHIVER: &str = r#"#!/bin/sh
for word in "$@"; do
  case "$word" in *.a) : > "$word" ;; esac
done
"#;

/// What the compiler and clippy say of all code, tests too, for Windows and for macOS.
pub(crate) fn check_elsewhere() -> Result<()> {
    machine::prepare(&[Need::Build, Need::Clippy, Need::ForWindows])?;
    step("fetch the standard libraries", || {
        run(command("rustup").args(["target", "add", WINDOWS, MACOS]))
    })?;
    step("check for Windows", || run(&mut check(WINDOWS)))?;
    step("check for macOS", || {
        let folder = place::target().join("elsewhere");
        let compiler = program(&folder, "cc", COMPILER)?;
        let archiver = program(&folder, "ar", ARCHIVER)?;
        let mut check = check(MACOS);
        check.env("SDKROOT", &folder);
        for (name, program) in [("CC", &compiler), ("CXX", &compiler), ("AR", &archiver)] {
            check.env(format!("{name}_aarch64_apple_darwin"), program);
        }
        run(&mut check)
    })
}

fn check(target: &str) -> Command {
    let mut check = cargo();
    check.args(["clippy", "--target", target, "--workspace", "--all-targets"]);
    for package in LINUX_ALONE {
        check.args(["--exclude", package]);
    }
    check.args(["--", "-D", "warnings"]);
    check
}

fn program(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let program = folder.join(name);
    fs::create_dir_all(folder)?;
    fs::write(&program, text)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(program)
}
