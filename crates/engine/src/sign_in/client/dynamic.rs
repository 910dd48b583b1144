//! A client that introduces itself (RFC 7591), down the ladder of redirect URIs (rules R3, R5, R6).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use drawbridge_oauth::{
    ClientSecret, Error as OAuthError, Registrar, Registration, ServerMetadata,
};

use super::seat::Seat;
use super::{Chosen, Fresh, StoredClient, Wanted, readable_client};
use crate::clock::millis;
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::redirect::{Ladder, Place};
use crate::store::{RegistrationKind, RegistrationRow, ServerRow};

/// A registration that is there and can be used; else a new one.
pub(super) async fn client(wanted: &Wanted<'_>, ladder: &Ladder) -> Result<Chosen, Error> {
    if !wanted.anew
        && let Some(chosen) = known(wanted, ladder).await?
    {
        return Ok(chosen);
    }
    register(wanted, ladder).await
}

async fn known(wanted: &Wanted<'_>, ladder: &Ladder) -> Result<Option<Chosen>, Error> {
    let Wanted {
        core,
        server,
        metadata,
        ..
    } = *wanted;
    for (place, client) in kept(core, server, metadata, ladder).await? {
        match Seat::take(wanted, ladder, place.rung, Some(place.port)).await {
            Ok(seat) => return Ok(Some(chosen(client, seat, false))),
            // Another program has it: with another port it is another registration.
            Err(Error::PortBusy { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The registrations that can be used, in the order of the ladder.
pub(super) async fn kept(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
    ladder: &Ladder,
) -> Result<Vec<(Place, StoredClient)>, Error> {
    let rows = core
        .store
        .registrations(&server.id, RegistrationKind::Dynamic)
        .await?;
    let good = |row: &RegistrationRow| {
        row.is_of(metadata) && row.secret_expires_at.is_none_or(|at| at > core.clock.now())
    };
    let rows: Vec<_> = rows.into_iter().filter(good).collect();
    let mut kept = Vec::new();
    for rung in ladder.rungs() {
        for row in &rows {
            let Some(place) = Place::of(&row.redirect_uri)
                .filter(|place| place.rung == rung && ladder.admits(place))
            else {
                continue;
            };
            match readable_client(core, row.clone()) {
                Ok(client) => kept.push((place, client)),
                // A secret that this key cannot open is as good as none: register anew.
                Err(error) => {
                    let server = &server.id;
                    tracing::warn!(%server, %error, "a registration of {server} is unusable");
                }
            }
        }
    }
    Ok(kept)
}

async fn register(wanted: &Wanted<'_>, ladder: &Ladder) -> Result<Chosen, Error> {
    let Wanted { core, metadata, .. } = *wanted;
    let mut registrar = Registrar::new(wanted.http, metadata, wanted.scopes, wanted.preferred);
    let mut refused = None;
    for rung in ladder.rungs() {
        let seat = Seat::take(wanted, ladder, rung, ladder.port).await?;
        match registrar.register(&seat.redirect).await {
            Ok(registration) => {
                if refused.is_some() {
                    core.store.remember_redirect(wanted.issuer(), rung).await?;
                }
                let client = fresh(metadata, &registration)
                    .store(core, wanted.server)
                    .await?;
                return Ok(chosen(client, seat, true));
            }
            Err(error) if error.blames_redirect() => {
                tracing::info!(?rung, "an authorization server refused a redirect URI");
                refused = refused.or(Some(error));
            }
            Err(error) if needs_a_person(&error) => {
                return Err(by_hand(wanted, ladder, error).await);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let Some(why) = refused else {
        return Err(Error::Corrupt);
    };
    // The address to register by hand is one that every provider knows of.
    let shown = Ladder::new(&wanted.server.sign_in.redirect, None, false);
    Err(by_hand(wanted, &shown, why).await)
}

/// Tells the address to register by hand: a client that is typed in then comes back to that.
async fn by_hand(wanted: &Wanted<'_>, ladder: &Ladder, why: OAuthError) -> Error {
    let Wanted { core, server, .. } = *wanted;
    if !ladder.pinned
        && let Err(error) = core
            .store
            .keep_redirect_by_hand(&server.id, &ladder.uri_by_hand(&server.id))
            .await
    {
        return error.into();
    }
    client_id_needed(server, ladder, why)
}

/// What can only be helped with a client that is registered by hand, and for which address.
pub(super) fn client_id_needed(server: &ServerRow, ladder: &Ladder, why: OAuthError) -> Error {
    Error::ClientIdNeeded {
        redirect: Some(ladder.uri_by_hand(&server.id)),
        why: Box::new(why),
    }
}

/// Whether only a client registered by hand can help.
fn needs_a_person(error: &OAuthError) -> bool {
    matches!(
        error,
        OAuthError::NoRegistration { .. }
            | OAuthError::NoAuthMethod { .. }
            | OAuthError::RegistrationRefused { .. }
    )
}

fn chosen(client: StoredClient, seat: Seat, new: bool) -> Chosen {
    Chosen {
        client,
        new,
        listener: seat.listener,
    }
}

fn fresh<'a>(metadata: &'a ServerMetadata, registration: &'a Registration) -> Fresh<'a> {
    let since_epoch =
        |time: SystemTime| -> Duration { time.duration_since(UNIX_EPOCH).unwrap_or_default() };
    Fresh {
        kind: RegistrationKind::Dynamic,
        metadata,
        redirect: &registration.redirect_uri,
        client_id: registration.client_id.as_str(),
        method: registration.auth_method,
        secret: registration
            .client_secret
            .as_ref()
            .map(ClientSecret::expose),
        secret_expires_at: registration.secret_expires_at.map(since_epoch).map(millis),
    }
}
