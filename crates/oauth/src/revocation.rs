//! Handing tokens back (RFC 7009).

use std::sync::Arc;

use futures::future::BoxFuture;
use http::{Response, Uri};
use oauth2::{HttpRequest, HttpResponse, RequestTokenError, RevocationUrl, StandardRevocableToken};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::endpoint::{is_https_or_loopback, shown};
use crate::token::refusal;
use crate::{AccessToken, ClientAuth, Error, Http, RefreshToken, ServerMetadata, TokenError};

/// A token to hand back.
#[derive(Debug, Clone, Copy)]
pub enum Revocable<'a> {
    /// An access token.
    Access(&'a AccessToken),
    /// A refresh token.
    Refresh(&'a RefreshToken),
}

impl Revocable<'_> {
    fn expose(&self) -> &str {
        match self {
            Self::Access(token) => token.expose(),
            Self::Refresh(token) => token.expose(),
        }
    }

    fn oauth(&self) -> StandardRevocableToken {
        let token = self.expose().to_owned();
        match self {
            Self::Access(_) => oauth2::AccessToken::new(token).into(),
            Self::Refresh(_) => oauth2::RefreshToken::new(token).into(),
        }
    }
}

/// Asks the server to forget a token, authenticated the way the client is registered. That it does
/// not do so for this kind of token is no failure (RFC 7009 §2.2.1). The deadline is the caller's.
pub async fn revoke(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    token: Revocable<'_>,
) -> Result<(), Error> {
    let Some(endpoint) = &server.revocation_endpoint else {
        return Err(Error::NoRevocation {
            issuer: server.issuer.shown(),
        });
    };
    let insecure = || Error::InsecureEndpoint {
        url: shown(endpoint),
    };
    let uri: Uri = endpoint.as_str().parse().map_err(|_| insecure())?;
    let oauth = client
        .oauth()
        .set_revocation_url(named_https(endpoint).ok_or_else(insecure)?);
    let secrets = [token.expose(), client.sent_secret().unwrap_or_default()];
    let send = sender(http, uri, &secrets);
    let mut request = oauth.revoke_token(token.oauth()).map_err(|_| insecure())?;
    for (name, value) in client.parameters() {
        request = request.add_extra_param(name, value);
    }
    match request.request_async(&send).await {
        Ok(()) => Ok(()),
        Err(RequestTokenError::Request(error)) => Err(error),
        Err(_) => Err(TokenError::Unusable {
            reason: "its answer cannot be read".to_owned(),
        }
        .into()),
    }
}

/// The endpoint as the `oauth2` crate wants it: it refuses http even on this computer. The request
/// goes to the real one.
fn named_https(endpoint: &Url) -> Option<RevocationUrl> {
    let mut named = endpoint.clone();
    if is_https_or_loopback(endpoint) {
        named.set_scheme("https").ok()?;
    }
    Some(RevocationUrl::from_url(named))
}

/// The crate takes nothing but 200 for a yes, so every yes is made one.
///
/// It owns what it needs: a future that borrows would not be `Send` inside a spawned task.
fn sender(
    http: &Http,
    uri: Uri,
    secrets: &[&str],
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, Error>> + Send + Sync {
    let http = http.clone();
    let secrets: Arc<[SecretString]> = secrets.iter().copied().map(SecretString::from).collect();
    move |mut request| {
        *request.uri_mut() = uri.clone();
        let http = http.clone();
        let secrets = secrets.clone();
        Box::pin(async move {
            let response = http.send(request).await?;
            if response.status().is_success() {
                return Ok(Response::new(Vec::new()));
            }
            let secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
            match refusal(&response, &secrets) {
                TokenError::Refused { error, .. } if is_done(&error) => {
                    Ok(Response::new(Vec::new()))
                }
                error => Err(error.into()),
            }
        })
    }
}

/// Either it cannot be revoked here, or there is nothing left to revoke.
fn is_done(error: &str) -> bool {
    matches!(
        error,
        "unsupported_token_type" | "invalid_token" | "invalid_grant"
    )
}

#[cfg(test)]
mod tests;
