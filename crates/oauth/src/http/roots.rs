//! Reading the person's own certificates.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::innermost;
use crate::Error;

/// Reads a PEM file of certificates.
pub(super) fn read(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let unusable = |reason: String| Error::UnusableRoots { reason };
    let roots: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(innermost(&error)))?;
    if roots.is_empty() {
        return Err(unusable("there is no PEM certificate in it".to_owned()));
    }
    let mut store = RootCertStore::empty();
    for root in &roots {
        let added = store.add(root.clone());
        added.map_err(|error| unusable(innermost(&error)))?;
    }
    Ok(roots)
}
