//! Secrets at rest: one key in the keychain of the operating system, and what it seals.
//!
//! The keychain holds 32 bytes and nothing else, because Windows caps an entry at 2,560 bytes and
//! because one prompt beats twenty. Every secret is a sealed value in a row of the database.

mod error;
mod key;
mod key_file;
mod keychain;
mod platform;
mod seal;

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

pub use self::error::{KeyFileProblem, VaultError};
pub use self::key::Key;
pub use self::seal::Place;

/// How long a keychain may take to answer: a prompt to unlock it can stay open for ever.
pub const KEYCHAIN_LIMIT: Duration = Duration::from_secs(10);

/// Where the key is kept. The choice is the person's, and it is never changed behind their back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultChoice {
    /// In the keychain of the operating system, under this service name.
    Keychain {
        /// For example `dev.drawbridge.desktop`.
        service: String,
    },
    /// In a file that is there already.
    File(PathBuf),
    /// In a file that is made if it is not there yet.
    NewFile(PathBuf),
}

/// The key, ready to seal and to open.
#[derive(Debug)]
pub struct Vault {
    key: Key,
}

impl Vault {
    /// Fetches the key, and makes one only where there is nothing yet that a key had sealed.
    ///
    /// `expects_key` says that sealed values exist. Then a missing key is [`VaultError::LostKey`]:
    /// a new one in its place would look like health and open nothing.
    pub async fn open(choice: VaultChoice, expects_key: bool) -> Result<Self, VaultError> {
        Self::open_within(choice, expects_key, KEYCHAIN_LIMIT).await
    }

    /// As [`Vault::open`], with a time limit of the caller's.
    pub async fn open_within(
        choice: VaultChoice,
        expects_key: bool,
        limit: Duration,
    ) -> Result<Self, VaultError> {
        Self::open_beside(choice, expects_key, limit, None).await
    }

    /// As [`Vault::open_within`], where other programs may begin at the same time: they lock one
    /// another out with the file `others`.
    pub(crate) async fn open_beside(
        choice: VaultChoice,
        expects_key: bool,
        limit: Duration,
        others: Option<File>,
    ) -> Result<Self, VaultError> {
        let key = off_the_runtime(limit, move || match choice {
            VaultChoice::Keychain { service } => {
                keychain::fetch(&service, expects_key, others.as_ref())
            }
            VaultChoice::File(path) => key_file::read(&path),
            VaultChoice::NewFile(path) => key_file::read_or_create(&path, expects_key),
        })
        .await?;
        Ok(Self { key })
    }

    /// Begins with a new key where the place holds none: because the person wants it, whatever the old
    /// one had sealed. What is there and is no key is kept beside it. A key that is there is used.
    pub(crate) async fn begin_anew(
        choice: VaultChoice,
        limit: Duration,
        others: Option<File>,
    ) -> Result<Self, VaultError> {
        let key = off_the_runtime(limit, move || match choice {
            VaultChoice::Keychain { service } => keychain::replace(&service, others.as_ref()),
            VaultChoice::File(path) | VaultChoice::NewFile(path) => key_file::replace(&path),
        })
        .await?;
        Ok(Self { key })
    }

    /// Takes the key, and whatever was kept beside it, out of the keychain or away from its file.
    pub(crate) async fn forget(choice: VaultChoice, limit: Duration) -> Result<(), VaultError> {
        off_the_runtime(limit, move || match choice {
            VaultChoice::Keychain { service } => keychain::forget(&service),
            VaultChoice::File(path) | VaultChoice::NewFile(path) => key_file::forget(&path),
        })
        .await
    }

    /// A vault with a key that the caller has; nothing is stored.
    #[must_use]
    pub fn with_key(key: Key) -> Self {
        Self { key }
    }

    /// Seals `plain` so that it opens with this key and in this place only.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        seal::seal(&self.key, place, plain)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub fn open_sealed(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        seal::open(&self.key, place, sealed)
    }

    /// Tells keys apart without telling anything of a key: 16 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }
}

/// Runs `work` on a thread of its own, and stops waiting after `limit`.
///
/// Not on the runtime's blocking threads: one that hangs in a prompt would hold up the end of the
/// program, because a runtime waits for them.
async fn off_the_runtime<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let (answer, waiting) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("vault".into())
        .spawn(move || {
            // Nobody listens any more after the time limit, and that is fine.
            let _ = answer.send(work());
        })
        .map_err(|error| VaultError::Keychain(error.to_string()))?;
    match tokio::time::timeout(limit, waiting).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(VaultError::Keychain(
            "its thread ended without an answer".into(),
        )),
        Err(_) => Err(VaultError::TimedOut { after: limit }),
    }
}
