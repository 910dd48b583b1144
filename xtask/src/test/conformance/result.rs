//! How a scenario went, read from the checks that the suite wrote down.

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::scenario::Scenario;

/// A scenario that was played.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) scenario: Scenario,
    /// The suite's own verdict, which the exit of the client is part of.
    exit: bool,
    /// The checks that succeeded, each counted once, however often it was made.
    pub(super) passed: BTreeSet<String>,
    /// A failure or a warning, in the suite's words.
    bad: Vec<String>,
}

impl Outcome {
    pub(super) fn read(scenario: Scenario, exit: bool, folder: &Path) -> Result<Self> {
        let file = find(folder, "checks.json")
            .with_context(|| format!("{scenario} wrote no checks; see {}", folder.display()))?;
        let checks: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        Ok(Self::of(scenario, exit, &checks))
    }

    fn of(scenario: Scenario, exit: bool, checks: &Value) -> Self {
        let (mut passed, mut bad) = (BTreeSet::new(), Vec::new());
        for check in checks.as_array().into_iter().flatten() {
            let text = |name: &str| check[name].as_str().unwrap_or_default();
            match text("status") {
                "SUCCESS" => _ = passed.insert(text("id").to_owned()),
                // Requests that were seen, and what does not apply.
                "INFO" | "SKIPPED" => {}
                _ => {
                    let said = check["errorMessage"].as_str();
                    bad.push(said.unwrap_or_else(|| text("description")).to_owned());
                }
            }
        }
        Self {
            scenario,
            exit,
            passed,
            bad,
        }
    }

    /// Something succeeded, nothing failed, nothing was warned of.
    pub(super) fn is_well(&self) -> bool {
        self.exit && self.bad.is_empty() && !self.passed.is_empty()
    }

    /// Why it is not well.
    pub(super) fn trouble(&self) -> &str {
        match self.bad.first() {
            Some(first) => first,
            None if self.passed.is_empty() => "nothing was checked",
            None => "the client failed",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_well() {
            write!(f, "✓ {}", self.scenario)
        } else {
            write!(f, "✗ {}: {}", self.scenario, self.trouble())
        }
    }
}

/// The suite makes folders of its own below the one it is given.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() == name {
                return Some(path);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Outcome, Scenario};

    fn outcome(exit: bool, checks: &Value) -> Outcome {
        let scenario = Scenario {
            name: "a".to_owned(),
            version: None,
        };
        Outcome::of(scenario, exit, checks)
    }

    #[test]
    fn all_has_to_succeed_and_something_has_to() {
        let good = json!({ "id": "a", "status": "SUCCESS" });
        let seen = json!({ "id": "b", "status": "INFO" });
        let warning = json!({ "id": "c", "status": "WARNING", "description": "hm" });
        assert!(outcome(true, &json!([good, seen])).is_well());
        assert!(!outcome(false, &json!([good])).is_well());
        assert!(!outcome(true, &json!([seen])).is_well());
        let warned = outcome(true, &json!([good, warning]));
        assert!(!warned.is_well());
        assert_eq!(warned.trouble(), "hm");
    }
}
