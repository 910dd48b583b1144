//! What a server asks for when it says no (RFC 9110 §11.6.1, RFC 6750 §3).

mod grammar;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

use crate::Scopes;

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme as it was written; any case is meant alike.
    pub scheme: String,
    /// The one value that schemes such as `Negotiate` have instead of parameters.
    pub token68: Option<String>,
    /// Names and unquoted values, in order.
    pub params: Vec<(String, String)>,
}

impl Challenge {
    /// The first parameter of that name, in any case.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        let found = self
            .params
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn is_bearer(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("bearer")
    }
}

/// All challenges of a response, over all its header lines. What cannot be read is passed over.
#[must_use]
pub fn parse_challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let lines = headers.get_all(WWW_AUTHENTICATE).iter();
    lines
        .flat_map(|line| grammar::challenges(&String::from_utf8_lossy(line.as_bytes())))
        .collect()
}

/// What a Bearer challenge says (RFC 6750 §3, RFC 9728 §5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BearerChallenge {
    /// Where the resource metadata is.
    pub resource_metadata: Option<String>,
    /// What access would take; nothing where that is more than can be asked for.
    pub scope: Option<Scopes>,
    /// `invalid_token`, `insufficient_scope`, …
    pub error: Option<String>,
    /// In the server's words.
    pub error_description: Option<String>,
}

/// The Bearer challenge of a response: the first one that says where its metadata is, else the
/// first one.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<BearerChallenge> {
    let challenges: Vec<_> = parse_challenges(headers)
        .into_iter()
        .filter(Challenge::is_bearer)
        .collect();
    let telling = challenges
        .iter()
        .find(|one| one.param("resource_metadata").is_some());
    let chosen = telling.or(challenges.first())?;
    Some(BearerChallenge {
        resource_metadata: chosen.param("resource_metadata").map(str::to_owned),
        scope: chosen
            .param("scope")
            .map(Scopes::parse)
            .filter(|scopes| !scopes.is_empty() && scopes.fits()),
        error: chosen.param("error").map(crate::words::clean),
        error_description: chosen.param("error_description").map(crate::words::clean),
    })
}

#[cfg(test)]
mod tests;
