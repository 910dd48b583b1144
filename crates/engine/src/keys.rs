//! The vault as the engine uses it: open, or closed with a reason that the person can mend.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use std::sync::PoisonError;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::store::Store;
use crate::vault::{Place, Vault, VaultChoice, VaultError};
use crate::view::{ErrorView, VaultView};

/// Names the setting that pins where the key is, so that a keychain that comes back later does
/// not hide what a file holds.
const PLACE: &str = "vault_place";
/// Names the setting that tells the key apart from another one.
const FINGERPRINT: &str = "vault_fingerprint";

/// The key, wherever it is.
pub(crate) struct Keys {
    preferred: VaultChoice,
    file: PathBuf,
    limit: Duration,
    state: RwLock<Result<Open, VaultError>>,
}

struct Open {
    vault: Arc<Vault>,
    view: VaultView,
}

impl Keys {
    /// Fetches the key. That it cannot be had is a state to be shown, not a failure to start.
    pub(crate) async fn open(
        store: &Store,
        preferred: VaultChoice,
        file: PathBuf,
        limit: Duration,
    ) -> Result<Self, Error> {
        let closed = Err(VaultError::NotKept);
        let keys = Self {
            preferred,
            file,
            limit,
            state: RwLock::new(closed),
        };
        keys.retry(store).await?;
        Ok(keys)
    }

    /// Asks again for the key in the place where it is kept.
    pub(crate) async fn retry(&self, store: &Store) -> Result<(), Error> {
        let choice = match store.setting(PLACE).await?.as_deref() {
            Some("file") => VaultChoice::File(self.file.clone()),
            _ => self.preferred.clone(),
        };
        let expects_key = store.holds_secrets().await?;
        self.fetch(store, choice, expects_key).await
    }

    /// Keeps the key in a file from now on, because the person chose so.
    pub(crate) async fn use_key_file(&self, store: &Store) -> Result<(), Error> {
        self.fetch(store, VaultChoice::NewFile(self.file.clone()), false)
            .await
    }

    /// Begins with a new key where the old one was kept and is lost: what it sealed stays sealed.
    pub(crate) async fn replace_lost_key(&self, store: &Store) -> Result<(), Error> {
        let choice = match store.setting(PLACE).await?.as_deref() {
            Some("file") => VaultChoice::NewFile(self.file.clone()),
            _ => self.preferred.clone(),
        };
        self.fetch(store, choice, false).await
    }

    async fn fetch(
        &self,
        store: &Store,
        choice: VaultChoice,
        expects_key: bool,
    ) -> Result<(), Error> {
        let in_file = !matches!(choice, VaultChoice::Keychain { .. });
        let view = match &choice {
            VaultChoice::Keychain { .. } => VaultView::Keychain,
            VaultChoice::File(path) | VaultChoice::NewFile(path) => VaultView::File {
                path: path.display().to_string(),
            },
        };
        let mut opened = Vault::open_within(choice, expects_key, self.limit).await;
        if let Ok(vault) = &opened {
            let known = store.setting(FINGERPRINT).await?.unwrap_or_default();
            if expects_key && !known.is_empty() && known != vault.fingerprint() {
                opened = Err(VaultError::LostKey);
            } else {
                store.set_setting(FINGERPRINT, &vault.fingerprint()).await?;
                store
                    .set_setting(PLACE, if in_file { "file" } else { "keychain" })
                    .await?;
            }
        }
        if let Err(error) = &opened {
            tracing::warn!(code = error.code(), "the key cannot be had: {error}");
        }
        let state = opened.map(|vault| Open {
            vault: Arc::new(vault),
            view,
        });
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    pub(crate) fn view(&self) -> VaultView {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(open) => open.view.clone(),
            Err(error) => VaultView::Unavailable {
                error: ErrorView {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    remedy: error.remedy().map(str::to_owned),
                },
            },
        }
    }

    /// The open vault, or why it is closed.
    pub(crate) fn vault(&self) -> Result<Arc<Vault>, VaultError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(open) => Ok(open.vault.clone()),
            Err(error) => Err(error.clone()),
        }
    }

    pub(crate) fn seal(&self, place: Place<'_>, plain: &str) -> Result<Vec<u8>, VaultError> {
        Ok(self.vault()?.seal(place, plain.as_bytes()))
    }

    /// Opens a sealed text. [`VaultError::Unreadable`] speaks of this value alone, every other
    /// error of the vault.
    pub(crate) fn unseal(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>, VaultError> {
        let plain = self.vault()?.open_sealed(place, sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::Unreadable {
            table: place.table.to_owned(),
            column: place.column.to_owned(),
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}
