//! Who gives out tokens (RFC 8414 §2, RFC 9207 §2).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Error;
use crate::endpoint::{is_https_or_loopback, is_loopback};
use crate::words::clean;

/// The identifier of an authorization server.
///
/// The string is kept as it came, and equality is equality of bytes: issuers are compared, never
/// normalised (RFC 8414 §3.3, RFC 9207 §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Takes an https URL, or http on a loopback host, without query and fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refused = || Error::InvalidIssuer {
            issuer: clean(text),
        };
        let url = Url::parse(text).map_err(|_| refused())?;
        let plain = url.query().is_none() && url.fragment().is_none();
        if !plain || !is_https_or_loopback(&url) {
            return Err(refused());
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// The string as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Where it is; good for fetching, not for comparing.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether `stated` may stand for this issuer (RFC 8414 §3.3). A trailing slash on a bare
    /// origin is forgiven, because as URLs the two are the same.
    #[must_use]
    pub fn admits(&self, stated: &Self) -> bool {
        let bare = |issuer: &Self| issuer.url.path() == "/";
        self == stated
            || (bare(self)
                && bare(stated)
                && self.text.trim_end_matches('/') == stated.text.trim_end_matches('/'))
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Issuer {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.text
    }
}
