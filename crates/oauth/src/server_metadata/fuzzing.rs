//! A door for the fuzz targets: a document without the request that fetches it.

use super::{Document, Issuer, Reach, Reading, ServerMetadata};

/// Reads a document as that of the issuer which it names itself.
#[must_use]
pub fn server_metadata(body: &[u8], reach: Reach, missing_pkce: bool) -> Option<ServerMetadata> {
    let document = Document::parse(body)?;
    let issuer = Issuer::parse(document.text("issuer")?).ok()?;
    let reading = Reading {
        document: &document,
        issuer: &issuer,
        reach,
        missing_pkce,
    };
    Some(reading.read(issuer.clone()).ok()?.metadata)
}
