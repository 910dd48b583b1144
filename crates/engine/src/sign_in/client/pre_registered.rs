//! A client that the person registered by hand and typed in (rules R1, R2).

use drawbridge_oauth::{AuthMethod, Issuer, RedirectUri, ServerMetadata};

use super::choice::allows;
use super::seat::Seat;
use super::{Chosen, Fresh, Wanted, readable_client};
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::server::{CLIENT_SECRET, credential};
use crate::sign_in::redirect::{Ladder, Rung};
use crate::store::{RegistrationKind, RegistrationRow, ServerRow};

/// Where the client comes back to, which is the same every time, because it is registered.
pub(super) async fn ladder(
    core: &Core,
    server: &ServerRow,
    rows: &[RegistrationRow],
    deep_links: bool,
) -> Result<Ladder, Error> {
    let pin = &server.sign_in.redirect;
    let own = core.store.redirect_by_hand(&server.id).await?;
    let ladder = Ladder::by_hand(pin, own.as_deref(), deep_links);
    if ladder.first() == Rung::DeepLink && !deep_links && !ladder.pinned {
        let here = Ladder::by_hand(pin, None, false);
        // It works with the app's own scheme, and nobody can find out what else is registered for it.
        let of_the_app = |row: &RegistrationRow| row.redirect_uri == RedirectUri::DEEP_LINK;
        if rows.iter().any(of_the_app) {
            return Err(Error::RedirectOfTheApp {
                registered: RedirectUri::new(RedirectUri::DEEP_LINK),
                here: here.uri_by_hand(&server.id),
            });
        }
        return Ok(here);
    }
    Ok(ladder)
}

/// The client at its place: a port that is taken is told, not changed (rule R6).
pub(super) async fn client(
    wanted: &Wanted<'_>,
    client_id: &str,
    rows: Vec<RegistrationRow>,
    ladder: &Ladder,
) -> Result<Chosen, Error> {
    let Wanted { core, server, .. } = *wanted;
    let port = ladder.port_by_hand(&server.id);
    let seat = Seat::take(wanted, ladder, ladder.first(), Some(port)).await?;
    let known = rows.into_iter().find(|row| is_at(row, &seat.redirect));
    let client = match known.map(|row| readable_client(core, row)) {
        Some(Ok(client)) => client,
        // One that this key cannot open is made anew from what was typed.
        Some(Err(_)) | None => fresh(wanted, &seat.redirect, client_id).await?,
    };
    Ok(Chosen {
        client,
        new: false,
        listener: seat.listener,
    })
}

/// What is stored of the client, if it is not another issuer's, nor of another who states the same
/// (rule R2).
pub(super) async fn rows_at(
    core: &Core,
    server: &ServerId,
    client_id: &str,
    metadata: &ServerMetadata,
) -> Result<Vec<RegistrationRow>, Error> {
    let rows = core
        .store
        .registrations(server, RegistrationKind::PreRegistered)
        .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|row| row.client_id == client_id)
        .collect();
    let Some(elsewhere) = rows.iter().find(|row| !row.is_of(metadata)) else {
        return Ok(rows);
    };
    let (registered, stated) = if elsewhere.issuer == metadata.issuer.as_str() {
        (elsewhere.asked(), metadata.asked().as_str())
    } else {
        (elsewhere.issuer.as_str(), metadata.issuer.as_str())
    };
    let (registered, stated) = Issuer::told_apart(registered, stated);
    Err(Error::ClientOfAnotherIssuer { registered, stated })
}

/// Fails where the client that was typed in, if there is one, is another's: nobody is accepted in the
/// place of whom it is bound to.
pub(crate) async fn not_of_another(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
) -> Result<(), Error> {
    if let Some(client_id) = &server.sign_in.client_id {
        rows_at(core, &server.id, client_id, metadata).await?;
    }
    Ok(())
}

/// Of several authorization servers, the one that the client is bound to: while it cannot be asked,
/// the client is not of another all the same (rule R2).
pub(in crate::sign_in) async fn only_its_own(
    core: &Core,
    server: &ServerRow,
    listed: &mut Vec<Issuer>,
) -> Result<(), Error> {
    let Some(client_id) = &server.sign_in.client_id else {
        return Ok(());
    };
    let rows = core
        .store
        .registrations(&server.id, RegistrationKind::PreRegistered)
        .await?;
    let bound = rows.into_iter().find(|row| row.client_id == *client_id);
    let own = |issuer: &Issuer| {
        bound
            .as_ref()
            .is_some_and(|row| row.asked() == issuer.as_str())
    };
    if listed.iter().any(own) {
        listed.retain(own);
    }
    Ok(())
}

/// Binds a client that asks for itself to the issuer that it is shown to first: without a person,
/// nobody would notice that it is shown to another (rule R2).
pub(in crate::sign_in) async fn bind(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
) -> Result<(), Error> {
    let client_id = server.sign_in.client_id.as_deref().unwrap_or_default();
    if !rows_at(core, &server.id, client_id, metadata)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let bound = Fresh {
        kind: RegistrationKind::PreRegistered,
        metadata,
        // Nobody is sent anywhere, and what it proves itself with stays with the server's row.
        redirect: &RedirectUri::new(""),
        client_id,
        method: AuthMethod::None,
        secret: None,
        secret_expires_at: None,
    };
    bound.store(core, server).await.map(drop)
}

async fn fresh(
    wanted: &Wanted<'_>,
    redirect: &RedirectUri,
    client_id: &str,
) -> Result<super::StoredClient, Error> {
    let Wanted { core, server, .. } = *wanted;
    let secret = credential(
        core,
        &server.id,
        CLIENT_SECRET,
        server.client_secret.as_deref(),
    )?;
    let fresh = Fresh {
        kind: RegistrationKind::PreRegistered,
        metadata: wanted.metadata,
        redirect,
        client_id,
        method: method(wanted, secret.is_some()),
        secret: secret.as_ref().map(|secret| secret.as_str()),
        secret_expires_at: None,
    };
    fresh.store(core, server).await
}

fn is_at(row: &RegistrationRow, redirect: &RedirectUri) -> bool {
    row.redirect_uri == redirect.as_str()
}

/// The first that the server lists; `client_secret_basic` is what RFC 8414 §2 assumes of one that
/// lists nothing, and every server has to know it (RFC 6749 §2.3.1).
fn method(wanted: &Wanted<'_>, has_secret: bool) -> AuthMethod {
    let ours = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
    if !has_secret {
        return AuthMethod::None;
    }
    let listed = ours
        .into_iter()
        .find(|&method| allows(wanted.metadata, method));
    listed.unwrap_or(AuthMethod::ClientSecretBasic)
}
