//! The key in a file that only its owner may read, for computers without a keychain.
//!
//! One line of Base64, so that `openssl rand -base64 32` makes one too.

use std::path::{Path, PathBuf};

use super::{Key, KeyFileProblem, VaultError};

/// Reads the key from a file that must be there.
pub(super) fn read(path: &Path) -> Result<Key, VaultError> {
    files::read(path).map_err(|problem| VaultError::KeyFile {
        path: path.into(),
        problem,
    })
}

/// Reads the key; makes the file if there is none and no key is expected.
pub(super) fn read_or_create(path: &Path, expects_key: bool) -> Result<Key, VaultError> {
    match files::read(path) {
        Err(KeyFileProblem::Missing) if expects_key => Err(VaultError::LostKey),
        Err(KeyFileProblem::Missing) => {
            files::create(path, &Key::generate()).map_err(|problem| VaultError::KeyFile {
                path: path.into(),
                problem,
            })?;
            // What counts is what the disk gives back.
            read(path)
        }
        Ok(key) => Ok(key),
        Err(problem) => Err(VaultError::KeyFile {
            path: path.into(),
            problem,
        }),
    }
}

/// Makes a new key where the file holds none; what it holds is kept in a file beside it.
pub(super) fn replace(path: &Path) -> Result<Key, VaultError> {
    if matches!(files::read(path), Err(KeyFileProblem::NotAKey)) {
        files::keep_aside(path).map_err(|problem| VaultError::KeyFile {
            path: path.into(),
            problem,
        })?;
    }
    read_or_create(path, false)
}

/// Takes the file away, and what was kept aside of it; none is as good.
pub(super) fn forget(path: &Path) -> Result<(), VaultError> {
    for file in kept_aside(path).chain([path.into()]) {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(VaultError::KeyFile {
                    path: file,
                    problem: KeyFileProblem::Io(error.kind().to_string()),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// `NAME.replaced`, `NAME.replaced-2` and so on.
fn kept_aside(path: &Path) -> impl Iterator<Item = PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let first = format!("{name}.replaced");
    let others = (2..100).map(|count| format!("{first}-{count}"));
    let names: Vec<_> = [first.clone()].into_iter().chain(others).collect();
    names.into_iter().map(|name| path.with_file_name(name))
}

#[cfg(unix)]
mod files {
    use std::fs::{File, OpenOptions};
    use std::io::{ErrorKind, Read, Write};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    use std::path::Path;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use zeroize::Zeroizing;

    use super::{Key, KeyFileProblem};

    /// Longer than any key file; the rest of a wrong file is not read.
    const LIMIT: u64 = 256;

    pub(super) fn read(path: &Path) -> Result<Key, KeyFileProblem> {
        let file = File::open(path).map_err(|error| problem(&error))?;
        // Of the open file, not of the path: that may be another one by now.
        let metadata = file.metadata().map_err(|error| problem(&error))?;
        if !metadata.is_file() {
            return Err(KeyFileProblem::NotAFile);
        }
        let mode = metadata.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyFileProblem::TooOpen { mode });
        }
        let mut text = Zeroizing::new(String::new());
        file.take(LIMIT)
            .read_to_string(&mut text)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidData => KeyFileProblem::NotAKey,
                _ => problem(&error),
            })?;
        let bytes = STANDARD
            .decode(text.trim())
            .map_err(|_| KeyFileProblem::NotAKey)?;
        Key::from_bytes(&Zeroizing::new(bytes)).ok_or(KeyFileProblem::NotAKey)
    }

    pub(super) fn create(path: &Path, key: &Key) -> Result<(), KeyFileProblem> {
        let written = || -> std::io::Result<()> {
            // `create_new`: a file that appeared meanwhile is somebody's key, and stays.
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)?;
            let line = Zeroizing::new(STANDARD.encode(key.expose()) + "\n");
            file.write_all(line.as_bytes())?;
            file.sync_all()?;
            path.parent()
                .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
        };
        written().map_err(|error| problem(&error))
    }

    /// Nobody's file is overwritten.
    pub(super) fn keep_aside(path: &Path) -> Result<(), KeyFileProblem> {
        let Some(free) = super::kept_aside(path).find(|name| !name.exists()) else {
            return Err(KeyFileProblem::NotAKey);
        };
        std::fs::rename(path, free).map_err(|error| problem(&error))
    }

    fn problem(error: &std::io::Error) -> KeyFileProblem {
        match error.kind() {
            ErrorKind::NotFound => KeyFileProblem::Missing,
            kind => KeyFileProblem::Io(kind.to_string()),
        }
    }
}

#[cfg(not(unix))]
mod files {
    use std::path::Path;

    use super::{Key, KeyFileProblem};

    pub(super) fn read(_: &Path) -> Result<Key, KeyFileProblem> {
        Err(KeyFileProblem::Unsupported)
    }

    pub(super) fn create(_: &Path, _: &Key) -> Result<(), KeyFileProblem> {
        Err(KeyFileProblem::Unsupported)
    }

    pub(super) fn keep_aside(_: &Path) -> Result<(), KeyFileProblem> {
        Err(KeyFileProblem::Unsupported)
    }
}
