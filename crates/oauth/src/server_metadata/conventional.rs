//! Servers that publish no resource metadata (MCP 2025-03-26, "Server Metadata Discovery").

use std::time::Duration;

use url::Url;

use super::{Found, Leniency, ServerMetadata, discover_server};
use crate::{Error, Http, Issuer};

/// The authorization server that a server of 2025-03-26 is itself: its metadata lies at its origin,
/// and without any its endpoints are at `/authorize`, `/token` and `/register` there (rule A5).
pub async fn discover_at_origin(
    http: &Http,
    server: &Url,
    leniency: &Leniency,
) -> Result<Found, Error> {
    let issuer = Issuer::parse(&server.origin().ascii_serialization())?;
    match discover_server(http, &issuer, leniency).await {
        Err(Error::NoServerMetadata { .. }) => Ok(Found {
            metadata: conventional(issuer),
            fresh_for: Duration::ZERO,
            published: false,
        }),
        found => found,
    }
}

fn conventional(issuer: Issuer) -> ServerMetadata {
    let at = |path| {
        let mut url = issuer.url().clone();
        url.set_path(path);
        url
    };
    ServerMetadata {
        asked: None,
        authorization_endpoint: at("/authorize"),
        token_endpoint: at("/token"),
        registration_endpoint: Some(at("/register")),
        revocation_endpoint: None,
        scopes_supported: None,
        token_endpoint_auth_methods: Vec::new(),
        revocation_endpoint_auth_methods: Vec::new(),
        // That revision demands PKCE of every server; where nothing can be said, it is taken at
        // its word, and S256 is sent as everywhere.
        code_challenge_methods: None,
        iss_parameter_supported: false,
        client_id_metadata_document_supported: false,
        issuer,
    }
}
