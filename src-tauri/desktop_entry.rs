//! The entries by which a Linux desktop starts programs (Desktop Entry Specification 1.5). Who writes ours puts
//! the program's path in as it is, whatever is in it.

use std::{fs, io, path::Path};

use tauri::{AppHandle, Manager as _, Runtime, utils::platform};

/// The program that runs, as somebody else starts it.
pub(crate) fn program<R: Runtime>(app: &AppHandle<R>) -> io::Result<String> {
    let program = match app.env().appimage {
        Some(image) => image.into(),
        None => platform::current_exe()?,
    };
    Ok(quoted(&program.to_string_lossy()))
}

/// One word of a command, whatever is in it.
pub(crate) fn quoted(word: &str) -> String {
    let mut quoted = String::from('"');
    for c in word.chars() {
        match c {
            // Once for the quotes, and each backslash once more for the entry.
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => {
                quoted.push_str(r"\\");
                quoted.push(c);
            }
            '%' => quoted.push_str("%%"),
            '\n' => quoted.push_str(r"\n"),
            '\r' => quoted.push_str(r"\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Has an entry that was written start this command.
pub(crate) fn set_command(entry: &Path, command: &str) -> io::Result<()> {
    let lines = fs::read_to_string(entry)?;
    let lines = lines.lines().map(|line| {
        let of_command = line.starts_with("Exec=");
        if of_command {
            format!("Exec={command}\n")
        } else {
            format!("{line}\n")
        }
    });
    fs::write(entry, lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;

    use super::{quoted, set_command};

    #[rstest]
    #[case("/usr/bin/app", r#""/usr/bin/app""#)]
    #[case("/home/ada/My Apps/app", r#""/home/ada/My Apps/app""#)]
    #[case("100%", r#""100%%""#)]
    #[case("$HOME", r#""\\$HOME""#)]
    #[case("a`b\"c", r#""a\\`b\\"c""#)]
    #[case(r"a\b", r#""a\\\\b""#)]
    #[case("a\nExec=b", r#""a\nExec=b""#)]
    fn a_path_is_one_word_whatever_is_in_it(#[case] path: &str, #[case] word: &str) {
        assert_eq!(quoted(path), word);
    }

    #[test]
    fn the_rest_of_an_entry_stays_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let entry = place.path().join("app.desktop");
        fs::write(
            &entry,
            "[Desktop Entry]\nExec=/my apps/app --hidden\nTryExec=x",
        )
        .unwrap();
        set_command(&entry, "\"/my apps/app\" --hidden").unwrap();
        let text = fs::read_to_string(&entry).unwrap();
        assert_eq!(
            text,
            "[Desktop Entry]\nExec=\"/my apps/app\" --hidden\nTryExec=x\n"
        );
    }
}
