//! The key in the keychain of the operating system.
//!
//! A Secret Service tells less than one would like: reading from a locked collection, or from none,
//! says *no entry* just as an empty one does. So an absence is believed only after a write that
//! was read back.

use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::{Key, VaultError, platform};

/// The name of the entry with the key.
const KEY_ENTRY: &str = "vault-key";
/// The name of the entry that keeps what was no key under the name above.
const REPLACED_ENTRY: &str = "vault-key-replaced";
/// The name of the entry that is written and taken away again, to see whether the keychain works.
const PROBE_ENTRY: &str = "vault-probe";

/// Reads the key; makes one if there is none and none is expected.
pub(super) fn fetch(service: &str, expects_key: bool) -> Result<Key, VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    let entry = |name| {
        store
            .build(service, name, None)
            .map_err(|error| failure(&error))
    };
    let entry_of_key = entry(KEY_ENTRY)?;
    if let Some(found) = read(&entry_of_key)? {
        return Key::from_bytes(&found).ok_or(VaultError::NotAKey);
    }
    if expects_key {
        let probe = entry(PROBE_ENTRY)?;
        write(&probe, Key::generate().expose())?;
        // The keychain has shown that it works; a probe that stays behind harms nothing.
        let _ = probe.delete_credential();
        return Err(VaultError::LostKey);
    }
    let key = Key::generate();
    write(&entry_of_key, key.expose())?;
    Ok(key)
}

/// Makes a new key where the keychain holds none under our name; what it holds there is kept under
/// another name.
pub(super) fn replace(service: &str) -> Result<Key, VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    let entry = |name| {
        store
            .build(service, name, None)
            .map_err(|error| failure(&error))
    };
    let entry_of_key = entry(KEY_ENTRY)?;
    if let Some(found) = read(&entry_of_key)? {
        if let Some(key) = Key::from_bytes(&found) {
            return Ok(key);
        }
        write(&entry(REPLACED_ENTRY)?, &found)?;
    }
    let key = Key::generate();
    write(&entry_of_key, key.expose())?;
    Ok(key)
}

/// Takes away all that is ours.
pub(super) fn forget(service: &str) -> Result<(), VaultError> {
    let store = platform::store().map_err(|error| VaultError::Absent(plain(&error)))?;
    for name in [PROBE_ENTRY, REPLACED_ENTRY, KEY_ENTRY] {
        let entry = store
            .build(service, name, None)
            .map_err(|error| failure(&error))?;
        match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => {}
            Err(error) => return Err(failure(&error)),
        }
    }
    Ok(())
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
    match error {
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => VaultError::Absent(plain(error)),
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
