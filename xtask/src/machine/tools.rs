//! Tools that cargo builds.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    place,
    step::{cargo, run, step},
};

/// Drives the app's windows in tests.
pub(crate) fn tauri_driver() -> Result<PathBuf> {
    install("tauri-driver", "2.1.0", &[])
}

/// Checks dependencies; answers where it is. Building it takes minutes.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    install("cargo-deny", "0.20.2", &[])
}

/// Makes the guide; answers where it is. Building it takes minutes.
pub(crate) fn mdbook() -> Result<PathBuf> {
    // It watches and serves nothing.
    let options = ["--no-default-features", "--features", "search"];
    install("mdbook", "0.5.4", &options)
}

fn install(name: &str, version: &str, options: &[&str]) -> Result<PathBuf> {
    let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let program = place::tools().join("bin").join(program);
    // Cargo keeps this list; the version is part of a line.
    let list = std::fs::read_to_string(place::tools().join(".crates.toml")).unwrap_or_default();
    if program.exists() && list.contains(&format!("\"{name} {version} ")) {
        return Ok(program);
    }
    step(&format!("install {name} {version}"), || {
        let mut install = cargo();
        install.args([
            "install",
            name,
            "--version",
            version,
            "--locked",
            "--quiet",
            "--root",
        ]);
        run(install.arg(place::tools()).args(options))
    })?;
    Ok(program)
}
