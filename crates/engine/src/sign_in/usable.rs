//! Of those who may sign people in, the first that can be used (rule D8).

use drawbridge_oauth::{Scopes, ServerMetadata};

use super::begin::Registering;
use super::client::{Chosen, Wanted, choose};
use super::discovery::{Candidates, Choice};
use super::scopes::asked_scopes;
use crate::activity::Story;
use crate::error::Error;
use crate::store::ServerRow;
use crate::view::{Deed, Surface};

/// Who signs people in, what is asked for there, and as whom.
pub(super) struct Usable {
    pub(super) choice: Choice,
    pub(super) scopes: Scopes,
    pub(super) client: Chosen,
}

impl Candidates<'_> {
    /// Fails with what is wrong with the first that says anything, else with why the first of all says
    /// nothing.
    pub(super) async fn first_usable(
        mut self,
        registering: Registering,
        surface: Surface,
    ) -> Result<Usable, Error> {
        let (mut unusable, mut silent) = (None, None);
        while let Some(asked) = self.next().await {
            let choice = match asked {
                Ok(choice) => choice,
                Err(error) => {
                    silent = silent.or(Some(error));
                    continue;
                }
            };
            let client = self.client_at(&choice.metadata, registering, surface);
            match client.await {
                Ok((scopes, client)) => {
                    return Ok(Usable {
                        choice,
                        scopes,
                        client,
                    });
                }
                Err(error) if leads_on(self.server, &error) => {
                    unusable = unusable.or(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
        Err(unusable.or(silent).unwrap_or(Error::NoResourceMetadata))
    }

    async fn client_at(
        &self,
        metadata: &ServerMetadata,
        registering: Registering,
        surface: Surface,
    ) -> Result<(Scopes, Chosen), Error> {
        let Self {
            core,
            http,
            server,
            discovery,
            ..
        } = *self;
        let page = http.check_page(&metadata.authorization_endpoint).await;
        if let Err(error) = page.map_err(Error::from) {
            let mut story = Story::default();
            story.failed(error.view());
            core.journal.stepped(&server.id, Deed::Page, story);
            return Err(error);
        }
        let (challenge, resource) = (discovery.challenge.as_ref(), discovery.resource.as_ref());
        let scopes = asked_scopes(core, server, challenge, resource, metadata).await?;
        let step = core.journal.step(&server.id, Deed::Registration);
        let chosen = choose(&Wanted {
            core,
            http: &step.http(http),
            server,
            metadata,
            scopes: &scopes,
            preferred: registering.preferred,
            anew: registering.anew,
            surface,
        })
        .await;
        if chosen.is_err() {
            core.metadata.forget(metadata);
        }
        Ok((scopes, step.end(chosen, Chosen::told)?))
    }
}

/// Whether what failed is a matter of that authorization server, so that the next one may do. A client
/// that was typed in is for one of them alone (rule R2).
pub(crate) fn leads_on(server: &ServerRow, error: &Error) -> bool {
    server.sign_in.client_id.is_none()
        && matches!(error, Error::OAuth(_) | Error::ClientIdNeeded { .. })
}
