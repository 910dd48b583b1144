//! The vault as the engine uses it: open, or closed with a reason that the person can mend.

mod pin;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use zeroize::Zeroizing;

use self::pin::Pin;
pub use self::pin::PinnedKey;
use crate::error::Error;
use crate::store::Store;
use crate::vault::{Place, Vault, VaultChoice, VaultError};
use crate::view::{ErrorView, VaultView};

/// Where the key was found the last time; nothing before the first time.
pub(crate) async fn pinned_key(store: &Store, own: &Path) -> Result<Option<PinnedKey>, Error> {
    Ok(Pin::read(store).await?.place(own))
}

/// What keeps other programs from making a key at the same time. A file is made by one alone anyhow.
fn others(store: &Store, choice: &VaultChoice) -> Option<File> {
    let in_keychain = matches!(choice, VaultChoice::Keychain { .. });
    in_keychain.then(|| store.lock_of_key()).flatten()
}

/// The key, wherever it is.
pub(crate) struct Keys {
    preferred: VaultChoice,
    file: PathBuf,
    limit: Duration,
    state: RwLock<Result<Open, Closed>>,
}

struct Open {
    vault: Arc<Vault>,
    view: VaultView,
}

/// The key could not be had.
struct Closed {
    error: VaultError,
    /// As it was before.
    pin: Pin,
}

impl Keys {
    /// Fetches the key. That it cannot be had is a state to be shown, not a failure to start.
    pub(crate) async fn open(
        store: &Store,
        preferred: VaultChoice,
        file: PathBuf,
        limit: Duration,
    ) -> Result<Self, Error> {
        let closed = Closed {
            error: VaultError::NotKept,
            pin: Pin::default(),
        };
        let keys = Self {
            preferred,
            file,
            limit,
            state: RwLock::new(Err(closed)),
        };
        keys.retry(store).await?;
        Ok(keys)
    }

    /// Asks again for the key in the place where it is kept.
    pub(crate) async fn retry(&self, store: &Store) -> Result<(), Error> {
        let fetch = async |choice, expects_key| {
            let others = if expects_key {
                None
            } else {
                others(store, &choice)
            };
            Vault::open_beside(choice, expects_key, self.limit, others).await
        };
        self.retry_by(store, fetch).await
    }

    async fn retry_by(
        &self,
        store: &Store,
        fetch: impl AsyncFnOnce(VaultChoice, bool) -> Result<Vault, VaultError>,
    ) -> Result<(), Error> {
        let (before, expects_key) = Pin::read_with_use(store).await?;
        let choice = self.choice(&before, VaultChoice::File);
        let mut opened = fetch(choice.clone(), expects_key).await;
        // Another process may have begun with a new key while this one was fetched.
        if let Ok(vault) = &opened
            && expects_key
            && !Pin::read(store).await?.is_of(vault)
        {
            opened = Err(VaultError::LostKey);
        }
        self.take(store, before, &choice, opened).await
    }

    /// Keeps the key in a file from now on, because the person chose so.
    pub(crate) async fn use_key_file(&self, store: &Store) -> Result<(), Error> {
        let pin = Pin::read(store).await?;
        let choice = VaultChoice::NewFile(self.file.clone());
        let opened = Vault::open_within(choice.clone(), false, self.limit).await;
        self.take(store, pin, &choice, opened).await
    }

    /// Begins with a new key where the old one was kept and is lost: what it sealed stays sealed.
    pub(crate) async fn replace_lost_key(&self, store: &Store) -> Result<(), Error> {
        let pin = Pin::read(store).await?;
        let choice = self.choice(&pin, VaultChoice::NewFile);
        let others = others(store, &choice);
        let opened = Vault::begin_anew(choice.clone(), self.limit, others).await;
        self.take(store, pin, &choice, opened).await
    }

    /// A file that was named for this run comes first, then what the data folder is pinned to.
    fn choice(&self, pin: &Pin, file: impl FnOnce(PathBuf) -> VaultChoice) -> VaultChoice {
        match (&self.preferred, pin.place(&self.file)) {
            (VaultChoice::Keychain { .. }, Some(PinnedKey::File(path))) => file(path),
            // The pin went with a damaged database; the person's choice is seen all the same.
            (VaultChoice::Keychain { .. }, None) if self.file.exists() => file(self.file.clone()),
            // Once it was there, it is not made anew behind anybody's back.
            (
                VaultChoice::File(path) | VaultChoice::NewFile(path),
                Some(PinnedKey::File(pinned)),
            ) if pinned == *path => file(pinned),
            (preferred, _) => preferred.clone(),
        }
    }

    /// Goes on with what was opened, and pins where that was.
    async fn take(
        &self,
        store: &Store,
        before: Pin,
        choice: &VaultChoice,
        opened: Result<Vault, VaultError>,
    ) -> Result<(), Error> {
        match &opened {
            Ok(vault) => {
                let now = Pin::of(vault, choice, &self.file);
                now.store(store, &before).await?;
            }
            Err(error) => tracing::warn!(code = error.code(), "the key cannot be had: {error}"),
        }
        let view = match choice {
            VaultChoice::Keychain { .. } => VaultView::Keychain,
            VaultChoice::File(path) | VaultChoice::NewFile(path) => VaultView::File {
                path: path.display().to_string(),
            },
        };
        let state = match opened {
            Ok(vault) => Ok(Open {
                vault: Arc::new(vault),
                view,
            }),
            Err(error) => Err(Closed { error, pin: before }),
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    /// Takes the key away from where it was `pinned`; out of the keychain only if the keychain's is
    /// this data folder's own. A file that the person named for a run is theirs, and stays.
    pub(crate) async fn forget(
        &self,
        pinned: Option<&PinnedKey>,
        owns_keychain: bool,
    ) -> Result<(), VaultError> {
        let (file, limit) = (self.file.clone(), self.limit);
        Vault::forget(VaultChoice::File(file), limit).await?;
        let in_keychain = matches!(self.preferred, VaultChoice::Keychain { .. });
        if in_keychain && owns_keychain && pinned == Some(&PinnedKey::Keychain) {
            Vault::forget(self.preferred.clone(), limit).await?;
        }
        Ok(())
    }

    /// Whether values are still sealed with this key: another process may have begun a new one. Where
    /// the key could not be had, there may be one since the pin is another.
    pub(crate) async fn is_current(&self, store: &Store) -> Result<bool, Error> {
        let now = Pin::read(store).await?;
        match &*self.state() {
            Ok(open) => Ok(now.is_of(&open.vault)),
            Err(closed) if closed.pin != now => Ok(false),
            Err(closed) => Err(closed.error.clone().into()),
        }
    }

    pub(crate) fn view(&self) -> VaultView {
        match &*self.state() {
            Ok(open) => open.view.clone(),
            Err(Closed { error, .. }) => VaultView::Unavailable {
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
        match &*self.state() {
            Ok(open) => Ok(open.vault.clone()),
            Err(closed) => Err(closed.error.clone()),
        }
    }

    fn state(&self) -> RwLockReadGuard<'_, Result<Open, Closed>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Opening, ServerRow};
    use crate::vault::Key;

    const LIMIT: Duration = Duration::from_secs(5);

    async fn seal_something(store: &Store) {
        let server = ServerRow {
            client_secret: Some(vec![0]),
            ..ServerRow::of_a_test()
        };
        store.insert_server(&server, &[], false).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_that_another_process_replaces_while_it_is_fetched_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let opening = Opening {
            wait: LIMIT,
            now: 0,
            small: true,
        };
        let store = Store::open(&folder.path().join("test.sqlite"), opening).await;
        let store = store.unwrap();
        let file = folder.path().join("key");
        let place = VaultChoice::NewFile(file.clone());
        let keys = Keys::open(&store, place.clone(), file.clone(), LIMIT).await;
        let keys = keys.unwrap();
        keys.vault().unwrap();
        seal_something(&store).await;

        let replaced = async |choice, expects_key| {
            let old = Vault::open(choice, expects_key).await;
            let before = Pin::read(&store).await.unwrap();
            let new = Pin::of(&Vault::with_key(Key::generate()), &place, &file);
            new.store(&store, &before).await.unwrap();
            old
        };
        keys.retry_by(&store, replaced).await.unwrap();
        let refused = keys.vault().map(drop);
        assert!(matches!(refused, Err(VaultError::LostKey)), "{refused:?}");
        // Whoever looks next fetches that one.
        assert!(!keys.is_current(&store).await.unwrap());
    }
}
