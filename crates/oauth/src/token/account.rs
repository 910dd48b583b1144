//! Who signed in: what the ID token says that may come with the others (OpenID Connect Core 1.0
//! §3.1.3.3).
//!
//! It is shown, and nothing is decided by it. It came from the token endpoint itself, so its signature
//! need not be checked (§3.1.3.7 item 6).

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::words::clean_without;
use crate::{ClientId, Issuer};

/// A longer token is not read, in bytes.
const LONGEST: usize = 64 * 1024;
/// The claims that a person knows themselves by, the best first (§5.1). `sub` is for programs.
const NAMES: [&str; 3] = ["email", "preferred_username", "name"];

/// How an authorization server names the person who signed in, fit to be shown. It is personal, so it
/// does not print itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account(String);

impl Account {
    /// The name, on one line of at most 250 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in an ID token, if it is from this issuer, for this client, and has one (§3.1.3.7
    /// items 2 and 3). What is not is as if there were no token.
    pub(super) fn read(
        id_token: &str,
        issuer: &Issuer,
        client: &ClientId,
        secrets: &[&str],
    ) -> Option<Self> {
        let claims = claims(id_token)?;
        let is_ours = claims.text("iss") == Some(issuer.as_str()) && is_for(&claims, client);
        let names = NAMES.into_iter().filter(|_| is_ours);
        names
            .filter_map(|name| claims.text(name))
            .map(|name| clean_without(name, secrets))
            .find(|name| !name.is_empty())
            .map(Self)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<somebody>")
    }
}

/// The middle one of three parts (RFC 7515 §7.1); one with five is encrypted, for somebody else.
fn claims(id_token: &str) -> Option<Document> {
    let parts: Vec<&str> = id_token.splitn(4, '.').collect();
    let [_, claims, _] = parts[..] else {
        return None;
    };
    if id_token.len() > LONGEST {
        return None;
    }
    Document::parse(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?)
}

/// `aud` is a string, or an array of several (§2).
fn is_for(claims: &Document, client: &ClientId) -> bool {
    let several = claims.texts("aud").unwrap_or_default();
    let mut audience = several.iter().map(String::as_str).chain(claims.text("aud"));
    audience.any(|one| one == client.as_str())
}

#[cfg(test)]
mod tests;
