//! Names that are sent as they stand, byte for byte, and never go through a URL type.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::endpoint::is_loopback;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the string as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The string as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier!(
    /// What a token is to be good for (RFC 8707 §2), as its metadata states it (RFC 9728 §2).
    Resource
);
identifier!(
    /// Who we are to one authorization server (RFC 6749 §2.2).
    ClientId
);
identifier!(
    /// Where the browser is sent back to (RFC 6749 §3.1.2, RFC 8252 §7).
    RedirectUri
);

impl RedirectUri {
    /// The app's own link (RFC 8252 §7.1).
    pub const DEEP_LINK: &str = "dev.drawbridge.desktop:/oauth/callback";

    /// Whether it is answered by a listener on this computer (RFC 8252 §7.3).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| url.scheme() == "http" && is_loopback(&url))
    }
}

/// How a client proves who it is at the token endpoint (RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client: it names itself, and PKCE does the rest.
    None,
    /// HTTP Basic, both halves form-encoded first (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// In the body.
    ClientSecretPost,
    /// By a signed assertion (RFC 7523 §2.2). Only for a client that was registered by hand.
    PrivateKeyJwt,
}

impl AuthMethod {
    /// The registered name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The method of that name, if it is one that Drawbridge registers for.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::None, Self::ClientSecretBasic, Self::ClientSecretPost]
            .into_iter()
            .find(|method| method.as_str() == name)
    }
}

impl fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(RedirectUri::DEEP_LINK, false)]
    #[case("http://127.0.0.1:1234/callback", true)]
    #[case("http://localhost:1234/callback", true)]
    #[case("https://drawbridge.example/callback", false)]
    fn a_loopback_redirect_is_known_by_its_host(#[case] uri: &str, #[case] expected: bool) {
        assert_eq!(RedirectUri::new(uri).is_loopback(), expected);
    }

    // rule: R4
    #[rstest]
    fn methods_have_one_name_everywhere(
        #[values(
            AuthMethod::None,
            AuthMethod::ClientSecretBasic,
            AuthMethod::ClientSecretPost
        )]
        method: AuthMethod,
    ) {
        assert_eq!(AuthMethod::parse(method.as_str()), Some(method));
        assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        // Nobody but the person has the key for it.
        assert_eq!(AuthMethod::parse("private_key_jwt"), None);
    }
}
