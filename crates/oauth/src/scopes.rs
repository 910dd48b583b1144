//! What is asked for, and what was granted (RFC 6749 §3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Scope tokens, each once, in the order in which they were first named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Reads a space-separated list.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        list.split_ascii_whitespace().collect()
    }

    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this very scope is named; scopes are case-sensitive.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// These, then those of `other` that are not among them.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).collect()
    }

    /// Those of these that `other` does not name.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.0
            .iter()
            .filter(|scope| !other.contains(scope))
            .collect()
    }

    /// The scopes, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl<S: AsRef<str>> FromIterator<S> for Scopes {
    /// A piece that is itself a list counts as its parts: some servers send `["a b"]`.
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        let mut unique = Self::default();
        for piece in scopes {
            for scope in piece.as_ref().split_ascii_whitespace() {
                if !unique.contains(scope) {
                    unique.0.push(scope.to_owned());
                }
            }
        }
        unique
    }
}

impl From<Vec<String>> for Scopes {
    fn from(scopes: Vec<String>) -> Self {
        scopes.into_iter().collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}
