//! The token endpoint (RFC 6749 §§4.1.3, 4.4, 5, 6; RFC 8707 §2.2).

mod account;
mod answer;
mod client_credentials;
mod error;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RequestTokenError,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use self::account::Account;
use self::answer::Asking;
pub(crate) use self::answer::refusal;
pub use self::client_credentials::client_credentials;
pub use self::error::{TokenError, TokenFailure};
use crate::{
    AccessToken, AuthorizationCode, ClientAuth, Http, PkceVerifier, RedirectUri, RefreshToken,
    Resource, Scopes, ServerMetadata,
};

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
    /// Who signed in; nothing means that the server did not say.
    pub account: Option<Account>,
}

/// An answer of the token endpoint as [`answer::standard`] writes it.
pub(crate) type TokenAnswer = StandardTokenResponse<Person, BasicTokenType>;

/// What an answer says of the person.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Person {
    account: Option<Account>,
}

impl ExtraTokenFields for Person {}

/// Exchanges a code for tokens (RFC 6749 §4.1.3). Code, verifier and redirect URI are those of one
/// attempt, and `server` is the one that the attempt recorded.
pub async fn exchange_code(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    code: &AuthorizationCode,
    verifier: &PkceVerifier,
    redirect: &RedirectUri,
    resource: Option<&Resource>,
) -> Result<Tokens, TokenError> {
    let oauth = client
        .oauth()
        .set_token_uri(TokenUrl::from_url(server.token_endpoint.clone()));
    let mut request = oauth
        .exchange_code(oauth2::AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
        // As an extra parameter, because it is sent byte for byte.
        .add_extra_param("redirect_uri", redirect.as_str());
    if let Some(resource) = resource {
        request = request.add_extra_param("resource", resource.as_str());
    }
    for (name, value) in client.parameters() {
        request = request.add_extra_param(name, value);
    }
    let send = sender(http, server, client, &[code.expose(), verifier.expose()]);
    tokens(request.request_async(&send).await)
}

/// Gets new tokens for a refresh token (RFC 6749 §6), for the same resource as before.
pub async fn refresh(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    refresh_token: &RefreshToken,
    resource: Option<&Resource>,
) -> Result<Tokens, TokenError> {
    let oauth = client
        .oauth()
        .set_token_uri(TokenUrl::from_url(server.token_endpoint.clone()));
    let refresh_token = oauth2::RefreshToken::new(refresh_token.expose().to_owned());
    let mut request = oauth.exchange_refresh_token(&refresh_token);
    if let Some(resource) = resource {
        request = request.add_extra_param("resource", resource.as_str());
    }
    for (name, value) in client.parameters() {
        request = request.add_extra_param(name, value);
    }
    let send = sender(http, server, client, &[refresh_token.secret()]);
    tokens(request.request_async(&send).await)
}

/// The `oauth2` crate's way to the network. The answer is read here first, because the crate knows
/// only the standard's: an error in a 200, a refusal in HTML or a time to wait would be lost.
///
/// It owns what it needs: a future that borrows would not be `Send` inside a spawned task.
fn sender(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    secrets: &[&str],
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, TokenError>> + Send + Sync + use<>
{
    let http = http.clone();
    let secrets = secrets.iter().copied().chain(client.sent_secret());
    let asking = Arc::new(Asking {
        issuer: server.issuer.clone(),
        client: client.client_id.clone(),
        secrets: secrets.map(SecretString::from).collect(),
    });
    move |request| {
        let (http, asking) = (http.clone(), asking.clone());
        Box::pin(async move { answer::standard(&http.send(request).await?, &asking) })
    }
}

fn tokens(
    answer: Result<TokenAnswer, RequestTokenError<TokenError, BasicErrorResponse>>,
) -> Result<Tokens, TokenError> {
    match answer {
        Ok(answer) => Ok(Tokens {
            access_token: AccessToken::new(answer.access_token().secret()),
            refresh_token: answer
                .refresh_token()
                .map(|token| RefreshToken::new(token.secret())),
            expires_in: answer.expires_in(),
            scopes: answer
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| &**scope).collect()),
            account: answer.extra_fields().account.clone(),
        }),
        Err(RequestTokenError::Request(error)) => Err(error),
        // What `answer` lets through is what the crate expects; its error would hold the body.
        Err(_) => Err(TokenError::Unusable {
            reason: "its answer cannot be read".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests;
