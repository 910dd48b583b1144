//! The entries by which a Linux desktop starts programs (Desktop Entry Specification 1.5). Who writes ours puts
//! the program in as it is given, whatever is in its path.

use std::io;

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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::quoted;

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
}
