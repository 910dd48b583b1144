//! Where Drawbridge keeps its data: one rule for the app and the command.

use std::io;
use std::path::{Path, PathBuf};

/// The identifier of the app: the name of its data folder and of its keychain entries.
pub const IDENTIFIER: &str = "dev.drawbridge.desktop";

/// The database, in the data folder.
pub(crate) const DATABASE: &str = "drawbridge.sqlite";
/// The key, in the data folder, where the person chose so.
pub(crate) const KEY_FILE: &str = "drawbridge.key";
/// A folder in the data folder: what the sign-in pages of servers may keep, where the person wants that.
pub const PAGES: &str = "pages";
/// Stands between the name and the date of a database that was kept aside.
pub(crate) const DAMAGED: &str = "-damaged-";

/// The data folder: the `chosen` one, or [`IDENTIFIER`] in the platform's place for data
/// (`$XDG_DATA_HOME` or `~/.local/share`, `~/Library/Application Support`, `%APPDATA%`).
///
/// # Errors
/// When the platform names no place, or the current folder is gone and `chosen` is relative.
pub fn data_folder(chosen: Option<&Path>) -> io::Result<PathBuf> {
    match chosen {
        Some(folder) => std::path::absolute(folder),
        None => dirs::data_dir()
            .map(|data| data.join(IDENTIFIER))
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home folder")),
    }
}

/// Damaged databases that were kept aside in a data folder, oldest first.
#[must_use]
pub fn kept_aside(data_dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data_dir).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| is_kept_aside(path))
        .collect();
    found.sort();
    found
}

/// By its name: `drawbridge-damaged-2026-11-24-031500.sqlite`.
fn is_kept_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = DATABASE.trim_end_matches(".sqlite");
    name.starts_with(&format!("{stem}{DAMAGED}")) && name.ends_with(".sqlite")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_chosen_is_taken_and_made_absolute() {
        let chosen = data_folder(Some(Path::new("some/where"))).unwrap();
        assert!(chosen.is_absolute() && chosen.ends_with("some/where"));
    }

    #[test]
    fn without_a_choice_it_is_named_after_the_app() {
        assert!(data_folder(None).unwrap().ends_with(IDENTIFIER));
    }
}
