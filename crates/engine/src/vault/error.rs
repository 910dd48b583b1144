//! Why there is no key, or why a value does not open: each with what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// A failure of the vault. No text in it comes from a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The operating system offers no keychain (no D-Bus, no Secret Service).
    #[error("There is no keychain on this computer that Drawbridge can use: {0}.")]
    Absent(String),
    /// There is a keychain, and it is locked.
    #[error("The keychain is locked.")]
    Locked,
    /// Sealed values exist, and the key that sealed them is gone.
    #[error("The key that sealed the stored sign-ins is gone.")]
    LostKey,
    /// The keychain did not answer in time.
    #[error("The keychain did not answer within {} seconds.", after.as_secs_f32())]
    TimedOut {
        /// How long it was given.
        after: Duration,
    },
    /// The keychain said that it stored the key, and then gave something else, or nothing.
    #[error("The keychain did not keep the key it was given.")]
    NotKept,
    /// What the keychain holds under our name is not one of our keys.
    #[error("What the keychain holds for Drawbridge is not a key.")]
    NotAKey,
    /// Another failure of the keychain, in its own words.
    #[error("The keychain failed: {0}.")]
    Keychain(String),
    /// The key file cannot be used.
    #[error("The key file {} {problem}.", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: KeyFileProblem,
    },
    /// A sealed value that does not open: another key, another place, or damage.
    #[error("A stored value in {table}.{column} cannot be opened with this key.")]
    Unreadable {
        /// The table it is in.
        table: String,
        /// The column it is in.
        column: String,
    },
}

/// What is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyFileProblem {
    /// It is not there.
    #[error("does not exist")]
    Missing,
    /// Others than its owner may read or write it.
    #[error("is open to others than its owner (mode {mode:04o})")]
    TooOpen {
        /// The permission bits.
        mode: u32,
    },
    /// It is a folder, a device or the like.
    #[error("is not a regular file")]
    NotAFile,
    /// It does not hold 32 bytes in Base64.
    #[error("does not hold a key")]
    NotAKey,
    /// This operating system has no file mode that would protect it.
    #[error("cannot be protected on this operating system")]
    Unsupported,
    /// Reading or writing it failed.
    #[error("cannot be used: {0}")]
    Io(String),
}

impl VaultError {
    /// Stable, `snake_case`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent(_) => "vault_absent",
            Self::Locked => "vault_locked",
            Self::LostKey => "vault_lost_key",
            Self::TimedOut { .. } => "vault_timed_out",
            Self::NotKept => "vault_not_kept",
            Self::NotAKey => "vault_not_a_key",
            Self::Keychain(_) => "vault_failed",
            Self::KeyFile { .. } => "vault_key_file",
            Self::Unreadable { .. } => "vault_unreadable",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        Some(match self {
            Self::Absent(_) => {
                "Start a keychain (on Linux a Secret Service such as GNOME Keyring or KWallet) and \
                 try again, or choose a key file."
            }
            Self::Locked => "Unlock the keychain and try again, or choose a key file.",
            Self::LostKey | Self::NotAKey => {
                "Bring the key back from a backup of the keychain, or start with a new key and \
                 sign in again everywhere."
            }
            Self::TimedOut { .. } => {
                "Look for a window that asks to unlock the keychain, answer it and try again."
            }
            Self::NotKept | Self::Keychain(_) => "Try again, or choose a key file.",
            Self::KeyFile { problem, .. } => problem.remedy(),
            Self::Unreadable { .. } => "Sign in again to this server.",
        })
    }
}

impl KeyFileProblem {
    fn remedy(&self) -> &'static str {
        match self {
            Self::Missing => "Name the right file, or begin with a new key.",
            Self::TooOpen { .. } => {
                "Run chmod 600 on it, and think about who may have read it meanwhile."
            }
            Self::NotAFile | Self::NotAKey => {
                "Bring the file back from a backup, name another one, or begin with a new key and sign in again everywhere."
            }
            Self::Unsupported => "Use the keychain of the operating system.",
            Self::Io(_) => "Check the folder, its permissions and the free space.",
        }
    }
}
