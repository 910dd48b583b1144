//! What the person prefers for every server: one setting of the database.

use std::sync::{PoisonError, RwLock};

use crate::core::Core;
use crate::error::Error;
use crate::server::checked_metadata_url;
use crate::store::{ServerRow, Store};
use crate::view::{Event, Preferences, Surface};

const SETTING: &str = "preferences";

/// The preferences as they are now.
pub(crate) struct CurrentPreferences(RwLock<Preferences>);

impl CurrentPreferences {
    /// Reads them; what an older or newer program wrote and this one cannot read is the default.
    pub(crate) async fn load(store: &Store) -> Result<Self, Error> {
        let stored = store.setting(SETTING).await?;
        let preferences = stored.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self(RwLock::new(preferences.unwrap_or_default())))
    }
}

impl Core {
    pub(crate) fn preferences(&self) -> Preferences {
        let current = self.preferences.0.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores them, then uses them, then tells them.
    pub(crate) async fn set_preferences(&self, mut new: Preferences) -> Result<(), Error> {
        new.client_metadata_url = checked_metadata_url(new.client_metadata_url)?;
        let text = serde_json::to_string(&new).map_err(|_| Error::Corrupt)?;
        self.store.set_setting(SETTING, &text).await?;
        {
            let current = self.preferences.0.write();
            *current.unwrap_or_else(PoisonError::into_inner) = new.clone();
        }
        self.events
            .send(Event::PreferencesChanged { preferences: new });
        Ok(())
    }

    /// Where the sign-in page of a server opens.
    pub(crate) fn surface_for(&self, server: &ServerRow) -> Surface {
        if !self.surface.has_popup() {
            return Surface::Browser;
        }
        server
            .sign_in
            .surface
            .unwrap_or_else(|| self.preferences().surface)
    }
}
