//! A mark beside the database, which each process changes after it has written: who finds it as it was
//! need not ask SQLite anew.
//!
//! `PRAGMA data_version` tells the same, but every statement goes to the thread of its connection and
//! back, which takes longer than all else that a call of a tool does here.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use uuid::Uuid;

use super::private::open_private;
use crate::core::lock;

/// What its file is called, after the database.
pub(super) const STAMP: &str = "-stamp";

/// What the mark was at some time.
pub(super) type Stamp = [u8; 16];

/// The mark of one database; a clone is the same mark.
#[derive(Debug, Clone)]
pub(super) struct Stamps(Arc<Mutex<Mark>>);

#[derive(Debug)]
struct Mark {
    /// Nothing where it cannot be opened.
    file: Option<File>,
    /// A change could not be marked here, so that an old mark may be a wrong one.
    unmarked: bool,
}

impl Stamps {
    pub(super) fn at(path: &Path) -> Self {
        let file = open_private(path).inspect_err(|error| {
            tracing::warn!("each call reads the database: {}: {error}", path.display());
        });
        let stamps = Self::of(file.ok());
        if stamps.now().is_none() {
            stamps.renew();
        }
        stamps
    }

    fn of(file: Option<File>) -> Self {
        Self(Arc::new(Mutex::new(Mark {
            file,
            unmarked: false,
        })))
    }

    /// Nothing where one cannot tell.
    pub(super) fn now(&self) -> Option<Stamp> {
        let mut mark = lock(&self.0);
        if mark.unmarked {
            return None;
        }
        let file = mark.file.as_mut()?;
        let mut stamp = Stamp::default();
        file.rewind().ok()?;
        file.read_exact(&mut stamp).ok()?;
        Some(stamp)
    }

    /// Something was written.
    pub(super) fn renew(&self) {
        let mut mark = lock(&self.0);
        if let Some(file) = &mut mark.file {
            let stamp = Uuid::now_v7().into_bytes();
            let marked = file.rewind().and_then(|()| file.write_all(&stamp));
            mark.unmarked = marked.is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_until_somebody_writes_in_this_process_or_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stamp");
        let (here, there) = (Stamps::at(&path), Stamps::at(&path));
        let before = here.now();
        assert!(before.is_some());
        assert_eq!(before, there.now());
        there.renew();
        assert_ne!(here.now(), before);
        assert_eq!(here.now(), there.now());
    }

    #[test]
    fn where_there_can_be_no_mark_one_cannot_tell() {
        let folder = tempfile::tempdir().unwrap();
        let stamps = Stamps::at(folder.path());
        stamps.renew();
        assert_eq!(stamps.now(), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_change_that_cannot_be_marked_leaves_no_mark_that_is_trusted() {
        let full = open_private(Path::new("/dev/full"));
        let full = Stamps::of(full.ok());
        assert!(full.now().is_some(), "it can be read");
        full.renew();
        assert_eq!(full.now(), None);
    }
}
