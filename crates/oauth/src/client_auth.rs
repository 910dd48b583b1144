//! How a client proves itself (RFC 6749 §2.3.1, RFC 7523 §2.2).

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{AuthType, StandardRevocableToken};

use crate::token::TokenAnswer;
use crate::{AuthMethod, ClientId, ClientSecret, ServerMetadata};

/// RFC 7523 §2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The `oauth2` crate's client, for which a token answer may say who signed in.
type OAuthClient = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Who asks, and how that is proved.
#[derive(Debug, Clone, Copy)]
pub struct ClientAuth<'a> {
    /// The client id.
    pub client_id: &'a ClientId,
    /// The client secret, if there is one. For [`AuthMethod::PrivateKeyJwt`] it is what
    /// [`crate::ClientKey::assertion`] signed a moment ago, and good for one request.
    pub secret: Option<&'a ClientSecret>,
    /// How it is sent.
    pub method: AuthMethod,
}

impl<'a> ClientAuth<'a> {
    /// The `oauth2` crate's client, which form-encodes both halves for Basic as the RFC wants.
    pub(crate) fn oauth(self) -> OAuthClient {
        let client = OAuthClient::new(oauth2::ClientId::new(self.client_id.as_str().to_owned()))
            .set_auth_type(match self.method {
                AuthMethod::ClientSecretBasic => AuthType::BasicAuth,
                _ => AuthType::RequestBody,
            });
        match self
            .sent_secret()
            .filter(|_| self.method != AuthMethod::PrivateKeyJwt)
        {
            Some(secret) => client.set_client_secret(oauth2::ClientSecret::new(secret.to_owned())),
            None => client,
        }
    }

    /// What the request says besides, which the `oauth2` crate does not know.
    pub(crate) fn parameters(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let assertion = self
            .sent_secret()
            .filter(|_| self.method == AuthMethod::PrivateKeyJwt);
        assertion
            .map(|signed| {
                [
                    ("client_assertion_type", JWT_BEARER),
                    ("client_assertion", signed),
                ]
            })
            .into_iter()
            .flatten()
    }

    /// The secret, if the method sends it: some servers give one to public clients too.
    pub(crate) fn sent_secret(self) -> Option<&'a str> {
        self.secret
            .filter(|_| self.method != AuthMethod::None)
            .map(ClientSecret::expose)
    }
}

/// How a client that has a secret sends it: the way that the server lists, Basic first and where it
/// lists nothing (RFC 8414 §2).
#[must_use]
pub fn secret_method(server: &ServerMetadata) -> AuthMethod {
    let lists = |method: AuthMethod| {
        let methods = &server.token_endpoint_auth_methods;
        methods.iter().any(|listed| listed == method.as_str())
    };
    if !lists(AuthMethod::ClientSecretBasic) && lists(AuthMethod::ClientSecretPost) {
        AuthMethod::ClientSecretPost
    } else {
        AuthMethod::ClientSecretBasic
    }
}
