//! The key in the keychain of the operating system.
//!
//! A Secret Service tells less than one would like: reading from a locked collection, or from none,
//! says *no entry* just as an empty one does. So an absence is believed only after a write that
//! was read back.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{Key, VaultError, platform};

/// The name of the entry with the key.
const KEY_ENTRY: &str = "vault-key";
/// The name of the entry that keeps what was no key under the name above.
const REPLACED_ENTRY: &str = "vault-key-replaced";
/// The name of the entry that is written and taken away again, to see whether the keychain works.
const PROBE_ENTRY: &str = "vault-probe";

/// macOS: nobody may be asked to unlock it (`errSecInteractionNotAllowed`).
const MAY_NOT_ASK: i32 = -25308;
/// macOS: the password was wrong, or the person did not allow it (`errSecAuthFailed`).
const NOT_UNLOCKED: i32 = -25293;
/// macOS: the person closed the question (`errSecUserCanceled`).
const CANCELLED: i32 = -128;
/// macOS: there is no keychain (`errSecNotAvailable`).
const NOT_AVAILABLE: i32 = -25291;
/// macOS: the file of the person's keychain is gone (`errSecNoSuchKeychain`).
const NOT_THERE: i32 = -25294;
/// macOS: none of them is the one to use (`errSecNoDefaultKeychain`).
const NO_DEFAULT: i32 = -25307;

/// Held by whoever makes a key, even by one that nobody waits for any more.
static MAKING: Mutex<()> = Mutex::new(());

/// Reads the key; makes one if there is none and none is expected.
pub(super) fn fetch(
    service: &str,
    expects_key: bool,
    others: Option<&File>,
) -> Result<Key, VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    fetch_from(&store, service, expects_key, others)
}

fn fetch_from(
    store: &Arc<CredentialStore>,
    service: &str,
    expects_key: bool,
    others: Option<&File>,
) -> Result<Key, VaultError> {
    let entry_of_key = entry(store, service, KEY_ENTRY)?;
    if let Some(found) = read(&entry_of_key)? {
        return Key::from_bytes(&found).ok_or(VaultError::NotAKey);
    }
    if expects_key {
        let probe = entry(store, service, PROBE_ENTRY)?;
        write(&probe, Key::generate().expose())?;
        // The keychain has shown that it works; a probe that stays behind harms nothing.
        let _ = probe.delete_credential();
        return Err(VaultError::LostKey);
    }
    let _alone = alone(others);
    // Made by another while this one waited.
    if let Some(found) = read(&entry_of_key)? {
        return Key::from_bytes(&found).ok_or(VaultError::NotAKey);
    }
    let key = Key::generate();
    write(&entry_of_key, key.expose())?;
    Ok(key)
}

/// Makes a new key where the keychain holds none under our name; what it holds there is kept under
/// another name.
pub(super) fn replace(service: &str, others: Option<&File>) -> Result<Key, VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    let _alone = alone(others);
    let entry_of_key = entry(&store, service, KEY_ENTRY)?;
    if let Some(found) = read(&entry_of_key)? {
        if let Some(key) = Key::from_bytes(&found) {
            return Ok(key);
        }
        write(&entry(&store, service, REPLACED_ENTRY)?, &found)?;
    }
    let key = Key::generate();
    write(&entry_of_key, key.expose())?;
    Ok(key)
}

/// The right to make a key, in this process and among all that have the file. It ends with the file.
fn alone(others: Option<&File>) -> MutexGuard<'static, ()> {
    let here = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(Err(error)) = others.map(File::lock) {
        // A folder that cannot be locked keeps nobody from beginning.
        tracing::warn!(%error, "the key is made without a lock");
    }
    here
}

/// Takes away all that is ours.
pub(super) fn forget(service: &str) -> Result<(), VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    for name in [PROBE_ENTRY, REPLACED_ENTRY, KEY_ENTRY] {
        match entry(&store, service, name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => {}
            Err(error) => return Err(failure(&error)),
        }
    }
    Ok(())
}

fn entry(store: &Arc<CredentialStore>, service: &str, name: &str) -> Result<Entry, VaultError> {
    let entry = store.build(service, name, None);
    entry.map_err(|error| failure(&error))
}

/// What the entry holds; nothing if there is no such entry, or none that can be seen.
fn read(entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    match entry.get_secret() {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failure(&error)),
    }
}

/// Writes, and believes it only when the same bytes come back.
fn write(entry: &Entry, bytes: &[u8]) -> Result<(), VaultError> {
    entry.set_secret(bytes).map_err(|error| failure(&error))?;
    match read(entry)? {
        Some(back) if back[..] == *bytes => Ok(()),
        _ => Err(VaultError::NotKept),
    }
}

fn failure(error: &Error) -> VaultError {
    failure_with(platform::status(error), error)
}

/// Who wraps what macOS says takes some of it for something else.
fn failure_with(status: Option<i32>, error: &Error) -> VaultError {
    match (status, error) {
        (Some(NOT_AVAILABLE | NOT_THERE | NO_DEFAULT), _)
        | (_, Error::NoDefaultStore | Error::NotSupportedByStore(_)) => {
            VaultError::Absent(plain(error))
        }
        (Some(MAY_NOT_ASK | NOT_UNLOCKED | CANCELLED), _) | (_, Error::NoStorageAccess(_)) => {
            VaultError::Locked
        }
        _ => VaultError::Keychain(plain(error)),
    }
}

/// The error in words; never its `Debug`, which may show what was stored.
fn plain(error: &Error) -> String {
    match error {
        Error::Ambiguous(entries) => format!("it holds {} keys of the same name", entries.len()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "it holds something unreadable".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::collections::HashMap;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use keyring_core::Credential;
    use keyring_core::api::{CredentialApi, CredentialStoreApi};
    use rstest::rstest;

    use super::*;

    fn failed() -> Error {
        Error::PlatformFailure("no".into())
    }

    fn no_access() -> Error {
        Error::NoStorageAccess("no".into())
    }

    #[rstest]
    #[case::nobody_may_be_asked(-25308, failed(), VaultError::Locked)]
    #[case::not_allowed(-25293, failed(), VaultError::Locked)]
    #[case::closed_question(-128, failed(), VaultError::Locked)]
    #[case::not_to_be_written(-25292, no_access(), VaultError::Locked)]
    #[case::not_available(-25291, no_access(), VaultError::Absent(plain(&no_access())))]
    #[case::file_gone(-25294, no_access(), VaultError::Absent(plain(&no_access())))]
    #[case::no_default(-25307, failed(), VaultError::Absent(plain(&failed())))]
    #[case::anything_else(-67585, failed(), VaultError::Keychain(plain(&failed())))]
    fn a_keychain_of_macos_is_told_as_it_is(
        #[case] status: i32,
        #[case] error: Error,
        #[case] told: VaultError,
    ) {
        assert_eq!(failure_with(Some(status), &error), told);
    }

    #[cfg(target_os = "macos")]
    #[test]
    fn macos_says_itself_that_the_keychain_is_locked() {
        let said = security_framework::base::Error::from_code(MAY_NOT_ASK);
        let error = apple_native_keyring_store::keychain::decode_error(said);
        assert_eq!(failure(&error), VaultError::Locked);
    }

    /// One entry. Whoever writes is told of, and waits.
    struct Slow {
        kept: Mutex<Option<Vec<u8>>>,
        reads: Sender<()>,
        writes: Sender<()>,
        opened: Mutex<Receiver<()>>,
    }

    #[derive(Clone)]
    struct Fake(Arc<Slow>);

    impl CredentialStoreApi for Fake {
        fn vendor(&self) -> String {
            String::new()
        }

        fn id(&self) -> String {
            String::new()
        }

        fn build(
            &self,
            _: &str,
            _: &str,
            _: Option<&HashMap<&str, &str>>,
        ) -> keyring_core::Result<Entry> {
            Ok(Entry::new_with_credential(Arc::new(self.clone())))
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    impl CredentialApi for Fake {
        fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
            self.0.writes.send(()).unwrap();
            self.0.opened.lock().unwrap().recv().unwrap();
            *self.0.kept.lock().unwrap() = Some(secret.to_owned());
            Ok(())
        }

        fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
            self.0.reads.send(()).unwrap();
            self.0.kept.lock().unwrap().clone().ok_or(Error::NoEntry)
        }

        fn delete_credential(&self) -> keyring_core::Result<()> {
            Ok(())
        }

        fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
            Ok(None)
        }

        fn get_specifiers(&self) -> Option<(String, String)> {
            None
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    #[test]
    fn two_that_begin_at_the_same_time_have_one_key() {
        let (reads, read) = channel();
        let (writes, written) = channel();
        let (open, opened) = channel();
        let slow = Slow {
            kept: Mutex::default(),
            reads,
            writes,
            opened: Mutex::new(opened),
        };
        let store: Arc<CredentialStore> = Arc::new(Fake(Arc::new(slow)));
        let begin = || {
            let store = store.clone();
            std::thread::spawn(move || fetch_from(&store, "test", false, None).unwrap())
        };
        let first = begin();
        written.recv().unwrap();
        // Before it writes, it looks twice.
        assert_eq!(read.try_iter().count(), 2);
        let second = begin();
        read.recv().unwrap();
        // Enough for two.
        open.send(()).unwrap();
        open.send(()).unwrap();
        let (first, second) = (first.join().unwrap(), second.join().unwrap());
        assert_eq!(first.expose(), second.expose());
        assert_eq!(written.try_iter().count(), 0, "only the first has written");
    }
}
