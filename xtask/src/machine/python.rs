//! Python environments of their own for what is written in it.

use std::fs;

use anyhow::{Context as _, Result, bail};

use super::version::number;
use crate::{
    place,
    step::{command, read, run, step},
};

/// The environment of the servers: `ThirdParty` of the testkit looks for it here.
const PLACE: &str = "target/third_party/venv";
const WANTED: &str = "tests/third_party/requirements.txt";
/// The oldest that runs what is wanted.
const OLDEST: (u32, u32) = (3, 11);

/// The servers of other houses.
pub(super) fn install() -> Result<()> {
    environment(PLACE, WANTED)
}

/// Installs what a list names, unless that is what is there, and made by the Python that is there.
pub(super) fn environment(folder: &str, list: &str) -> Result<()> {
    let venv = place::root().join(folder);
    let wanted = record(&version()?, &fs::read_to_string(place::root().join(list))?);
    // Written last.
    let installed = venv.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|record| record == wanted) {
        return Ok(());
    }
    step(&format!("pip install in {folder}"), || {
        run(command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv))?;
        let mut pip = command(venv.join("bin/pip"));
        run(pip.args(["install", "--quiet", "--no-deps", "--requirement", list]))?;
        Ok(fs::write(&installed, &wanted)?)
    })
}

/// What an environment is made of.
fn record(python: &str, list: &str) -> String {
    format!("{python}\n{list}")
}

/// What there is; one clear sentence, if that is nothing or too old.
fn version() -> Result<String> {
    let (major, minor) = OLDEST;
    let wanted =
        format!("Python {major}.{minor} or newer is needed as python3, for programs of others");
    let version = read(command("python3").arg("--version"))
        .with_context(|| format!("{wanted}, and there is none"))?;
    let version = version.trim();
    if !is_taken(version) {
        bail!("{wanted}, and this is {version}");
    }
    Ok(version.to_owned())
}

fn is_taken(version: &str) -> bool {
    number(version).is_some_and(|number| number >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::{is_taken, record};

    #[test]
    fn an_environment_is_as_old_as_the_python_that_made_it() {
        let list = "mcp==2.3.0\n";
        let made = record("Python 3.11.7", list);
        assert_eq!(made, record("Python 3.11.7", list));
        assert_ne!(made, record("Python 3.12.0", list));
        assert_ne!(made, record("Python 3.11.7", "mcp==2.3.1\n"));
    }

    #[test]
    fn what_is_older_than_debian_12_has_it_is_not_taken() {
        assert!(is_taken("Python 3.11.2"));
        assert!(is_taken("Python 3.13.0rc1"));
        assert!(!is_taken("Python 3.9.2"));
        assert!(!is_taken("Python 2.7.18"));
    }
}
