//! Files that nobody else on this computer may read.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file, and makes it with mode 0600 if it is not there. What is in it stays.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
