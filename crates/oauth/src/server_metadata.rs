//! What an authorization server says of itself (RFC 8414, OpenID Connect Discovery).

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Error, Http, Issuer, Scopes};

/// The part of an authorization server's metadata that matters here (RFC 8414 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMetadata {
    /// Its identifier, as the document has it: what callbacks are compared with.
    pub issuer: Issuer,
    /// Where the person signs in.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: Url,
    /// Where clients register (RFC 7591).
    pub registration_endpoint: Option<Url>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: Option<Url>,
    /// What may be asked for, over all its resources.
    pub scopes_supported: Option<Scopes>,
    /// How clients may authenticate; empty if it does not say.
    pub token_endpoint_auth_methods: Vec<String>,
    /// The same, at the revocation endpoint.
    pub revocation_endpoint_auth_methods: Vec<String>,
    /// PKCE methods (RFC 7636 §6.2).
    pub code_challenge_methods: Option<Vec<String>>,
    /// Whether every callback names its issuer (RFC 9207 §3).
    pub iss_parameter_supported: bool,
    /// Whether a URL may be a client id.
    pub client_id_metadata_document_supported: bool,
}

/// Finds and checks the metadata of `issuer`.
pub async fn discover_server(
    http: &Http,
    issuer: &Issuer,
    mcp_server_is_local: bool,
) -> Result<ServerMetadata, Error> {
    let _ = (http, issuer, mcp_server_is_local);
    todo!()
}

/// Where the metadata of `issuer` may be, in the order of asking.
#[must_use]
pub fn server_metadata_urls(issuer: &Issuer) -> Vec<Url> {
    let _ = issuer;
    todo!()
}
