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

    /// As people may see it: on one line and not too long, and letters of other alphabets, which look
    /// alike, as the network has them. Good for nothing else.
    #[must_use]
    pub fn shown(&self) -> String {
        let url = self.url.as_str();
        clean(if self.url.path() == "/" {
            url.trim_end_matches('/')
        } else {
            url
        })
    }

    /// The same of a text that may be no issuer at all.
    #[must_use]
    pub fn shown_text(text: &str) -> String {
        Self::parse(text).map_or_else(|_| clean(text), |issuer| issuer.shown())
    }

    /// Two that are not one, and may differ in what no URL knows.
    #[must_use]
    pub fn told_apart(one: &str, other: &str) -> (String, String) {
        let (first, second) = (Self::shown_text(one), Self::shown_text(other));
        if first == second {
            (clean(one), clean(other))
        } else {
            (first, second)
        }
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // rule: T8
    #[rstest]
    #[case::as_it_is("https://as.example/tenant", "https://as.example/tenant")]
    #[case::bare("https://as.example", "https://as.example")]
    #[case::bare_with_a_slash("https://as.example/", "https://as.example")]
    #[case::on_this_computer("http://127.0.0.1:8123", "http://127.0.0.1:8123")]
    #[case::look_alike("https://\u{430}pple.com", "https://xn--pple-43d.com")]
    #[case::turned_around("https://as.example/\u{202e}x", "https://as.example/%E2%80%AEx")]
    #[case::broken_up("https://as.example/a\nb", "https://as.example/ab")]
    #[case::no_issuer("as\u{202e}.example", "as .example")]
    fn an_issuer_is_shown_as_what_it_is(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(Issuer::shown_text(text), shown);
    }

    // rule: A2, T8
    #[rstest]
    #[case::by_its_letters(
        "https://apple.com",
        "https://\u{430}pple.com",
        "https://xn--pple-43d.com"
    )]
    #[case::by_its_slash("https://as.example", "https://as.example/", "https://as.example/")]
    fn two_issuers_are_told_apart(#[case] one: &str, #[case] other: &str, #[case] shown: &str) {
        let told = Issuer::told_apart(one, other);
        assert_eq!(told, (one.to_owned(), shown.to_owned()));
    }

    // rule: T8
    #[test]
    fn an_issuer_without_end_is_shown_with_one() {
        let long = Issuer::parse(&format!("https://as.example/{}", "a".repeat(100_000))).unwrap();
        assert_eq!(long.shown().chars().count(), 250);
        assert_eq!(long.as_str().len(), 100_019);
    }
}
