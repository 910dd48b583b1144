//! The request that the person's browser makes (RFC 6749 §4.1.1, RFC 7636, RFC 8707).

use std::fmt;

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, CsrfToken, PkceCodeChallenge, Scope};
use url::Url;

use crate::scopes::OFFLINE_ACCESS;
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

/// How many random bytes are in a state and in a verifier.
const RANDOM_BYTES: u32 = 32;

/// Makes an authorization request, with a new state and a new verifier of 32 random bytes each.
///
/// `extra` are parameters that the person set; a `prompt` among them takes the place of ours.
#[must_use]
pub fn authorize(
    server: &ServerMetadata,
    client: &ClientId,
    redirect: &RedirectUri,
    scopes: &Scopes,
    resource: Option<&Resource>,
    extra: &[(String, String)],
) -> AuthorizationRequest {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256_len(RANDOM_BYTES);
    let client = BasicClient::new(oauth2::ClientId::new(client.as_str().to_owned()))
        .set_auth_uri(AuthUrl::from_url(server.authorization_endpoint.clone()));
    let mut request = client
        .authorize_url(|| CsrfToken::new_random_len(RANDOM_BYTES))
        .set_pkce_challenge(challenge)
        .add_scopes(scopes.as_slice().iter().cloned().map(Scope::new))
        // As extra parameters, because these two are sent byte for byte.
        .add_extra_param("redirect_uri", redirect.as_str());
    if let Some(resource) = resource {
        request = request.add_extra_param("resource", resource.as_str());
    }
    for (name, value) in extra {
        request = request.add_extra_param(name.as_str(), value.as_str());
    }
    let prompts = extra.iter().any(|(name, _)| name == "prompt");
    if scopes.contains(OFFLINE_ACCESS) && !prompts {
        // OIDC Core §11: without it, the scope is ignored.
        request = request.add_extra_param("prompt", "consent");
    }
    let (url, state) = request.url();
    AuthorizationRequest {
        url: AuthorizationUrl(url),
        state: State::new(state.into_secret()),
        verifier: PkceVerifier::new(verifier.into_secret()),
    }
}

/// What to ask for: what the challenge says, else what the resource lists, else nothing, which
/// leaves it to the server. What the *authorization server* lists is over all its resources and is
/// not asked for, but it tells whether `offline_access` may be.
///
/// `offline_access` is asked for where it is offered, never where the list is without it, and not
/// alone: that would be less than asking for nothing.
#[must_use]
pub fn requested_scopes(
    challenge: Option<&Scopes>,
    resource: Option<&ResourceMetadata>,
    server: &ServerMetadata,
) -> Scopes {
    let fits = |scopes: &&Scopes| !scopes.is_empty() && scopes.fits();
    let stated = challenge.filter(fits);
    let listed = resource.and_then(|resource| resource.scopes_supported.as_ref());
    let listed = listed.filter(fits);
    let scopes = stated.or(listed).cloned().unwrap_or_default();
    match &server.scopes_supported {
        Some(offered) if offered.contains(OFFLINE_ACCESS) && !scopes.is_empty() => {
            scopes.union(&Scopes::parse(OFFLINE_ACCESS))
        }
        _ => without_unlisted_offline(scopes, server),
    }
}

/// These, but for an `offline_access` that the list of the server is without.
#[must_use]
pub fn without_unlisted_offline(scopes: Scopes, server: &ServerMetadata) -> Scopes {
    match &server.scopes_supported {
        Some(offered) if !offered.contains(OFFLINE_ACCESS) => scopes.access(),
        _ => scopes,
    }
}

#[cfg(test)]
mod tests;
