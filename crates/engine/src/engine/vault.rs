//! The key that seals secrets: asked for again, or replaced.

use super::Engine;
use crate::error::Error;
use crate::view::{Event, VaultView};

impl Engine {
    /// Asks for the key again, and goes on where it was missing.
    pub async fn retry_vault(&self) -> Result<VaultView, Error> {
        self.core.keys.retry(&self.core.store).await?;
        self.vault_changed().await
    }

    /// Keeps the key in a file of the data folder, because the person chose so.
    pub async fn use_key_file(&self) -> Result<VaultView, Error> {
        self.core.keys.use_key_file(&self.core.store).await?;
        self.vault_changed().await
    }

    /// Begins with a new key after the old one was lost; every sign-in has to be made again.
    pub async fn replace_lost_key(&self) -> Result<VaultView, Error> {
        self.core.keys.replace_lost_key(&self.core.store).await?;
        self.vault_changed().await
    }

    async fn vault_changed(&self) -> Result<VaultView, Error> {
        let vault = self.core.keys.view();
        self.core.events.send(Event::VaultChanged {
            vault: vault.clone(),
        });
        if !matches!(vault, VaultView::Unavailable { .. }) {
            self.start().await?;
        }
        Ok(vault)
    }
}
