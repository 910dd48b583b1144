//! `cargo xtask bundle`

mod both;
mod made;
mod pack;
mod papers;
mod size;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    machine::{self, Need},
    place,
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

    fn target_words(&self) -> Vec<&str> {
        let target = self.target.iter();
        target
            .flat_map(|target| ["--target", target.as_str()])
            .collect()
    }

    /// The folder of what cargo has built.
    fn programs(&self) -> PathBuf {
        let target = self.target.iter();
        target
            .fold(place::target(), |folder, name| folder.join(name))
            .join("release")
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

/// A package of each kind for Linux.
pub(crate) struct ForLinux {
    pub(crate) deb: PathBuf,
    pub(crate) rpm: PathBuf,
}

impl ForLinux {
    fn of(packages: Vec<PathBuf>) -> Result<Self> {
        match <[PathBuf; 2]>::try_from(packages) {
            Ok([deb, rpm]) => Ok(Self { deb, rpm }),
            Err(packages) => bail!("made {} packages in place of two", packages.len()),
        }
    }
}

/// The packages for Debian and for RPM systems; and the same once more, numbered as if they came from
/// a release before the first.
pub(crate) fn for_linux(earlier: &str) -> Result<(ForLinux, ForLinux)> {
    let order = Order::read(&["deb", "rpm"])?;
    let current = ForLinux::of(build(&order)?)?;
    let number = serde_json::json!({ "version": earlier }).to_string();
    let folder = place::target().join("bundle/earlier");
    fs::create_dir_all(&folder)?;
    let numbered = pack::all(&order, Some(&number))?;
    let aside = numbered.iter().map(|package| {
        let place = folder.join(package.file_name().context("a package without a name")?);
        fs::rename(package, &place)?;
        Ok(place)
    });
    Ok((current, ForLinux::of(aside.collect::<Result<_>>()?)?))
}

fn build(order: &Order) -> Result<Vec<PathBuf>> {
    machine::prepare(&[Need::Build])?;
    let (programs, target) = (order.programs(), order.target_words());
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
            papers::write(&program, &place::bundle())
        } else {
            beside_the_app(&program, order.target.as_deref())
        }
    })?;
    pack::all(order, None)
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
    let folder = place::bundle().join("bin");
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
