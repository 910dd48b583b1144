//! The lists that installed programs keep: looked at, read, and never written.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::clients::{KNOWN, Known, shown};
use super::document::lists_in_yaml;
use super::{FILE_LIMIT, Homes, Import, ImportError, read_list, run};
use crate::core::Core;
use crate::error::Error;
use crate::view::FoundConfig;

/// Every list that there is; a program that keeps none is not named.
pub(crate) async fn found(core: &Core, homes: &Homes) -> Result<Vec<FoundConfig>, Error> {
    let mut all = Vec::new();
    for known in &KNOWN {
        let (entries, problem) = match list_of(known, homes).await {
            // Most of these files hold other settings, too.
            Err(ImportError::Gone | ImportError::Empty | ImportError::NoServers) => continue,
            Ok(import) => (run::shown(core, import).await?, None),
            Err(error) => (Vec::new(), Some(Error::from(error).view())),
        };
        all.push(FoundConfig {
            id: known.id.to_owned(),
            client: known.client.to_owned(),
            path: shown(&known.path(homes), homes),
            entries,
            problem,
        });
    }
    Ok(all)
}

/// The list that is chosen by the id of a [`FoundConfig`].
pub(crate) async fn list(homes: &Homes, id: &str) -> Result<Import, ImportError> {
    let known = KNOWN.iter().find(|known| known.id == id);
    list_of(known.ok_or(ImportError::Gone)?, homes).await
}

async fn list_of(known: &Known, homes: &Homes) -> Result<Import, ImportError> {
    let path = known.path(homes);
    let is_yaml = known.is_yaml();
    let read = tokio::task::spawn_blocking(move || {
        let text = content(&path)?;
        if is_yaml && !lists_in_yaml(&text) {
            return Err(ImportError::NoServers);
        }
        read_list(&text)
    });
    read.await.unwrap_or_else(|broken| {
        Err(ImportError::Unreadable {
            why: broken.to_string(),
        })
    })
}

fn content(path: &Path) -> Result<String, ImportError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ImportError::Gone,
        kind => ImportError::Unreadable {
            why: kind.to_string(),
        },
    };
    // Looked at first: to open a pipe would be to wait for whoever writes into it.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(ImportError::Unreadable {
            why: "it is no file".to_owned(),
        });
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_LIMIT).unwrap_or(u64::MAX);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > FILE_LIMIT {
        return Err(ImportError::FileTooLong);
    }
    String::from_utf8(bytes).map_err(|_| ImportError::Unreadable {
        why: "it is no text".to_owned(),
    })
}
