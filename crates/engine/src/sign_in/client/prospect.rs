//! Which client the next sign-in would be made with, as far as that shows without asking for one.

use drawbridge_oauth::{RedirectUri, ServerMetadata, registration_offer};

use super::choice::{Way, way};
use super::dynamic::{client_id_needed, kept};
use crate::core::Core;
use crate::error::Error;
use crate::store::ServerRow;

pub(crate) enum Prospect {
    /// Typed in, and registered by hand to come back to this place.
    TypedIn(RedirectUri),
    /// The published document.
    Document,
    /// Registered before.
    Kept,
    /// Registered then.
    New,
}

/// Registers nothing and keeps nothing. Fails as the sign-in would for want of a client.
pub(crate) async fn prospect(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
) -> Result<Prospect, Error> {
    let surface = core.surface_for(&server.sign_in);
    let ladder = match way(core, server, metadata, surface).await? {
        Way::TypedIn { ladder, .. } => {
            return Ok(Prospect::TypedIn(ladder.uri_by_hand(&server.id)));
        }
        Way::Document { .. } => return Ok(Prospect::Document),
        Way::Itself(ladder) => ladder,
    };
    if !kept(core, server, metadata, &ladder).await?.is_empty() {
        return Ok(Prospect::Kept);
    }
    match registration_offer(metadata, None) {
        Ok(_) => Ok(Prospect::New),
        Err(why) => Err(client_id_needed(server, &ladder, why)),
    }
}
