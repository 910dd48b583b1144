//! A client that introduces itself (RFC 7591).

use std::time::SystemTime;

use crate::{
    AuthMethod, ClientId, ClientSecret, Error, Http, Issuer, RedirectUri, Scopes, ServerMetadata,
};

/// Who we are to one authorization server, with one redirect URI.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Our name there.
    pub client_id: ClientId,
    /// Our secret there, if it gave us one.
    pub client_secret: Option<ClientSecret>,
    /// How to authenticate there.
    pub auth_method: AuthMethod,
    /// When the secret ends; nothing if it does not.
    pub secret_expires_at: Option<SystemTime>,
    /// The one redirect URI of this registration.
    pub redirect_uri: RedirectUri,
    /// Where it is good.
    pub issuer: Issuer,
}

/// Registers with `server`.
pub async fn register(
    http: &Http,
    server: &ServerMetadata,
    redirect: &RedirectUri,
    scopes: &Scopes,
    preferred: Option<AuthMethod>,
) -> Result<Registration, Error> {
    let _ = (http, server, redirect, scopes, preferred);
    todo!()
}
