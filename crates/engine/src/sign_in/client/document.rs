//! A client whose id is the address of a document about it (rules R1, R9).

use drawbridge_oauth::{AuthMethod, ServerMetadata};

use super::choice::allows;
use super::seat::Seat;
use super::{Chosen, Fresh, Wanted, readable_client};
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::redirect::{Ladder, Place, Rung};
use crate::store::{RegistrationKind, ServerRow};

/// Where the document is and what it leads back to, if the authorization server reads such documents
/// and there is one to read.
///
/// The document lists loopback redirects alone, without a port: any will do (RFC 8252 §7.3).
pub(super) fn offered(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
    ladder: &Ladder,
) -> Option<(String, Rung)> {
    let own = server.sign_in.client_metadata_url.clone();
    let url = own.or_else(|| core.preferences().client_metadata_url)?;
    let rung = ladder.rungs().find(|rung| rung.is_loopback())?;
    let read = metadata.client_id_metadata_document_supported;
    (read && allows(metadata, AuthMethod::None)).then_some((url, rung))
}

pub(super) async fn client(
    wanted: &Wanted<'_>,
    url: &str,
    rung: Rung,
    ladder: &Ladder,
) -> Result<Chosen, Error> {
    let Wanted {
        core,
        server,
        metadata,
        ..
    } = *wanted;
    let rows = core
        .store
        .registrations(&server.id, RegistrationKind::MetadataDocument)
        .await?;
    let known = rows
        .into_iter()
        .find(|row| row.is_of(metadata) && row.client_id == url);
    let earlier = known.as_ref().and_then(|row| Place::of(&row.redirect_uri));
    let earlier = earlier.map(|place| place.port).filter(|&port| port != 0);
    let seat = match Seat::take(wanted, ladder, rung, ladder.port.or(earlier)).await {
        Err(Error::PortBusy { .. }) if ladder.port.is_none() => {
            Seat::take(wanted, ladder, rung, None).await?
        }
        seat => seat?,
    };
    let client = if let Some(mut row) = known {
        if row.redirect_uri != seat.redirect.as_str() {
            seat.redirect.as_str().clone_into(&mut row.redirect_uri);
            core.store.move_registration(&row).await?;
        }
        readable_client(core, row)?
    } else {
        let fresh = Fresh {
            kind: RegistrationKind::MetadataDocument,
            metadata,
            redirect: &seat.redirect,
            client_id: url,
            method: AuthMethod::None,
            secret: None,
            secret_expires_at: None,
        };
        fresh.store(core, server).await?
    };
    Ok(Chosen {
        client,
        new: false,
        listener: seat.listener,
    })
}
