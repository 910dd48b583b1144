//! Strings that must not get out: they cannot be printed, compared or serialised.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes the string in.
            pub fn new(secret: impl Into<String>) -> Self {
                Self(SecretString::from(secret.into()))
            }

            /// The string itself, for the one place that has to send or seal it.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("<redacted>")
            }
        }
    };
}

secret!(
    /// What opens a resource (RFC 6749 §1.4).
    AccessToken
);
secret!(
    /// What gets a new access token (RFC 6749 §1.5).
    RefreshToken
);
secret!(
    /// What a confidential client proves itself with (RFC 6749 §2.3.1).
    ClientSecret
);
secret!(
    /// What the authorization endpoint hands back (RFC 6749 §1.3.1).
    AuthorizationCode
);
secret!(
    /// What proves that the one who exchanges the code is the one who asked for it (RFC 7636 §4.1).
    PkceVerifier
);
secret!(
    /// What ties a callback to its attempt (RFC 6749 §10.12).
    State
);

impl State {
    /// SHA-256 of the state: what is stored, so that the stored value opens nothing.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.expose().as_bytes()).into()
    }

    /// Whether this is the state with that digest; takes the same time either way.
    #[must_use]
    pub fn matches(&self, digest: &[u8; 32]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}
