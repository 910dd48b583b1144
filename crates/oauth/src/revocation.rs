//! Handing tokens back (RFC 7009).

use crate::{AccessToken, ClientAuth, Error, Http, RefreshToken, ServerMetadata};

/// A token to hand back.
#[derive(Debug, Clone, Copy)]
pub enum Revocable<'a> {
    /// An access token.
    Access(&'a AccessToken),
    /// A refresh token.
    Refresh(&'a RefreshToken),
}

/// Asks the server to forget a token. The deadline is the caller's.
pub async fn revoke(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    token: Revocable<'_>,
) -> Result<(), Error> {
    let _ = (http, server, client, token);
    todo!()
}
