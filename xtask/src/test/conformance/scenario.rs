//! Which scenarios there are: the suite says so itself, so that none is forgotten.

use std::fmt;

use anyhow::{Result, bail};

use super::{CLIENT, suite};
use crate::step::read;

/// The revisions whose required scenarios are played.
pub(super) const REVISIONS: [&str; 2] = ["2025-11-25", "2026-07-28"];
/// Its scenarios are not scored, and played all the same.
pub(super) const OLDEST: &str = "2025-03-26";
/// The extension that Drawbridge has: a client without a person.
const EXTENSION: &str = "auth/client-credentials-";

/// One scenario at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scenario {
    pub(super) name: String,
    /// Nothing for those of an extension.
    pub(super) version: Option<String>,
}

impl Scenario {
    /// Where its results go.
    pub(super) fn folder(&self) -> String {
        let version = self.version.as_deref().unwrap_or("extension");
        format!("{version}/{}", self.name.replace('/', "_"))
    }

    /// How the client is called. That it signs in by itself is what a person would say beforehand.
    pub(super) fn client(&self) -> String {
        let client = format!("./{CLIENT}");
        match self.version {
            Some(_) => client,
            None => format!("{client} --client-credentials"),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{version} {}", self.name),
            None => write!(f, "extension {}", self.name),
        }
    }
}

/// All that are scored, those of 2025-03-26, and those of the extension.
pub(super) fn wanted() -> Result<Vec<Scenario>> {
    let mut wanted = Vec::new();
    for revision in REVISIONS {
        let list = read(suite().args(["list", "--client", "--requirements", revision]))?;
        let required = required(&list);
        if required.is_empty() {
            bail!("the suite lists no scenario for {revision}");
        }
        wanted.extend(required.into_iter().map(|name| Scenario {
            name,
            version: Some(revision.to_owned()),
        }));
    }
    let list = read(suite().args(["list", "--client"]))?;
    let oldest = tagged(&list, OLDEST).map(|name| Scenario {
        name,
        version: Some(OLDEST.to_owned()),
    });
    wanted.extend(oldest);
    let extension = tagged(&list, "extension").filter(|name| name.starts_with(EXTENSION));
    wanted.extend(extension.map(|name| Scenario {
        name,
        version: None,
    }));
    Ok(wanted)
}

/// The paragraph of client scenarios; what comes after it is not scored.
fn required(list: &str) -> Vec<String> {
    let paragraph = list.lines().skip_while(|line| !is_title(line)).skip(1);
    let names = paragraph.map_while(|line| line.trim_start().strip_prefix("- "));
    names.map(str::to_owned).collect()
}

fn is_title(line: &str) -> bool {
    line.starts_with("Client scenarios")
}

/// Those with exactly this mark, as in `- auth/dpop [extension]`.
fn tagged(list: &str, mark: &str) -> impl Iterator<Item = String> {
    let mark = format!(" [{mark}]");
    list.lines().filter_map(move |line| {
        let name = line.trim_start().strip_prefix("- ")?;
        name.strip_suffix(&mark).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::{required, tagged};

    #[test]
    fn what_is_scored_ends_with_its_paragraph() {
        let list = "Required for X:\n\nServer scenarios (a):\n  - ping\n\n\
                    Client scenarios (b):\n  - initialize\n  - auth/iss\n\n\
                    Run and reported, but never scored:\n  extension (1):\n    - auth/dpop [client]\n";
        assert_eq!(required(list), ["initialize", "auth/iss"]);
    }

    #[test]
    fn scenarios_are_found_by_their_mark_alone() {
        let list = "  - a [2025-03-26]\n  - b [2025-03-26,2025-11-25]\n  - c [extension]\n";
        let found: Vec<String> = tagged(list, "2025-03-26").collect();
        assert_eq!(found, ["a"]);
    }
}
