//! What a server needs, found out before anybody signs in (rules D1, D4, D6, D7).

use std::time::Duration;

use drawbridge_oauth::{BearerChallenge, ResourceMetadata, discover_resource};
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
    pub(crate) resource: ResourceMetadata,
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
                .authorization_servers
                .first()
                .map(ToString::to_string);
            core.remember_discovery(url.clone(), discovery);
            (Some(AuthKind::OAuth), issuer, None)
        }
        Ok(Found::Bearer) => (Some(AuthKind::OAuth), None, None),
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
    /// It asks for OAuth, and says nothing of who grants it.
    Bearer,
    Headers,
    Unknown(Error),
}

async fn look(core: &Core, url: &Url) -> Result<Found, Error> {
    let challenge = match probe(&core.http, url, core.limits.probe).await {
        ProbeAnswer::Open => return Ok(Found::Open),
        ProbeAnswer::Unknown(problem) => return Ok(Found::Unknown(problem)),
        ProbeAnswer::Challenged(challenge) => challenge,
    };
    match discover(core, url, challenge.clone()).await? {
        Some(discovery) => Ok(Found::OAuth(discovery)),
        None if challenge.is_some_and(|challenge| speaks_oauth(&challenge)) => Ok(Found::Bearer),
        None => Ok(Found::Headers),
    }
}

/// A bare `Bearer` is what many API-key servers send too.
fn speaks_oauth(challenge: &BearerChallenge) -> bool {
    challenge.resource_metadata.is_some() || challenge.scope.is_some()
}

/// Asks the well-known locations; `None` when there is nothing at any of them.
pub(crate) async fn discover(
    core: &Core,
    url: &Url,
    challenge: Option<BearerChallenge>,
) -> Result<Option<Discovery>, Error> {
    let resource = discover_resource(&core.http, url, challenge.as_ref()).await?;
    let good_until = core.clock.after(DISCOVERY_LIFE);
    Ok(resource.map(|resource| Discovery {
        challenge,
        resource,
        good_until,
    }))
}
