//! The keychain of each operating system, reached anew at every try.
//!
//! `keyring`'s own default store is chosen once in the life of a program: a keychain that was not
//! there at the start would never be found again, however often a person asks. Hence its parts.

use std::sync::Arc;

use keyring_core::{CredentialStore, Error, Result};

/// Connects to the keychain.
#[cfg(target_os = "macos")]
pub(super) fn store() -> Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Connects to the keychain.
#[cfg(windows)]
pub(super) fn store() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Connects to the keychain.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn store() -> Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// What the keychain itself calls the failure; nothing where it has no numbers for that.
#[cfg(target_os = "macos")]
pub(super) fn status(error: &Error) -> Option<i32> {
    let (Error::PlatformFailure(source) | Error::NoStorageAccess(source)) = error else {
        return None;
    };
    let told = source.downcast_ref::<security_framework::base::Error>();
    told.map(|told| told.code())
}

/// What the keychain itself calls the failure; nothing where it has no numbers for that.
#[cfg(not(target_os = "macos"))]
pub(super) fn status(_: &Error) -> Option<i32> {
    None
}
