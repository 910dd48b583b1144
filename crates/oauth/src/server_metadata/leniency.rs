//! What a person lets pass in metadata (rules A2, A3).

use crate::Issuer;

/// Faults that the person of one server has decided to live with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Leniency {
    /// An `issuer` in the document that is not the one asked for.
    pub issuer: IssuerMatch,
    /// A document that does not say whether there is PKCE. One that says that there is none, or
    /// another one, is refused all the same.
    pub missing_pkce: bool,
}

/// Which issuer a document may name (RFC 8414 §3.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum IssuerMatch {
    /// The one that its address was built from.
    #[default]
    Exact,
    /// Any.
    Any,
    /// Beside the exact one, this pair, byte for byte.
    Pair {
        /// The issuer that the address was built from.
        expected: String,
        /// The issuer that the document names.
        stated: String,
    },
}

impl IssuerMatch {
    /// Whether this very pair was accepted.
    pub(super) fn names(&self, asked: &Issuer, named: &Issuer) -> bool {
        matches!(self, Self::Pair { expected, stated }
            if asked.as_str() == expected && named.as_str() == stated)
    }
}
