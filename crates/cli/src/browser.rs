//! The person's browser: `$BROWSER URL`, or the system's. Never by a shell (rule N4).

use std::process::Stdio;

use drawbridge_engine::is_web_page;
use tokio::process::Command;
use tokio::sync::oneshot;
use url::Url;

/// Between two browsers in `$BROWSER`, as between the folders of `$PATH`.
const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// What tells of a screen that a browser can be seen on; the last is Windows, around a Linux of its own.
const SCREENS: [&str; 3] = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];

/// No browser took the page; there is nothing more to say of it, since its address holds `state`.
#[derive(Debug)]
pub(crate) struct NoBrowser;

/// Whether the address may be opened at all: https, or http on this computer.
pub(crate) fn may_open(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| is_web_page(&url))
}

/// Opens the page; answers when the browser, or what starts it, has ended.
pub(crate) async fn open(url: String) -> Result<(), NoBrowser> {
    if !may_open(&url) {
        return Err(NoBrowser);
    }
    match std::env::var("BROWSER") {
        Ok(chosen) if !chosen.trim().is_empty() => {
            for words in commands(&chosen, &url) {
                if runs(&words).await {
                    return Ok(());
                }
            }
            Err(NoBrowser)
        }
        _ if has_screen() => by_the_system(url).await,
        _ => Err(NoBrowser),
    }
}

/// Whether the system's browser would be seen. Where there is no screen it may be one for terminals, which says that
/// it took the page, and shows it to nobody.
fn has_screen() -> bool {
    let named = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || SCREENS.iter().any(named)
}

async fn runs(words: &[String]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            tracing::warn!("a browser of $BROWSER does not start: {}", error.kind());
            false
        }
    }
}

/// What `$BROWSER` asks for: several to be tried in turn, the address in the place of `%s` or at
/// the end. Words are split as a shell does, but for the backslashes of Windows; nothing else of a shell happens.
fn commands(chosen: &str, url: &str) -> Vec<Vec<String>> {
    chosen
        .split(SEPARATOR)
        .filter_map(|command| {
            let mut words = words(command, cfg!(windows)).filter(|words| !words.is_empty())?;
            if words.iter().skip(1).any(|word| word.contains("%s")) {
                for word in words.iter_mut().skip(1) {
                    *word = word.replace("%s", url);
                }
            } else {
                words.push(url.to_owned());
            }
            Some(words)
        })
        .collect()
}

/// The words of a command, in which a backslash may stand between two folders.
fn words(command: &str, backslash_is_itself: bool) -> Option<Vec<String>> {
    if !backslash_is_itself {
        return shlex::split(command);
    }
    // No variable holds a NUL, and to a shell it means nothing.
    let words = shlex::split(&command.replace('\\', "\0"))?;
    Some(words.iter().map(|word| word.replace('\0', "\\")).collect())
}

async fn by_the_system(url: String) -> Result<(), NoBrowser> {
    let (answer, waiting) = oneshot::channel();
    // What it starts may stay as long as the browser is open.
    let started = std::thread::Builder::new()
        .name("browser".into())
        .spawn(move || {
            // Nobody waits any more once the sign-in is over.
            let _ = answer.send(open::that(url).is_ok());
        });
    match started {
        Ok(_) if waiting.await == Ok(true) => Ok(()),
        _ => Err(NoBrowser),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{commands, may_open, words};

    // rule: N4
    #[rstest]
    #[case("https://login.example/authorize?state=1", true)]
    #[case("http://login.example/authorize", false)]
    #[case("file:///etc/passwd", false)]
    #[case("javascript:alert(1)", false)]
    #[case("--help", false)]
    fn only_the_web_is_opened(#[case] url: &str, #[case] may: bool) {
        assert_eq!(may_open(url), may);
    }

    // rule: N4
    #[test]
    fn the_address_is_one_word_whatever_is_in_it() {
        let url = "https://a.example/?x=$(touch /tmp/y);'&z=`id`";
        let words = commands("w3m -T '%s'", url);
        assert_eq!(
            words,
            [vec!["w3m".to_owned(), "-T".to_owned(), url.to_owned()]]
        );
        assert_eq!(
            commands("firefox", url),
            [vec!["firefox".to_owned(), url.to_owned()]]
        );
    }

    #[cfg(unix)]
    #[test]
    fn several_browsers_are_tried_in_turn() {
        let words = commands("'my browser' --new:lynx %s", "u");
        assert_eq!(words, [vec!["my browser", "--new", "u"], vec!["lynx", "u"]]);
    }

    #[rstest]
    #[case(r"C:\Tools\firefox.exe", &[r"C:\Tools\firefox.exe"])]
    #[case(r#""C:\Program Files\firefox.exe" -url %s"#, &[r"C:\Program Files\firefox.exe", "-url", "%s"])]
    #[case(r"'\\server\my share\lynx.exe'", &[r"\\server\my share\lynx.exe"])]
    #[case(r#""C:\Tools\""#, &[r"C:\Tools\"])]
    fn on_windows_a_backslash_stands_between_folders(
        #[case] command: &str,
        #[case] expected: &[&str],
    ) {
        assert_eq!(words(command, true).unwrap(), expected);
    }

    #[test]
    fn elsewhere_a_backslash_takes_the_meaning_of_what_follows() {
        assert_eq!(words(r"my\ browser", false).unwrap(), ["my browser"]);
    }
}
