//! What is asked for, and what was granted (RFC 6749 §3.3).

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Scope tokens, each once, in the order in which they were first named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Scopes(Vec<String>);

/// More, in bytes, is no list for a person to agree to, and no server reads a URL that long.
const LONGEST: usize = 4096;

/// The scope that asks for a refresh token (OIDC Core §11).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

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
        let other: HashSet<&String> = other.0.iter().collect();
        let rest = self.0.iter().filter(|scope| !other.contains(scope));
        rest.collect()
    }

    /// Those of these that open something at a resource: `offline_access` asks for a refresh token
    /// instead.
    #[must_use]
    pub fn access(&self) -> Self {
        let rest = self.0.iter().filter(|scope| *scope != OFFLINE_ACCESS);
        rest.collect()
    }

    /// Whether both open the same at a resource, in whatever order.
    #[must_use]
    pub fn open_the_same_as(&self, other: &Self) -> bool {
        let more = |one: &Self, than: &Self| !one.access().without(than).is_empty();
        !more(self, other) && !more(other, self)
    }

    /// This one scope, if it is among them.
    pub(crate) fn only(&self, scope: &str) -> Self {
        let named = self.0.iter().filter(|known| *known == scope);
        named.collect()
    }

    /// Whether it is a list that can be asked for.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.fitting() == self.0.len()
    }

    /// The first of these that fit.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.0.truncate(self.fitting());
        self
    }

    /// How many of them, from the first on, are no longer than a list may be.
    fn fitting(&self) -> usize {
        let mut length = 0;
        let fits = |scope: &&String| {
            length += scope.len() + 1;
            length <= LONGEST + 1
        };
        self.0.iter().take_while(fits).count()
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
        let (mut unique, mut known) = (Vec::new(), HashSet::new());
        for piece in scopes {
            for scope in piece.as_ref().split_ascii_whitespace() {
                if known.insert(scope.to_owned()) {
                    unique.push(scope.to_owned());
                }
            }
        }
        Self(unique)
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

#[cfg(test)]
mod tests {
    use super::*;

    // rule: T5
    #[test]
    fn a_quarter_of_a_million_scopes_are_told_apart_in_no_time() {
        let list = |from: usize, to: usize| (from..to).map(|n| format!("s{n}"));
        let many: Scopes = list(0, 250_000).chain(list(0, 250_000)).collect();
        let more: Scopes = list(100_000, 350_000).collect();
        assert_eq!(many.as_slice().len(), 250_000);
        assert_eq!(many.union(&more).as_slice().len(), 350_000);
        assert_eq!(many.without(&more).as_slice().len(), 100_000);
    }

    // rule: T5
    #[test]
    fn of_more_than_fits_the_first_are_kept() {
        let ten = "a".repeat(9);
        let list: Vec<String> = (0..1000).map(|n| format!("{ten}{n:03}")).collect();
        let cut = list.iter().collect::<Scopes>().cut();
        assert!(cut.fits() && cut.to_string().len() > LONGEST - 13);
        assert_eq!(cut.as_slice(), &list[..cut.as_slice().len()]);
        assert_eq!(Scopes::parse("b a").cut(), Scopes::parse("b a"));
        assert!(Scopes::parse(&"x".repeat(LONGEST + 1)).cut().is_empty());
    }
}
