//! The one key.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes in a key.
const LENGTH: usize = 32;

/// Parts the fingerprint from every other use of SHA-256 over the key.
const FINGERPRINT_LABEL: &[u8] = b"drawbridge vault key fingerprint v1\0";

/// 32 random bytes that are wiped from memory and never printed.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; LENGTH]>);

impl Key {
    /// A new random key.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        rand::fill(&mut bytes[..]);
        Self(bytes)
    }

    /// The key that is these bytes, if they are 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        <[u8; LENGTH]>::try_from(bytes)
            .ok()
            .map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes, for the cipher and for the place where the key is kept.
    pub(super) fn expose(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// See [`super::Vault::fingerprint`].
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(FINGERPRINT_LABEL)
            .chain_update(&self.0[..]);
        digest.finalize()[..8]
            .iter()
            .fold(String::with_capacity(16), |mut text, byte| {
                for digit in [byte >> 4, byte & 15] {
                    text.extend(char::from_digit(digit.into(), 16));
                }
                text
            })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(<redacted>)")
    }
}
