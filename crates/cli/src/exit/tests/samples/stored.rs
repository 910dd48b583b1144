//! Errors of the key, the database and the data folder.

use std::io::{self, ErrorKind};
use std::time::Duration;

use drawbridge_engine::Error;
use drawbridge_engine::vault::{KeyFileProblem, VaultError};
use sqlx::migrate::MigrateError;

pub(super) fn all() -> Vec<Error> {
    let mut all: Vec<Error> = keychain()
        .into_iter()
        .chain(key_file())
        .map(Error::Vault)
        .collect();
    all.extend(database().into_iter().map(Error::Store));
    all.extend([
        Error::DamagedDatabase {
            path: "drawbridge.sqlite".into(),
        },
        Error::DataFolder {
            path: "dev.drawbridge.desktop".into(),
            source: ErrorKind::PermissionDenied.into(),
        },
        Error::DataInUse,
        Error::KeyLeft(VaultError::Locked),
        Error::Corrupt,
    ]);
    all
}

fn keychain() -> Vec<VaultError> {
    vec![
        VaultError::Absent("no Secret Service answers".into()),
        VaultError::Locked,
        VaultError::LostKey,
        VaultError::TimedOut {
            after: Duration::from_secs(30),
        },
        VaultError::NotKept,
        VaultError::NotAKey,
        VaultError::Keychain("it closed the connection".into()),
        VaultError::Unreadable {
            table: "grant".into(),
            column: "access_token".into(),
        },
    ]
}

fn key_file() -> impl Iterator<Item = VaultError> {
    [
        KeyFileProblem::Missing,
        KeyFileProblem::TooOpen { mode: 0o644 },
        KeyFileProblem::NotAFile,
        KeyFileProblem::NotAKey,
        KeyFileProblem::Unsupported,
        KeyFileProblem::Io("permission denied".into()),
    ]
    .into_iter()
    .map(|problem| VaultError::KeyFile {
        path: "drawbridge.key".into(),
        problem,
    })
}

/// One of each kind that is told apart, by what the system says.
fn database() -> Vec<sqlx::Error> {
    let disk = |kind: ErrorKind| sqlx::Error::Io(io::Error::from(kind));
    vec![
        disk(ErrorKind::StorageFull),
        disk(ErrorKind::PermissionDenied),
        disk(ErrorKind::InvalidData),
        disk(ErrorKind::BrokenPipe),
        sqlx::Error::PoolTimedOut,
        sqlx::Error::PoolClosed,
        sqlx::Error::Migrate(Box::new(MigrateError::VersionMissing(99))),
    ]
}
