//! What the program around the engine needs of it, to replace itself with a newer one.

use drawbridge_oauth::Equipment;
use tokio::sync::broadcast::error::RecvError;
use url::Url;

use super::Engine;
use crate::error::Error;

impl Engine {
    /// Whether a sign-in is under way, of whichever server.
    #[must_use]
    pub fn is_signing_in(&self) -> bool {
        let servers = self.core.all_live();
        servers.iter().any(|(_, live)| live.state().is_signing_in())
    }

    /// Waits until no sign-in is under way.
    pub async fn sign_ins_over(&self) {
        // Before the look, so that no end is missed.
        let mut events = self.events();
        while self.is_signing_in() {
            if let Err(RecvError::Closed) = events.recv().await {
                return;
            }
        }
    }

    /// What the preferences make of the HTTP client of a library whose requests begin at `to`: its
    /// proxy, what it trusts, how far it reaches and what it calls itself.
    pub async fn equipment(&self, to: &Url) -> Result<Equipment, Error> {
        Ok(self.core.http_for(to).await.equipment(to).await?)
    }
}
