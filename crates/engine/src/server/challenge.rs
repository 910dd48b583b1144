//! What a server asks for only after it has answered the first look freely: kept beside it, for whichever process
//! signs in next (rules D3, D6).

use drawbridge_oauth::{BearerChallenge, Scopes};
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::URL_LIMIT;
use crate::core::Core;
use crate::ids::ServerId;

/// What is kept of a challenge. Whoever uses it checks it as if it had just come.
#[derive(Default, Serialize, Deserialize)]
struct Named {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_metadata: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Scopes>,
}

impl Named {
    fn by(challenge: &BearerChallenge) -> Self {
        let place = challenge.resource_metadata.clone();
        Self {
            resource_metadata: place.filter(|place| place.len() <= URL_LIMIT),
            scope: challenge.scope.clone(),
        }
    }

    /// What cannot be read names nothing; that the server asks is known all the same.
    fn read(kept: &str) -> Self {
        serde_json::from_str(kept).unwrap_or_default()
    }

    fn challenge(self) -> BearerChallenge {
        BearerChallenge {
            resource_metadata: self.resource_metadata,
            scope: (self.scope).filter(|scopes| !scopes.is_empty() && scopes.fits()),
            ..BearerChallenge::default()
        }
    }
}

/// Keeps the challenge that a session met, for the next sign-in.
pub(crate) async fn remember_challenge(
    core: &Core,
    server: &ServerId,
    url: &str,
    challenge: &BearerChallenge,
) {
    let Ok(named) = serde_json::to_string(&Named::by(challenge)) else {
        return;
    };
    if let Err(error) = core.store.keep_challenge(server, url, &named).await {
        tracing::warn!(%server, %error, "what server {server} asks for was not kept");
    }
}

/// The challenge that a session met, if one did.
pub(crate) async fn met_challenge(
    core: &Core,
    server: &ServerId,
    url: &Url,
) -> Result<Option<BearerChallenge>, sqlx::Error> {
    let kept = core.store.challenge(server, url.as_str()).await?;
    Ok(kept.map(|kept| Named::read(&kept).challenge()))
}
