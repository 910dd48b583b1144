//! Writing an export where the person finds it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _, Runtime};
use time::OffsetDateTime;

use crate::failure::{Answer, Failure};

/// Where the person finds what programs put down for them.
pub(crate) struct Downloads(PathBuf);

impl Downloads {
    /// The folder for that, or their home; nothing where there is neither.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Option<Self> {
        let folders = [app.path().download_dir(), app.path().home_dir()];
        let mut folders = folders.into_iter().flatten();
        folders.find(|folder| folder.is_dir()).map(Self)
    }
}

/// Writes it among the person's downloads; answers where.
pub(crate) fn write<R: Runtime>(app: &AppHandle<R>, text: &str) -> Answer<PathBuf> {
    let Some(folder) = app.try_state::<Downloads>() else {
        return Err(failed(&io::ErrorKind::NotFound.into()));
    };
    write_into(&folder.0, text, OffsetDateTime::now_utc()).map_err(|error| failed(&error))
}

/// As `drawbridge-2026-11-25.json`; a second one of a day counts on. Nobody else may read it: it says
/// which servers a person uses.
fn write_into(folder: &Path, text: &str, now: OffsetDateTime) -> io::Result<PathBuf> {
    let date = now.date();
    let day = format!(
        "drawbridge-{}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    );
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for count in 1..1000 {
        let path = match count {
            1 => folder.join(format!("{day}.json")),
            _ => folder.join(format!("{day}-{count}.json")),
        };
        match options.open(&path) {
            Ok(file) => {
                fill(file, &path, text)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A file that was written in part is removed: it could be taken for all data.
fn fill(mut file: File, path: &Path, text: &str) -> io::Result<()> {
    let written = file.write_all(text.as_bytes());
    let written = written.and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        // What is told is why it was not written.
        let _ = fs::remove_file(path);
    }
    written
}

fn failed(error: &io::Error) -> Failure {
    tracing::warn!("the export was not written: {error}");
    Failure::new(
        "export_not_written",
        &format!("The file could not be written: {error}."),
        Some("Make room for it in your downloads, or use the command: drawbridge export."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_export_is_a_file_of_its_own_that_nobody_else_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let day = OffsetDateTime::from_unix_timestamp(1_795_490_100).unwrap();
        let first = write_into(folder.path(), "{}", day).unwrap();
        let second = write_into(folder.path(), "[]", day).unwrap();
        assert!(first.ends_with("drawbridge-2026-11-24.json"), "{first:?}");
        assert!(second.ends_with("drawbridge-2026-11-24-2.json"));
        assert_eq!(fs::read_to_string(&first).unwrap(), "{}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&first).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_could_not_be_written_whole_is_not_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawbridge.json");
        fs::write(&path, "half").unwrap();
        let full = File::open(&path).unwrap();
        fill(full, &path, "{}").unwrap_err();
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_takes_no_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        let error = write_into(&nowhere, "{}", OffsetDateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(failed(&error).code(), "export_not_written");
    }
}
