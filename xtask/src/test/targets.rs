//! What there is to test.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::step::{cargo, read};

/// Whether a person at a computer can be acted out here (see `tests/desk`).
pub(super) const HAS_DESK: bool = cfg!(target_os = "linux");

/// Packages that are nothing without that person.
pub(crate) const LINUX_ALONE: [&str; 3] = [
    "drawbridge-desk",
    "drawbridge-bench",
    "drawbridge-empty-window",
];

/// What is left out of the tests here. On Windows no test of the app can be loaded: it wants a manifest,
/// which Tauri gives to programs alone (tauri#13419).
pub(super) fn untested() -> impl Iterator<Item = &'static str> {
    let app = cfg!(windows).then_some("drawbridge-desktop");
    let linux = LINUX_ALONE.iter().copied().filter(|_| !HAS_DESK);
    linux.chain(app)
}

/// Names of all integration tests in the workspace.
pub(super) fn integration_tests() -> Result<BTreeSet<String>> {
    let facts = read(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let names = names(&serde_json::from_str(&facts)?);
    ensure!(!names.is_empty(), "cargo knows of no integration test");
    Ok(names)
}

fn names(facts: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&facts["packages"]);
    let targets = packages
        .iter()
        .flat_map(|package| list(&package["targets"]));
    let tests = targets.filter(|target| list(&target["kind"]).iter().any(|kind| kind == "test"));
    tests
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::names;

    #[test]
    fn integration_tests_of_all_packages_are_found() {
        let facts = json!({ "packages": [
            { "name": "a", "targets": [{ "kind": ["lib"], "name": "a" }, { "kind": ["test"], "name": "two" }] },
            { "name": "b", "targets": [{ "kind": ["test"], "name": "one" }] },
        ] });
        assert_eq!(Vec::from_iter(names(&facts)), ["one", "two"]);
    }
}
