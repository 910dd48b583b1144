//! What a server needs, found out before anybody signs in (rules D1, D4, D6, D7).

use std::time::Duration;

use drawbridge_oauth::{BearerChallenge, Http, ResourceMetadata, discover_resource};
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
                .map(ToString::to_string);
            core.remember_discovery(url.clone(), discovery);
            (Some(AuthKind::OAuth), issuer, None)
        }
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
    Headers,
    Unknown(Error),
}

async fn look(core: &Core, url: &Url) -> Result<Found, Error> {
    let http = core.http_for(url).await;
    let challenge = match probe(&http, url, core.limits.probe).await {
        ProbeAnswer::Open => return Ok(Found::Open),
        ProbeAnswer::Unknown(problem) => return Ok(Found::Unknown(problem)),
        ProbeAnswer::Challenged(challenge) => challenge,
    };
    let asked = challenge.as_ref().is_some_and(speaks_oauth);
    let discovery = discover(core, &http, url, challenge).await?;
    if asked || discovery.resource.is_some() {
        Ok(Found::OAuth(discovery))
    } else {
        Ok(Found::Headers)
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
