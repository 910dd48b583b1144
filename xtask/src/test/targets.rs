//! What there is to test.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::step::{cargo, read};

/// Names of all integration tests in the workspace.
pub(super) fn integration_tests() -> BTreeSet<String> {
    let facts = read(cargo().args(["metadata", "--no-deps", "--format-version", "1"]));
    // Cargo says itself what is wrong with a manifest when the tests are built.
    let facts = facts
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    names(&facts)
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
            { "targets": [{ "kind": ["lib"], "name": "a" }, { "kind": ["test"], "name": "two" }] },
            { "targets": [{ "kind": ["test"], "name": "one" }] },
        ] });
        assert_eq!(Vec::from_iter(names(&facts)), ["one", "two"]);
    }
}
