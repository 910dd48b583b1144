//! What a data folder says of its key: where it is, and which one. It outlives the program, so that a
//! keychain that comes back later does not hide what a file holds.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::store::Store;
use crate::vault::{Vault, VaultChoice};

/// Names the setting that says where it is.
const PLACE: &str = "vault_place";
/// Names the setting that tells the key apart from another one.
const FINGERPRINT: &str = "vault_fingerprint";
/// Names the setting with the path of the file, where it is not the data folder's own.
const KEY_FILE_PATH: &str = "vault_file";

const NAMES: [&str; 3] = [PLACE, FINGERPRINT, KEY_FILE_PATH];

/// Where a data folder has its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinnedKey {
    /// In the keychain of the operating system.
    Keychain,
    /// In a file.
    File(PathBuf),
}

/// Those settings.
#[derive(Default, PartialEq)]
pub(super) struct Pin(HashMap<String, String>);

impl Pin {
    /// As it is stored; empty before the first time.
    pub(super) async fn read(store: &Store) -> Result<Self, sqlx::Error> {
        Ok(Self(store.settings(&NAMES).await?))
    }

    /// The same, and whether anything is sealed with that key.
    pub(super) async fn read_with_use(store: &Store) -> Result<(Self, bool), sqlx::Error> {
        let (values, is_used) = store.settings_and_secrets(&NAMES).await?;
        Ok((Self(values), is_used))
    }

    /// Of the key that was found there; `own` is the file of the data folder.
    pub(super) fn of(vault: &Vault, choice: &VaultChoice, own: &Path) -> Self {
        let (place, path) = match choice {
            VaultChoice::Keychain { .. } => ("keychain", String::new()),
            VaultChoice::File(path) | VaultChoice::NewFile(path) if path == own => {
                ("file", String::new())
            }
            VaultChoice::File(path) | VaultChoice::NewFile(path) => {
                ("file", path.display().to_string())
            }
        };
        let values = [
            (FINGERPRINT, vault.fingerprint()),
            (PLACE, place.to_owned()),
            (KEY_FILE_PATH, path),
        ];
        Self(values.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Where the key was found the last time; nothing before the first time.
    pub(super) fn place(&self, own: &Path) -> Option<PinnedKey> {
        match self.get(PLACE)? {
            "file" => {
                let path = self.get(KEY_FILE_PATH).map_or(own, Path::new);
                Some(PinnedKey::File(path.to_owned()))
            }
            _ => Some(PinnedKey::Keychain),
        }
    }

    /// Whether that is the key; so is any before the first time.
    pub(super) fn is_of(&self, vault: &Vault) -> bool {
        let known = self.get(FINGERPRINT);
        known.is_none_or(|known| known == vault.fingerprint())
    }

    /// Writes nothing where all of that was so already: a disk that is full holds up no start.
    pub(super) async fn store(&self, store: &Store, before: &Self) -> Result<(), sqlx::Error> {
        if self == before {
            return Ok(());
        }
        store.set_settings(&self.0).await
    }

    fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }
}
