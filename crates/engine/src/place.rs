//! Where Drawbridge keeps its data: one rule for the app and the command.

use std::io;
use std::path::{Path, PathBuf};

/// The identifier of the app: the name of its data folder and of its keychain entries.
pub const IDENTIFIER: &str = "dev.drawbridge.desktop";

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
