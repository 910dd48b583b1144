//! How a client proves itself (RFC 6749 §2.3.1).

use oauth2::AuthType;
use oauth2::basic::BasicClient;

use crate::{AuthMethod, ClientId, ClientSecret};

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

impl<'a> ClientAuth<'a> {
    /// The `oauth2` crate's client, which form-encodes both halves for Basic as the RFC wants.
    pub(crate) fn oauth(self) -> BasicClient {
        let client = BasicClient::new(oauth2::ClientId::new(self.client_id.as_str().to_owned()))
            .set_auth_type(match self.method {
                AuthMethod::ClientSecretBasic => AuthType::BasicAuth,
                AuthMethod::ClientSecretPost | AuthMethod::None => AuthType::RequestBody,
            });
        match self.sent_secret() {
            Some(secret) => client.set_client_secret(oauth2::ClientSecret::new(secret.to_owned())),
            None => client,
        }
    }

    /// The secret, if the method sends it: some servers give one to public clients too.
    pub(crate) fn sent_secret(self) -> Option<&'a str> {
        self.secret
            .filter(|_| self.method != AuthMethod::None)
            .map(ClientSecret::expose)
    }
}
