//! The programs that ours is measured against: what cannot be had is told, and shown as missing.

use std::fs;

use anyhow::Result;

use super::python;
use crate::{
    place,
    step::{cargo, npm, run, step},
};

/// Where `bench` looks for them.
const PLACE: &str = "target/peers";

/// Installs one of them.
type Install = fn() -> Result<()>;

/// Installs them, each in a folder of its own.
pub(super) fn install() {
    let peers: [(&str, Install); 4] = [
        ("mcp-remote", mcp_remote),
        ("fastmcp", || from_pypi("fastmcp")),
        ("mcp-proxy", || from_pypi("mcp-proxy")),
        ("rmcp", rmcp),
    ];
    for (name, install) in peers {
        if let Err(error) = install() {
            println!("✗ {name} will be missing: {error:#}");
        }
    }
}

fn mcp_remote() -> Result<()> {
    let folder = place::root().join(PLACE).join("npm");
    let wanted = place::root().join("bench/peers/npm");
    let lock = fs::read_to_string(wanted.join("package-lock.json"))?;
    // Written last.
    let installed = folder.join("installed.json");
    if fs::read_to_string(&installed).is_ok_and(|list| list == lock) {
        return Ok(());
    }
    step("npm ci of bench/peers/npm", || {
        fs::create_dir_all(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(wanted.join(file), folder.join(file))?;
        }
        let mut install = npm(&format!("{PLACE}/npm"));
        run(install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        Ok(fs::write(&installed, &lock)?)
    })
}

fn from_pypi(name: &str) -> Result<()> {
    let list = format!("bench/peers/python/{name}.txt");
    python::environment(&format!("{PLACE}/{name}"), &list)
}

/// In a workspace of its own, so that none of its features reaches our engine.
fn rmcp() -> Result<()> {
    step("build bench/peers/rmcp", || {
        let mut build = cargo();
        build.args(["build", "--quiet", "--locked", "--profile", "measured"]);
        build.args(["--manifest-path", "bench/peers/rmcp/Cargo.toml"]);
        run(build.args(["--target-dir", PLACE]))
    })
}
