//! Who Drawbridge is at an authorization server: registrations, kept and made (rules R1, R2, R4).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use drawbridge_oauth::{
    AuthMethod, ClientAuth, ClientId, ClientSecret, Http, RedirectUri, Registration, Scopes,
    ServerMetadata, register,
};

use crate::clock::millis;
use crate::core::Core;
use crate::error::Error;
use crate::ids::{RegistrationId, ServerId};
use crate::store::RegistrationRow;
use crate::vault::Place;

/// A registration as it is used.
pub(crate) struct StoredClient {
    pub(crate) id: RegistrationId,
    pub(crate) client_id: ClientId,
    pub(crate) redirect: RedirectUri,
    pub(crate) method: AuthMethod,
    secret: Option<ClientSecret>,
}

impl StoredClient {
    /// As the token endpoint wants to see it.
    pub(crate) fn auth(&self) -> ClientAuth<'_> {
        ClientAuth {
            client_id: &self.client_id,
            secret: self.secret.as_ref(),
            method: self.method,
        }
    }
}

/// The registration for this server, issuer and redirect; a new one if there is none, and whether
/// it is new.
pub(crate) async fn registered_client(
    core: &Core,
    http: &Http,
    server: &ServerId,
    metadata: &ServerMetadata,
    scopes: &Scopes,
    preferred: Option<AuthMethod>,
) -> Result<(StoredClient, bool), Error> {
    let redirect = RedirectUri::new(RedirectUri::DEEP_LINK);
    let issuer = metadata.issuer.as_str();
    let known = core
        .store
        .registration_for(server, issuer, redirect.as_str(), core.clock.now())
        .await?;
    if let Some(row) = known {
        match readable(core, row) {
            Ok(client) => return Ok((client, false)),
            // A secret that this key cannot open is as good as none: register anew.
            Err(error) => tracing::warn!(%server, %error, "a registration of {server} is unusable"),
        }
    }
    let registration = register(http, metadata, &redirect, scopes, preferred).await?;
    let row = sealed(core, server, &registration)?;
    core.store.insert_registration(&row).await?;
    Ok((readable(core, row)?, true))
}

/// The registration that a grant or an attempt was made with.
pub(crate) async fn stored_client(
    core: &Core,
    id: Option<&RegistrationId>,
) -> Result<StoredClient, Error> {
    let Some(id) = id else {
        return Err(Error::ClientRejected);
    };
    let row = core
        .store
        .registration(id)
        .await?
        .ok_or(Error::ClientRejected)?;
    readable(core, row)
}

fn sealed(
    core: &Core,
    server: &ServerId,
    registration: &Registration,
) -> Result<RegistrationRow, Error> {
    let id = RegistrationId::random();
    let secret = registration
        .client_secret
        .as_ref()
        .map(|secret| core.keys.seal(place(&id), secret.expose()))
        .transpose()?;
    Ok(RegistrationRow {
        server: server.clone(),
        issuer: registration.issuer.as_str().to_owned(),
        redirect_uri: registration.redirect_uri.as_str().to_owned(),
        client_id: registration.client_id.as_str().to_owned(),
        auth_method: registration.auth_method.as_str().to_owned(),
        secret,
        secret_expires_at: registration.secret_expires_at.map(since_epoch).map(millis),
        id,
    })
}

fn readable(core: &Core, row: RegistrationRow) -> Result<StoredClient, Error> {
    let secret = row
        .secret
        .map(|secret| core.keys.unseal(place(&row.id), &secret))
        .transpose()?;
    Ok(StoredClient {
        client_id: ClientId::new(row.client_id),
        redirect: RedirectUri::new(row.redirect_uri),
        method: AuthMethod::parse(&row.auth_method).ok_or(Error::Corrupt)?,
        secret: secret.map(|secret| ClientSecret::new(secret.as_str())),
        id: row.id,
    })
}

fn place(id: &RegistrationId) -> Place<'_> {
    Place {
        table: "registration",
        column: "secret",
        row: id.as_str(),
    }
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}
