//! `cargo xtask bundle`

mod both;
mod made;
mod papers;
mod size;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    machine, place,
    run::front_end,
    step::{cargo, command, read, run, step},
};

/// What can be made here without anything from elsewhere; the rest is for the release workflow.
const KINDS: &[&str] = if cfg!(target_os = "linux") {
    &["deb", "rpm"]
} else if cfg!(target_os = "macos") {
    &["app", "dmg"]
} else {
    &["nsis", "msi"]
};

/// The secret key that updates are signed with.
const SIGNING_KEY: &str = "TAURI_SIGNING_PRIVATE_KEY";

fn signs_updates() -> bool {
    std::env::var_os(SIGNING_KEY).is_some_and(|key| !key.is_empty())
}

/// What is to be made, and where it goes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Order {
    kinds: Vec<String>,
    target: Option<String>,
    into: Option<PathBuf>,
}

impl Order {
    fn read(words: &[&str]) -> Result<Self> {
        let mut order = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--target" => order.target = words.next().map(ToString::to_string),
                "--into" => order.into = words.next().map(PathBuf::from),
                option if option.starts_with('-') => {
                    bail!("bundle takes --target TRIPLE, --into FOLDER and kinds, not {option}")
                }
                kind => order.kinds.push(kind.to_owned()),
            }
        }
        if order.kinds.is_empty() {
            order.kinds = KINDS.iter().map(ToString::to_string).collect();
        }
        Ok(order)
    }
}

/// Builds the packages and tells where they are.
pub(crate) fn bundle(words: &[&str]) -> Result<()> {
    let order = Order::read(words)?;
    let packages = build(&order)?;
    if let Some(folder) = &order.into {
        fs::create_dir_all(folder)?;
    }
    for package in packages {
        let size = package.metadata()?.len();
        println!("  {} ({} KiB)", package.display(), size / 1024);
        if let Some(folder) = &order.into {
            fs::copy(
                &package,
                folder.join(made::name(&package, order.target.as_deref())),
            )?;
        }
    }
    Ok(())
}

/// The packages for Debian and for RPM systems.
pub(crate) fn for_linux() -> Result<(PathBuf, PathBuf)> {
    match <[PathBuf; 2]>::try_from(build(&Order::read(&["deb", "rpm"])?)?) {
        Ok([deb, rpm]) => Ok((deb, rpm)),
        Err(packages) => bail!("made {} packages in place of two", packages.len()),
    }
}

fn build(order: &Order) -> Result<Vec<PathBuf>> {
    machine::can_build()?;
    let target = order.target.iter().flat_map(|target| ["--target", target]);
    let target: Vec<&str> = target.collect();
    let programs = match &order.target {
        Some(target) => place::target().join(target).join("release"),
        None => place::target().join("release"),
    };
    front_end()?;
    let program = step("build the app and the command", || {
        if cfg!(target_os = "linux") {
            both::build(&programs, &target)
        } else {
            two_programs(&programs, &target)
        }
    })?;
    step("put together what comes with it", || {
        if cfg!(target_os = "linux") {
            papers::write(&program, &place::target().join("bundle"))
        } else {
            beside_the_app(&program, order.target.as_deref())
        }
    })?;
    step(&format!("bundle {}", order.kinds.join(", ")), || {
        if cfg!(target_os = "linux") {
            order.kinds.iter().try_for_each(|kind| {
                both::mark(&programs, kind)?;
                pack(kind, &target)
            })
        } else {
            pack(&order.kinds.join(","), &target)
        }
    })?;
    let packages = made::packages(&programs.join("bundle"), &order.kinds, signs_updates())?;
    packages
        .iter()
        .try_for_each(|package| size::check(package))?;
    Ok(packages)
}

fn pack(kinds: &str, target: &[&str]) -> Result<()> {
    let mut tauri = command(place::root().join("ui/node_modules/.bin/tauri"));
    tauri.args(["bundle", "--ci", "--bundles", kinds]);
    if signs_updates() {
        tauri.args(["--config", r#"{"bundle":{"createUpdaterArtifacts":true}}"#]);
    } else {
        // What is empty would be taken for a key.
        tauri.env_remove(SIGNING_KEY);
    }
    run(tauri.args(target))
}

/// Both at once: alone each would be built with other features of what they share. Answers with the
/// command.
fn two_programs(programs: &Path, target: &[&str]) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--release"]);
    build.args(["--package", "drawbridge-desktop"]);
    build.args(["--package", "drawbridge-cli"]);
    run(build.args(target))?;
    Ok(programs.join(format!("drawbridge{}", std::env::consts::EXE_SUFFIX)))
}

/// The configurations of the bundles look for it in `target/bundle`, and Tauri wants a program
/// beside the app named so.
fn beside_the_app(program: &Path, target: Option<&str>) -> Result<()> {
    let folder = place::target().join("bundle/bin");
    let target = match target {
        Some(target) => target.to_owned(),
        None => host()?,
    };
    let name = format!("drawbridge-{target}{}", std::env::consts::EXE_SUFFIX);
    fs::create_dir_all(&folder)?;
    fs::copy(program, folder.join(name))?;
    Ok(())
}

/// The triple that cargo builds for if nobody says otherwise.
fn host() -> Result<String> {
    let facts = read(command("rustc").arg("-vV"))?;
    let host = facts.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_kinds_a_target_and_a_folder() {
        let order = Order::read(&["--target", "x", "deb", "--into", "out", "rpm"]).unwrap();
        assert_eq!(
            order,
            Order {
                kinds: vec!["deb".into(), "rpm".into()],
                target: Some("x".into()),
                into: Some("out".into()),
            }
        );
        assert_eq!(Order::read(&[]).unwrap().kinds, KINDS);
        assert!(Order::read(&["--fast"]).is_err());
    }
}
