//! Giving tokens back (RFC 7009): after the local change, in the background, as well as it goes.

use std::sync::Arc;

use drawbridge_oauth::{AccessToken, RefreshToken, Revocable, ServerMetadata, revoke};
use url::Url;

use super::{Client, access_token, refresh_token};
use crate::activity::Story;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::store::{GoneGrant, ServerRow};
use crate::view::{Decision, Deed, DeedOutcome};

/// Everything that a revocation needs once the rows are gone.
pub(crate) struct Revocation {
    /// Of the MCP server. How far it may send anybody is looked up when there is time for it.
    pub(super) url: Url,
    pub(super) metadata: ServerMetadata,
    pub(super) client: Client,
    pub(super) access_token: Option<AccessToken>,
    pub(super) refresh_token: Option<RefreshToken>,
}

impl Revocation {
    /// Of a grant that is gone; nothing if there is nothing that could be given back.
    pub(crate) fn of(core: &Core, server: &ServerRow, gone: Option<GoneGrant>) -> Option<Self> {
        Self::read(core, server, gone?).unwrap_or_else(|error| {
            let server = &server.id;
            tracing::warn!(%server, code = error.code(), "the grant cannot be given back");
            None
        })
    }

    fn read(core: &Core, server: &ServerRow, gone: GoneGrant) -> Result<Option<Self>, Error> {
        let GoneGrant { row, registration } = gone;
        let access_token = access_token(core, &row)?;
        let refresh_token = refresh_token(core, &row)?;
        if access_token.is_none() && refresh_token.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            url: Url::parse(&server.url).map_err(|_| Error::Corrupt)?,
            client: Client::kept(core, server, registration)?,
            metadata: serde_json::from_str(&row.metadata).map_err(|_| Error::Corrupt)?,
            access_token,
            refresh_token,
        }))
    }

    /// Tells the authorization server, each token with its own time limit (rule G11).
    pub(crate) fn spawn(self, core: &Arc<Core>, server: &ServerId) {
        if self.metadata.revocation_endpoint.is_none() {
            let story = Story::decided(Decision::NotGivenBack).skipped();
            core.journal.happened(server, Deed::Revocation, story);
            return;
        }
        let core = core.clone();
        let step = core.journal.deed(server, Deed::Revocation);
        core.tasks.clone().spawn(async move {
            let http = step.http(&core.http_for(&self.url).await);
            let mut story = Story::default();
            let tokens = [
                self.refresh_token.as_ref().map(Revocable::Refresh),
                self.access_token.as_ref().map(Revocable::Access),
            ];
            for token in tokens.into_iter().flatten() {
                let proof = match self.client.proof(&self.metadata, &core.clock) {
                    Ok(proof) => proof,
                    Err(error) => {
                        tracing::warn!(code = error.code(), "a token was not given back: {error}");
                        story.failed(Error::from(error).view());
                        continue;
                    }
                };
                let request = revoke(&http, &self.metadata, proof.auth(), token);
                match tokio::time::timeout(core.limits.revocation, request).await {
                    Ok(Ok(())) => tracing::debug!("a token was given back"),
                    Ok(Err(error)) => {
                        tracing::warn!(code = error.code(), "a token was not given back: {error}");
                        story.failed(Error::from(error).view());
                    }
                    Err(_) => {
                        tracing::warn!("a token was not given back in time");
                        story.end_as(DeedOutcome::Problem);
                    }
                }
            }
            step.tell(story);
        });
    }
}
