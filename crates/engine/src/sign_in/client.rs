//! Who Drawbridge is at an authorization server: registrations, kept and made (rules R1 to R6).

mod choice;
mod document;
mod dynamic;
mod pre_registered;
mod prospect;
mod seat;

use drawbridge_oauth::{
    AuthMethod, ClientAuth, ClientId, ClientSecret, Issuer, RedirectUri, ServerMetadata,
};

pub(super) use choice::{Wanted, choose};
pub(crate) use pre_registered::not_of_another;
pub(super) use pre_registered::{bind, only_its_own};
pub(crate) use prospect::{Prospect, prospect};

use super::loopback::Listener;
use crate::activity::Story;
use crate::core::Core;
use crate::error::Error;
use crate::ids::RegistrationId;
use crate::store::{RegistrationKind, RegistrationRow, ServerRow};
use crate::vault::Place;
use crate::view::{Decision, FactName, Millis};

/// A registration as it is used.
pub(crate) struct StoredClient {
    pub(crate) id: RegistrationId,
    pub(crate) client_id: ClientId,
    pub(crate) redirect: RedirectUri,
    pub(crate) method: AuthMethod,
    pub(super) kind: RegistrationKind,
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

/// The client of an attempt.
pub(super) struct Chosen {
    pub(super) client: StoredClient,
    /// Registered for this attempt, and may be registered anew once (rule R3).
    pub(super) new: bool,
    /// Bound, if the browser comes back to this computer by itself.
    pub(super) listener: Option<Listener>,
}

impl Chosen {
    /// Who that is, without its id.
    pub(super) fn told(&self, story: &mut Story) {
        story.decide(match self.client.kind {
            RegistrationKind::PreRegistered => Decision::ClientTypedIn,
            RegistrationKind::MetadataDocument => Decision::ClientDocument,
            RegistrationKind::Dynamic if self.new => Decision::ClientRegistered,
            RegistrationKind::Dynamic => Decision::ClientKnown,
        });
        story.fact(FactName::AuthMethod, self.client.method.as_str());
        story.fact(FactName::Redirect, self.client.redirect.as_str());
    }
}

/// A registration that is not stored yet.
struct Fresh<'a> {
    kind: RegistrationKind,
    /// Of whom it is.
    metadata: &'a ServerMetadata,
    redirect: &'a RedirectUri,
    client_id: &'a str,
    method: AuthMethod,
    secret: Option<&'a str>,
    secret_expires_at: Option<Millis>,
}

impl Fresh<'_> {
    /// Seals and stores it, in the place of an earlier one for the same use (rule R2). Where the server became
    /// another meanwhile, so did the sign-in that it was for.
    async fn store(self, core: &Core, server: &ServerRow) -> Result<StoredClient, Error> {
        let id = RegistrationId::random();
        let secret = self
            .secret
            .map(|secret| core.keys.seal(place(&id), secret))
            .transpose()?;
        let row = RegistrationRow {
            server: server.id.clone(),
            issuer: self.metadata.issuer.to_string(),
            asked: self.metadata.asked.as_ref().map(Issuer::to_string),
            redirect_uri: self.redirect.as_str().to_owned(),
            client_id: self.client_id.to_owned(),
            auth_method: self.method.as_str().to_owned(),
            kind: self.kind,
            secret,
            secret_expires_at: self.secret_expires_at,
            id,
        };
        if !core.store.insert_registration(&row, server).await? {
            return Err(Error::SignInCancelled);
        }
        readable_client(core, row)
    }
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
    readable_client(core, row)
}

pub(crate) fn readable_client(core: &Core, row: RegistrationRow) -> Result<StoredClient, Error> {
    let redirect = RedirectUri::new(row.redirect());
    let secret = row
        .secret
        .map(|secret| core.keys.unseal(place(&row.id), &secret))
        .transpose()?;
    Ok(StoredClient {
        redirect,
        client_id: ClientId::new(row.client_id),
        method: AuthMethod::parse(&row.auth_method).ok_or(Error::Corrupt)?,
        kind: row.kind,
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
