//! Who asks at the token endpoint, and how that is proved there.

use drawbridge_oauth::{
    AuthMethod, ClientAuth, ClientId, ClientKey, ClientSecret, ServerMetadata, secret_method,
};

use crate::clock::Clock;
use crate::core::Core;
use crate::error::Error;
use crate::server::{CLIENT_KEY, CLIENT_SECRET, credential};
use crate::sign_in::{StoredClient, readable_client, stored_client};
use crate::store::{GrantRow, RegistrationRow, ServerRow};

/// Whose name the tokens are in.
pub(crate) enum Client {
    /// Registered for people to sign in with.
    Registered(StoredClient),
    /// A client of its own, behind which there is no person (RFC 6749 §4.4).
    Own {
        /// As it was registered by hand.
        client_id: ClientId,
        /// What it has to show.
        credentials: Credentials,
    },
}

/// What a client of its own proves itself with.
pub(crate) enum Credentials {
    /// RFC 7523 §2.2.
    Key(Box<ClientKey>),
    /// RFC 6749 §2.3.1.
    Secret(ClientSecret),
}

impl Client {
    /// The client that a grant was made with.
    pub(crate) async fn of(
        core: &Core,
        server: &ServerRow,
        grant: &GrantRow,
    ) -> Result<Self, Error> {
        if server.signs_in_by_itself() {
            return Self::own(core, server);
        }
        let registered = stored_client(core, grant.registration.as_ref()).await?;
        Ok(Self::Registered(registered))
    }

    /// The same, of a grant that is not stored any more.
    pub(crate) fn kept(
        core: &Core,
        server: &ServerRow,
        registration: Option<RegistrationRow>,
    ) -> Result<Self, Error> {
        if server.signs_in_by_itself() {
            return Self::own(core, server);
        }
        let registration = registration.ok_or(Error::ClientRejected)?;
        Ok(Self::Registered(readable_client(core, registration)?))
    }

    /// The client that was typed in for a server without a person. A key is better than a secret.
    pub(crate) fn own(core: &Core, server: &ServerRow) -> Result<Self, Error> {
        let stored = |column, sealed: Option<&Vec<u8>>| {
            credential(core, &server.id, column, sealed.map(Vec::as_slice))
        };
        let key = stored(CLIENT_KEY, server.client_key.as_ref())?;
        let secret = stored(CLIENT_SECRET, server.client_secret.as_ref())?;
        let credentials = match (key, secret) {
            (Some(pem), _) => Credentials::Key(Box::new(ClientKey::from_pem(&pem)?)),
            (None, Some(secret)) => Credentials::Secret(ClientSecret::new(secret.as_str())),
            (None, None) => return Err(Error::CredentialsMissing),
        };
        let client_id = server.sign_in.client_id.as_deref();
        Ok(Self::Own {
            client_id: ClientId::new(client_id.ok_or(Error::CredentialsMissing)?),
            credentials,
        })
    }

    /// What to show at an endpoint of one server, for one request.
    pub(crate) fn proof(
        &self,
        metadata: &ServerMetadata,
        clock: &Clock,
    ) -> Result<Proof<'_>, drawbridge_oauth::Error> {
        let (client_id, credentials) = match self {
            Self::Registered(client) => return Ok(Proof::Kept(client.auth())),
            Self::Own {
                client_id,
                credentials,
            } => (client_id, credentials),
        };
        Ok(match credentials {
            Credentials::Key(key) => Proof::Signed {
                client_id,
                assertion: key.assertion(client_id, &metadata.issuer, clock.since_epoch())?,
            },
            Credentials::Secret(secret) => Proof::Kept(ClientAuth {
                client_id,
                secret: Some(secret),
                method: secret_method(metadata),
            }),
        })
    }
}

/// Good for one request.
pub(crate) enum Proof<'a> {
    Kept(ClientAuth<'a>),
    Signed {
        client_id: &'a ClientId,
        assertion: ClientSecret,
    },
}

impl Proof<'_> {
    /// As the request wants to have it.
    pub(crate) fn auth(&self) -> ClientAuth<'_> {
        match self {
            Self::Kept(auth) => *auth,
            Self::Signed {
                client_id,
                assertion,
            } => ClientAuth {
                client_id,
                secret: Some(assertion),
                method: AuthMethod::PrivateKeyJwt,
            },
        }
    }
}
