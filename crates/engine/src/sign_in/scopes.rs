//! What a sign-in asks for (rules T5, G7).

use drawbridge_oauth::{
    BearerChallenge, ResourceMetadata, Scopes, ServerMetadata, requested_scopes,
};

use crate::core::Core;
use crate::error::Error;
use crate::grant::widened;
use crate::store::ServerRow;

/// What the next sign-in to the server asks for.
pub(crate) async fn asked_scopes(
    core: &Core,
    server: &ServerRow,
    challenge: Option<&BearerChallenge>,
    resource: Option<&ResourceMetadata>,
    metadata: &ServerMetadata,
) -> Result<Scopes, Error> {
    let challenged = challenge.and_then(|challenge| challenge.scope.as_ref());
    // The person's own scopes take the place of all others.
    let scopes = match &server.sign_in.scopes {
        Some(own) => own.iter().collect(),
        None => requested_scopes(challenged, resource, metadata),
    };
    widened(core, &server.id, scopes, metadata).await
}
