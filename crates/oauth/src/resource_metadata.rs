//! What a protected resource says of itself (RFC 9728).

use url::Url;

use crate::{BearerChallenge, Error, Http, Issuer, Resource, Scopes};

/// The part of a protected-resource document that matters here (RFC 9728 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// Its identifier, byte for byte as the document has it.
    pub resource: Resource,
    /// Who gives out tokens for it, in its order; empty if it does not say.
    pub authorization_servers: Vec<Issuer>,
    /// What may be asked for.
    pub scopes_supported: Option<Scopes>,
    /// What people call it.
    pub resource_name: Option<String>,
}

/// Finds the metadata of `server`: nothing if it is nowhere to be found.
pub async fn discover_resource(
    http: &Http,
    server: &Url,
    challenge: Option<&BearerChallenge>,
) -> Result<Option<ResourceMetadata>, Error> {
    let _ = (http, server, challenge);
    todo!()
}

/// Where the metadata of `server` may be, in the order of asking.
#[must_use]
pub fn resource_metadata_urls(server: &Url, challenge: Option<&str>) -> Vec<Url> {
    let _ = (server, challenge);
    todo!()
}
