//! Which client an attempt is made with: one registered by hand, the published document, or one
//! that introduces itself (rule R1).

use drawbridge_oauth::{AuthMethod, Http, Scopes, ServerMetadata};

use super::{Chosen, document, dynamic, pre_registered};
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::redirect::{Ladder, Rung};
use crate::store::{RegistrationRow, ServerRow};
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
}

/// Whether the authorization server lets clients authenticate this way, or does not say.
pub(super) fn allows(metadata: &ServerMetadata, method: AuthMethod) -> bool {
    let listed = &metadata.token_endpoint_auth_methods;
    listed.is_empty() || listed.iter().any(|name| name == method.as_str())
}

/// How Drawbridge comes to a client, and where that may come back to.
pub(super) enum Way {
    /// The person registered it by hand, and typed it in.
    TypedIn {
        client_id: String,
        /// What is stored of it.
        rows: Vec<RegistrationRow>,
        ladder: Ladder,
    },
    /// Its id is the address of a document, which leads back to this rung.
    Document {
        url: String,
        rung: Rung,
        ladder: Ladder,
    },
    /// It introduces itself, or has.
    Itself(Ladder),
}

pub(super) async fn way(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
    surface: Surface,
) -> Result<Way, Error> {
    let deep_links = core.takes_deep_links(surface);
    if let Some(client_id) = &server.sign_in.client_id {
        let rows = pre_registered::rows_at(core, &server.id, client_id, metadata).await?;
        let ladder = pre_registered::ladder(core, server, &rows, deep_links).await?;
        let client_id = client_id.clone();
        return Ok(Way::TypedIn {
            client_id,
            rows,
            ladder,
        });
    }
    let took = core.store.redirect_of(metadata.issuer.as_str()).await?;
    let ladder = Ladder::new(&server.sign_in.redirect, took, deep_links);
    Ok(match document::offered(core, server, metadata, &ladder) {
        Some((url, rung)) => Way::Document { url, rung, ladder },
        None => Way::Itself(ladder),
    })
}

/// The client for this server and issuer, with a redirect URI that leads back here.
pub(in crate::sign_in) async fn choose(wanted: &Wanted<'_>) -> Result<Chosen, Error> {
    let Wanted {
        core,
        server,
        metadata,
        surface,
        ..
    } = *wanted;
    match way(core, server, metadata, surface).await? {
        Way::TypedIn {
            client_id,
            rows,
            ladder,
        } => pre_registered::client(wanted, &client_id, rows, &ladder).await,
        Way::Document { url, rung, ladder } => document::client(wanted, &url, rung, &ladder).await,
        Way::Itself(ladder) => dynamic::client(wanted, &ladder).await,
    }
}
