//! From programs to packages.

use std::{ffi::OsString, path::PathBuf, process::Command};

use anyhow::Result;

use super::{Order, both, made, size};
use crate::{
    place,
    step::{command, run, step},
};

/// The secret key that updates are signed with.
const SIGNING_KEY: &str = "TAURI_SIGNING_PRIVATE_KEY";

/// How those begin that an app for macOS is signed and notarised with.
const APPLES: &str = "APPLE_";

/// The command of Tauri, in `ui`.
const CLI: &str = "node_modules/@tauri-apps/cli";

/// Where there is no `/usr/bin`, the command lies beside the app. The build of the app itself must not
/// know: it would ask for a program that is built with it.
const COMMAND_BESIDE: Option<&str> = if cfg!(target_os = "linux") {
    None
} else {
    Some(r#"{ "bundle": { "externalBin": ["target/bundle/bin/drawbridge"] } }"#)
};

/// Packs what is built; `more` is configuration for this time, as JSON.
pub(super) fn all(order: &Order, more: Option<&str>) -> Result<Vec<PathBuf>> {
    let programs = order.programs();
    step(&format!("bundle {}", order.kinds.join(", ")), || {
        if cfg!(target_os = "linux") {
            order.kinds.iter().try_for_each(|kind| {
                both::mark(&programs, kind)?;
                pack(kind, order, more)
            })
        } else {
            pack(&order.kinds.join(","), order, more)
        }
    })?;
    let packages = made::packages(&programs.join("bundle"), &order.kinds, signs_updates())?;
    packages
        .iter()
        .try_for_each(|package| size::check(package))?;
    Ok(packages)
}

fn signs_updates() -> bool {
    std::env::var_os(SIGNING_KEY).is_some_and(|key| !key.is_empty())
}

/// The script itself: what npm calls `tauri` is no program on Windows, but a file of commands.
fn tauri() -> Command {
    let mut tauri = command("node");
    tauri.arg(place::root().join("ui").join(CLI).join("tauri.js"));
    tauri
}

fn pack(kinds: &str, order: &Order, more: Option<&str>) -> Result<()> {
    let mut tauri = tauri();
    tauri.args(["bundle", "--ci", "--bundles", kinds]);
    if signs_updates() {
        tauri.args(["--config", r#"{"bundle":{"createUpdaterArtifacts":true}}"#]);
    }
    forget_empty_secrets(&mut tauri, std::env::vars_os());
    for configuration in COMMAND_BESIDE.iter().copied().chain(more) {
        tauri.args(["--config", configuration]);
    }
    run(tauri.args(order.target_words()))
}

/// A secret that GitHub does not have comes as a variable that is empty, which would be taken for the secret. A
/// password may be empty.
fn forget_empty_secrets(
    tauri: &mut Command,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) {
    for (name, value) in environment {
        let is_secret = name == SIGNING_KEY || name.to_string_lossy().starts_with(APPLES);
        if is_secret && value.is_empty() {
            tauri.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CLI, SIGNING_KEY, forget_empty_secrets, place, tauri};

    #[test]
    fn tauri_is_started_by_node_on_every_system() {
        let lock = std::fs::read(place::root().join("ui/package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_slice(&lock).unwrap();
        let script = lock["packages"][CLI]["bin"]["tauri"].as_str().unwrap();
        let script = place::root().join("ui").join(CLI).join(script);
        assert_eq!(tauri().get_program(), "node");
        assert_eq!(tauri().get_args().collect::<Vec<_>>(), [script]);
    }

    #[test]
    fn what_a_release_has_no_secret_for_is_not_signed_with_an_empty_one() {
        let mut tauri = tauri();
        let environment = [
            ("APPLE_CERTIFICATE", ""),
            ("APPLE_TEAM_ID", "team"),
            (SIGNING_KEY, ""),
            ("TAURI_SIGNING_PRIVATE_KEY_PASSWORD", ""),
            ("LANG", ""),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        forget_empty_secrets(&mut tauri, environment);
        let gone = tauri.get_envs().filter(|(_, value)| value.is_none());
        let gone: Vec<_> = gone.map(|(name, _)| name).collect();
        assert_eq!(gone, ["APPLE_CERTIFICATE", SIGNING_KEY]);
    }
}
