//! Which client an attempt is made with: one registered by hand, the published document, or one
//! that introduces itself (rule R1).

use drawbridge_oauth::{AuthMethod, Http, Scopes, ServerMetadata};

use super::{Chosen, document, dynamic, pre_registered};
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::redirect::Ladder;
use crate::store::ServerRow;
use crate::view::Surface;

/// What an attempt needs a client for.
pub(in crate::sign_in) struct Wanted<'a> {
    pub(in crate::sign_in) core: &'a Core,
    /// As far as this server may send it (rule N2).
    pub(in crate::sign_in) http: &'a Http,
    pub(in crate::sign_in) server: &'a ServerRow,
    pub(in crate::sign_in) metadata: &'a ServerMetadata,
    pub(in crate::sign_in) scopes: &'a Scopes,
    /// Ask for this way to authenticate (rule R3).
    pub(in crate::sign_in) preferred: Option<AuthMethod>,
    /// Register, whatever is there.
    pub(in crate::sign_in) anew: bool,
    pub(in crate::sign_in) surface: Surface,
}

impl Wanted<'_> {
    pub(super) fn issuer(&self) -> &str {
        self.metadata.issuer.as_str()
    }

    /// Whether the authorization server lets clients authenticate this way, or does not say.
    pub(super) fn allows(&self, method: AuthMethod) -> bool {
        let listed = &self.metadata.token_endpoint_auth_methods;
        listed.is_empty() || listed.iter().any(|name| name == method.as_str())
    }
}

/// The client for this server and issuer, with a redirect URI that leads back here.
pub(in crate::sign_in) async fn choose(wanted: &Wanted<'_>) -> Result<Chosen, Error> {
    let Wanted { core, server, .. } = *wanted;
    if let Some(client_id) = &server.sign_in.client_id {
        return pre_registered::client(wanted, client_id).await;
    }
    let took = core.store.redirect_of(wanted.issuer()).await?;
    let deep_links = core.takes_deep_links(wanted.surface);
    let ladder = Ladder::new(&server.sign_in.redirect, took, deep_links);
    if let Some(chosen) = document::client(wanted, &ladder).await? {
        return Ok(chosen);
    }
    dynamic::client(wanted, &ladder).await
}
