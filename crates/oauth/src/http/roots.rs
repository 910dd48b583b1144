//! Certificates that are trusted beside the system's (rule N3).

use super::innermost;
use crate::Error;

/// Reads a PEM file of certificates.
pub(super) fn read(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, Error> {
    let unusable = |reason: String| Error::UnusableRoots { reason };
    let roots =
        reqwest::Certificate::from_pem_bundle(pem).map_err(|error| unusable(innermost(&error)))?;
    if roots.is_empty() {
        return Err(unusable("there is no PEM certificate in it".to_owned()));
    }
    Ok(roots)
}
