//! What the program was started with.

use drawbridge_engine::IDENTIFIER;
use url::Url;

/// Says that nobody asked for the window yet: the system starts the app at login.
pub(crate) const HIDDEN: &str = "--hidden";

/// Says that the program before this one was to be replaced, and its installer did not start.
pub(crate) const NOT_UPDATED: &str = "--not-updated";

/// Whether a newer version should have begun in the place of this one.
pub(crate) fn was_not_updated(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == NOT_UPDATED)
}

/// Whether the window may stay in the tray.
pub(crate) fn begins_hidden(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == HIDDEN)
}

/// Whether a second start is somebody who wants to see the window: neither the system at login nor a link, which
/// brings the window by itself when it is one that is waited for.
pub(crate) fn asks_for_the_window(arguments: &[String]) -> bool {
    !begins_hidden(arguments) && !arguments.iter().any(|argument| is_link(argument))
}

/// The links that the system starts the program for.
pub(crate) fn links(arguments: &[String]) -> Vec<String> {
    let links = arguments.iter().filter(|argument| is_link(argument));
    links.cloned().collect()
}

fn is_link(argument: &str) -> bool {
    Url::parse(argument).is_ok_and(|url| url.scheme() == IDENTIFIER)
}

/// The servers that `--add-server URL` (as often as one likes) asks for.
pub(crate) fn servers_to_add(arguments: &[String]) -> Vec<String> {
    let mut servers = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--add-server" {
            servers.extend(rest.next().cloned());
        } else if let Some(url) = argument.strip_prefix("--add-server=") {
            servers.push(url.to_owned());
        }
    }
    servers
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{asks_for_the_window, links, servers_to_add};

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[rstest]
    #[case("app", true)]
    #[case("app --add-server https://mcp.example/mcp", true)]
    #[case("app --hidden", false)]
    #[case("app dev.drawbridge.desktop:/oauth/callback?code=1&state=2", false)]
    #[case("app DEV.drawbridge.desktop:/elsewhere", false)]
    fn the_window_comes_to_whoever_asks_for_it(#[case] line: &str, #[case] comes: bool) {
        assert_eq!(asks_for_the_window(&words(line)), comes);
    }

    #[test]
    fn only_links_of_our_scheme_are_links() {
        let link = "dev.drawbridge.desktop:/oauth/callback?code=1";
        assert_eq!(links(&words(&format!("app {link}"))), [link]);
        assert!(links(&words("/opt/app --hidden https://mcp.example/")).is_empty());
    }

    #[test]
    fn servers_are_named_one_by_one() {
        assert_eq!(
            servers_to_add(&words(
                "app --add-server http://a/ --other --add-server=http://b/"
            )),
            ["http://a/", "http://b/"]
        );
    }

    #[test]
    fn a_switch_without_its_url_adds_nothing() {
        assert!(servers_to_add(&words("app --add-server")).is_empty());
        assert!(servers_to_add(&words("app dev.drawbridge.desktop:/oauth/callback")).is_empty());
    }
}
