//! What a server needs, found out before anybody signs in (rules D1, D4, D6, D7).

use std::time::Duration;

use drawbridge_oauth::{
    BearerChallenge, Http, Issuer, Leniency, ResourceMetadata, discover_resource, discover_server,
};
use url::Url;

use super::address::{server_url, suggested_name};
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::{ProbeAnswer, probe};
use crate::view::{AuthKind, Detection, Millis};

/// How long Connect may use what detection found.
const DISCOVERY_LIFE: Duration = Duration::from_mins(2);

/// What was found out about a server that asks for OAuth.
#[derive(Debug, Clone)]
pub(crate) struct Discovery {
    pub(crate) challenge: Option<BearerChallenge>,
    /// Servers of 2025-03-26 publish none (rule A5).
    pub(crate) resource: Option<ResourceMetadata>,
    pub(crate) good_until: Millis,
}

/// Looks at an address without credentials and without guessing.
pub(crate) async fn detect(core: &Core, typed: &str) -> Result<Detection, Error> {
    let url = server_url(typed)?;
    let existing = core.store.server_with_url(url.as_str()).await?;
    let found = look(core, &url).await;
    let (auth, issuer, problem) = match found {
        Ok(Found::Open) => (Some(AuthKind::None), None, None),
        Ok(Found::OAuth(discovery)) => {
            let issuer = discovery
                .resource
                .as_ref()
                .and_then(|resource| resource.authorization_servers.first())
                .map(Issuer::shown);
            core.remember_discovery(url.clone(), discovery);
            (Some(AuthKind::OAuth), issuer, None)
        }
        Ok(Found::Origin(issuer)) => (Some(AuthKind::OAuth), Some(issuer), None),
        Ok(Found::Busy) => (Some(AuthKind::OAuth), None, None),
        Ok(Found::Headers) => (Some(AuthKind::Headers), None, None),
        Ok(Found::Unknown(problem)) => (None, None, Some(problem.view())),
        Err(error) => (None, None, Some(error.view())),
    };
    Ok(Detection {
        suggested_name: suggested_name(&url),
        url: url.into(),
        auth,
        issuer,
        problem,
        existing: existing.map(|server| server.id.to_string()),
    })
}

enum Found {
    Open,
    OAuth(Discovery),
    /// It is its own authorization server, as in 2025-03-26 (rule A5).
    Origin(String),
    /// It asks for OAuth, and cannot say just now who grants it.
    Busy,
    Headers,
    Unknown(Error),
}

async fn look(core: &Core, url: &Url) -> Result<Found, Error> {
    let http = core.http_for(url).await;
    let (challenge, page) = match probe(&http, url, core.limits.probe).await {
        ProbeAnswer::Open => return Ok(Found::Open),
        ProbeAnswer::Challenged(challenge) => (challenge, None),
        // A page that forbids: it may be the server, or something in front of it.
        ProbeAnswer::Unknown(page @ Error::NotMcp { status: 403 }) => (None, Some(page)),
        ProbeAnswer::Unknown(problem) => return Ok(Found::Unknown(problem)),
    };
    let asked = challenge.as_ref().is_some_and(speaks_oauth);
    let discovery = match discover(core, &http, url, challenge).await {
        Err(Error::OAuth(error)) if asked && error.is_transient() => return Ok(Found::Busy),
        discovery => discovery?,
    };
    if asked || discovery.resource.is_some() {
        return Ok(Found::OAuth(discovery));
    }
    if let Some(page) = page {
        return Ok(Found::Unknown(page));
    }
    match origin(&http, url).await? {
        Some(issuer) => Ok(Found::Origin(issuer)),
        None => Ok(Found::Headers),
    }
}

/// The issuer, as it is shown, that publishes metadata at the origin of the server, whatever may be wrong with it.
async fn origin(http: &Http, url: &Url) -> Result<Option<String>, Error> {
    let issuer = Issuer::parse(&url.origin().ascii_serialization())?;
    match discover_server(http, &issuer, &Leniency::default()).await {
        Ok(found) => Ok(Some(found.metadata.issuer.shown())),
        Err(drawbridge_oauth::Error::NoServerMetadata { .. }) => Ok(None),
        Err(error) if error.is_transient() => Err(error.into()),
        Err(_) => Ok(Some(issuer.shown())),
    }
}

/// A bare `Bearer` is what many API-key servers send too.
fn speaks_oauth(challenge: &BearerChallenge) -> bool {
    challenge.resource_metadata.is_some() || challenge.scope.is_some()
}

/// Asks the well-known locations of the resource metadata.
pub(crate) async fn discover(
    core: &Core,
    http: &Http,
    url: &Url,
    challenge: Option<BearerChallenge>,
) -> Result<Discovery, Error> {
    Ok(Discovery {
        resource: discover_resource(http, url, challenge.as_ref()).await?,
        challenge,
        good_until: core.clock.after(DISCOVERY_LIFE),
    })
}
