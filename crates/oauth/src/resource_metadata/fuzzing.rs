//! A door for the fuzz targets: a document without the request that fetches it.

use super::{Document, ResourceMetadata, Url, covers, read};

/// Reads a document as that of `server`.
#[must_use]
pub fn resource_metadata(body: &[u8], server: &Url) -> Option<ResourceMetadata> {
    let document = Document::parse(body)?;
    let resource = document.text("resource")?;
    if !covers(resource, server) {
        return None;
    }
    read(&document, resource).ok()
}
