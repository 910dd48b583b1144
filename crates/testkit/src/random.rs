//! Unguessable strings.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

/// `label` and 32 random bytes; the label tells a reader of a failing test what leaked.
pub(crate) fn secret(label: &str) -> String {
    format!(
        "{label}_{}",
        BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    )
}

/// A short name that is unique within a run and nobody's secret.
pub(crate) fn name(label: &str) -> String {
    format!(
        "{label}_{}",
        BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 9]>())
    )
}
