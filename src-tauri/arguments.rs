//! What the program was started with.

/// Says that nobody asked for the window yet: the system starts the app at login.
pub(crate) const HIDDEN: &str = "--hidden";

/// Whether the window may stay in the tray.
pub(crate) fn begins_hidden(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == HIDDEN)
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
    use super::servers_to_add;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
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
