//! Files that the person asked for, where they look for them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _, Runtime};
use time::OffsetDateTime;

use crate::{
    failure::{Answer, Failure},
    file_manager,
};

/// Where the person finds what programs put down for them.
#[derive(Debug, Clone)]
pub struct Downloads(PathBuf);

impl Downloads {
    /// This folder.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder for that, or their home; nothing where there is neither.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Option<Self> {
        let folders = [app.path().download_dir(), app.path().home_dir()];
        let mut folders = folders.into_iter().flatten();
        folders.find(|folder| folder.is_dir()).map(Self)
    }

    /// As `NAME-2026-11-25.EXTENSION`; a second one of a day counts on. No file that is there is touched, and
    /// nobody else may read the new one.
    fn put(
        &self,
        name: &str,
        extension: &str,
        bytes: &[u8],
        now: OffsetDateTime,
    ) -> io::Result<PathBuf> {
        let date = now.date();
        let day = format!(
            "{name}-{}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        );
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        for count in 1..1000 {
            let path = self.0.join(match count {
                1 => format!("{day}.{extension}"),
                _ => format!("{day}-{count}.{extension}"),
            });
            match options.open(&path) {
                Ok(file) => {
                    fill(file, &path, bytes)?;
                    return Ok(path);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Whether it would be a file right in this folder.
    fn holds(&self, path: &Path) -> bool {
        path.parent() == Some(&*self.0) && path.file_name().is_some()
    }
}

/// Writes a new file among the person's downloads; answers where.
pub(crate) fn put<R: Runtime>(
    app: &AppHandle<R>,
    name: &str,
    extension: &str,
    bytes: &[u8],
) -> io::Result<PathBuf> {
    let Some(folder) = app.try_state::<Downloads>() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    folder.put(name, extension, bytes, OffsetDateTime::now_utc())
}

/// Shows one of their downloads in its folder. Nothing is opened but that.
pub(crate) async fn show<R: Runtime>(app: &AppHandle<R>, path: PathBuf) -> Answer<()> {
    let known = app.try_state::<Downloads>();
    if !known.is_some_and(|folder| folder.holds(&path)) {
        return Err(not_shown());
    }
    file_manager::show(path).await.map_err(|error| {
        tracing::warn!("a folder could not be shown: {error}");
        not_shown()
    })
}

fn not_shown() -> Failure {
    Failure::new(
        "folder_not_shown",
        "The folder could not be shown.",
        Some("Open your downloads yourself."),
    )
}

/// A file that was written in part is removed: it could be taken for the whole.
fn fill(mut file: File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = file.write_all(bytes);
    let written = written.and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        // What is told is why it was not written.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_new_one_that_nobody_else_may_read_or_anybody_run() {
        let folder = tempfile::tempdir().unwrap();
        let downloads = Downloads::at(folder.path().to_owned());
        let day = OffsetDateTime::from_unix_timestamp(1_795_490_100).unwrap();
        let first = downloads.put("drawbridge", "json", b"{}", day).unwrap();
        let second = downloads.put("drawbridge", "json", b"[]", day).unwrap();
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
        fill(full, &path, b"{}").unwrap_err();
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_takes_no_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = Downloads::at(folder.path().join("nowhere"));
        let error = nowhere.put("a", "json", b"", OffsetDateTime::UNIX_EPOCH);
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn only_what_lies_right_in_the_folder_is_one_of_its_files() {
        let downloads = Downloads::at("/home/ada/Downloads".into());
        assert!(downloads.holds(Path::new("/home/ada/Downloads/a.png")));
        for other in [
            "/home/ada/Downloads",
            "/home/ada/Downloads/..",
            "/home/ada/Downloads/../.ssh",
            "/home/ada/Downloads/a/b.png",
            "a.png",
            "",
        ] {
            assert!(!downloads.holds(Path::new(other)), "{other}");
        }
    }
}
