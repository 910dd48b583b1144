//! The token endpoint (RFC 6749 §§4.1.3, 5, 6; RFC 8707 §2.2).

mod error;

use std::time::Duration;

pub use self::error::{TokenError, TokenFailure};
use crate::{
    AccessToken, AuthMethod, AuthorizationCode, ClientId, ClientSecret, Http, PkceVerifier,
    RedirectUri, RefreshToken, Resource, Scopes, ServerMetadata,
};

/// Who asks, and how that is proved.
#[derive(Debug, Clone, Copy)]
pub struct ClientAuth<'a> {
    /// The client id.
    pub client_id: &'a ClientId,
    /// The client secret, if there is one.
    pub secret: Option<&'a ClientSecret>,
    /// How it is sent.
    pub method: AuthMethod,
}

/// What the token endpoint gave (RFC 6749 §5.1).
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The new access token.
    pub access_token: AccessToken,
    /// The new refresh token; nothing means that the old one stays good.
    pub refresh_token: Option<RefreshToken>,
    /// How long the access token lives from now; nothing means that the server did not say.
    pub expires_in: Option<Duration>,
    /// What was granted; nothing means what was asked for.
    pub scopes: Option<Scopes>,
}

/// Exchanges a code for tokens.
pub async fn exchange_code(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    code: &AuthorizationCode,
    verifier: &PkceVerifier,
    redirect: &RedirectUri,
    resource: Option<&Resource>,
) -> Result<Tokens, TokenError> {
    let _ = (http, server, client, code, verifier, redirect, resource);
    todo!()
}

/// Gets new tokens for a refresh token.
pub async fn refresh(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    refresh_token: &RefreshToken,
    resource: Option<&Resource>,
) -> Result<Tokens, TokenError> {
    let _ = (http, server, client, refresh_token, resource);
    todo!()
}
