//! The request that the person's browser makes (RFC 6749 §4.1.1, RFC 7636, RFC 8707).

use std::fmt;

use url::Url;

use crate::{
    ClientId, PkceVerifier, RedirectUri, Resource, ResourceMetadata, Scopes, ServerMetadata, State,
};

/// A URL to open, and what has to be kept to understand the answer.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    /// What to open.
    pub url: AuthorizationUrl,
    /// Comes back with the answer.
    pub state: State,
    /// Goes to the token endpoint with the code.
    pub verifier: PkceVerifier,
}

/// An authorization URL; it holds the state, so it is not printed.
#[derive(Clone)]
pub struct AuthorizationUrl(Url);

impl AuthorizationUrl {
    /// The whole URL, to be opened or copied by the person.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port: fit to be shown.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The whole URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/<redacted>", self.origin())
    }
}

/// Makes an authorization request, with a new state and a new verifier.
#[must_use]
pub fn authorize(
    server: &ServerMetadata,
    client: &ClientId,
    redirect: &RedirectUri,
    scopes: &Scopes,
    resource: Option<&Resource>,
) -> AuthorizationRequest {
    let _ = (server, client, redirect, scopes, resource);
    todo!()
}

/// What to ask for.
#[must_use]
pub fn requested_scopes(
    challenge: Option<&Scopes>,
    resource: Option<&ResourceMetadata>,
    server: &ServerMetadata,
) -> Scopes {
    let _ = (challenge, resource, server);
    todo!()
}
