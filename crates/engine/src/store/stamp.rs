//! A mark beside the database, which each process changes after it has written: who finds it as it was
//! need not ask SQLite anew.
//!
//! `PRAGMA data_version` tells the same, but every statement goes to the thread of its connection and
//! back, which takes longer than all else that a call of a tool does here.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

/// What its file is called, after the database.
pub(super) const STAMP: &str = "-stamp";

/// What the mark was at some time.
pub(super) type Stamp = [u8; 16];

/// The mark of one database; a clone is the same mark.
#[derive(Debug, Clone)]
pub(super) struct Stamps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Nothing where it cannot be opened.
    file: Option<File>,
    /// A change could not be marked here, so that an old mark may be a wrong one.
    unmarked: AtomicBool,
}

impl Stamps {
    pub(super) fn at(path: &Path) -> Self {
        let file = open(path).inspect_err(|error| {
            tracing::warn!("each call reads the database: {}: {error}", path.display());
        });
        let stamps = Self(Arc::new(Inner {
            file: file.ok(),
            unmarked: AtomicBool::new(false),
        }));
        if stamps.now().is_none() {
            stamps.renew();
        }
        stamps
    }

    /// Nothing where one cannot tell.
    pub(super) fn now(&self) -> Option<Stamp> {
        let file = self.0.file.as_ref()?;
        let mut stamp = Stamp::default();
        let whole = read_at_start(file, &mut stamp).is_ok_and(|read| read == stamp.len());
        (whole && !self.0.unmarked.load(Ordering::Relaxed)).then_some(stamp)
    }

    /// Something was written.
    pub(super) fn renew(&self) {
        let Some(file) = &self.0.file else {
            return;
        };
        let stamp = Uuid::now_v7().into_bytes();
        let marked = write_at_start(file, &stamp).is_ok_and(|written| written == stamp.len());
        self.0.unmarked.store(!marked, Ordering::Relaxed);
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn read_at_start(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, 0)
}

#[cfg(unix)]
fn write_at_start(file: &File, buffer: &[u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, buffer, 0)
}

#[cfg(windows)]
fn read_at_start(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, 0)
}

#[cfg(windows)]
fn write_at_start(file: &File, buffer: &[u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, buffer, 0)
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
        let full = Stamps(Arc::new(Inner {
            file: File::options()
                .read(true)
                .write(true)
                .open("/dev/full")
                .ok(),
            unmarked: AtomicBool::new(false),
        }));
        assert!(full.now().is_some(), "it can be read");
        full.renew();
        assert_eq!(full.now(), None);
    }
}
