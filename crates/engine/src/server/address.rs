//! What a person may type as the address and the name of a server.

use drawbridge_oauth::is_loopback;
use url::{Host, Url};

use crate::error::Error;

/// Longest URL, in bytes.
pub(super) const URL_LIMIT: usize = 2048;
/// Longest name, in characters.
const NAME_LIMIT: usize = 255;
/// Longest description, in characters.
const DESCRIPTION_LIMIT: usize = 2000;
/// Shortest and longest time limit of a server, in seconds.
const TIMEOUT_SECONDS: std::ops::RangeInclusive<u32> = 1..=300;

/// Checks a URL and brings it to the form in which two equal ones are the same.
///
/// The query is part of the address; the fragment never is. The scheme goes without saying: `http` on
/// this computer, `https` elsewhere.
///
/// # Errors
/// When no server can be there.
pub fn server_url(typed: &str) -> Result<Url, Error> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Error::InvalidUrl("there is no address"));
    }
    let too_long = || Error::InvalidUrl("the address is longer than 2,048 characters");
    if typed.len() > URL_LIMIT {
        return Err(too_long());
    }
    let mut url = Url::parse(typed).or_else(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => with_scheme(typed),
        other => Err(other),
    });
    // `localhost:8080/mcp` reads as a URL with the scheme `localhost`.
    if url.as_ref().is_ok_and(|url| !url.has_host()) && !typed.contains("://") {
        url = with_scheme(typed);
    }
    let mut url = url.map_err(|_| Error::InvalidUrl("the address cannot be read"))?;
    if url.host().is_none() {
        return Err(Error::InvalidUrl("the address names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::InvalidUrl(
            "the address holds a user name or password; put a key into a header instead",
        ));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(Error::InvalidUrl(
                "a server on another computer needs https",
            ));
        }
        _ => return Err(Error::InvalidUrl("the address must begin with https://")),
    }
    url.set_fragment(None);
    // Written out, each odd character takes three.
    if url.as_str().len() > URL_LIMIT {
        return Err(too_long());
    }
    Ok(url)
}

/// Behind the scheme that goes without saying; servers on this computer mostly have no TLS.
fn with_scheme(typed: &str) -> Result<Url, url::ParseError> {
    let plain = Url::parse(&format!("http://{typed}"))?;
    if is_loopback(&plain) {
        return Ok(plain);
    }
    Url::parse(&format!("https://{typed}"))
}

/// A name for a server that has none: `https://mcp.linear.app/mcp` is *Linear*.
pub(crate) fn suggested_name(url: &Url) -> String {
    const NOISE: [&str; 4] = ["mcp", "www", "api", "app"];
    let Some(Host::Domain(domain)) = url.host() else {
        return authority(url);
    };
    if is_loopback(url) {
        return authority(url);
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let labels = labels.split_last().map_or(&labels[..], |(_top, rest)| rest);
    let label = labels
        .iter()
        .rev()
        .find(|label| !NOISE.contains(label) && label.len() > 2)
        .or(labels.last())
        .copied()
        .filter(|label| !label.is_empty())
        .unwrap_or(domain);
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Host and port, as they are shown.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(crate) fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(Error::InvalidName);
    }
    Ok(name.to_owned())
}

pub(crate) fn checked_description(description: &str) -> Result<String, Error> {
    if description.chars().count() > DESCRIPTION_LIMIT {
        return Err(Error::InvalidDescription);
    }
    Ok(description.trim().to_owned())
}

pub(crate) fn checked_timeout(seconds: u32) -> Result<u32, Error> {
    if TIMEOUT_SECONDS.contains(&seconds) {
        Ok(seconds)
    } else {
        Err(Error::InvalidTimeout)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://mcp.linear.app/mcp", "https://mcp.linear.app/mcp")]
    #[case("  https://MCP.Linear.app  ", "https://mcp.linear.app/")]
    #[case("mcp.linear.app/mcp", "https://mcp.linear.app/mcp")]
    #[case("https://a.example/mcp?team=1#top", "https://a.example/mcp?team=1")]
    #[case("http://127.0.0.1:8080/mcp", "http://127.0.0.1:8080/mcp")]
    #[case("http://[::1]:8080/mcp", "http://[::1]:8080/mcp")]
    #[case("http://localhost:8080/mcp", "http://localhost:8080/mcp")]
    #[case("localhost:8080/mcp", "http://localhost:8080/mcp")]
    #[case("127.0.0.1:8080", "http://127.0.0.1:8080/")]
    #[case("[::1]/mcp", "http://[::1]/mcp")]
    #[case("localhost.example:8080", "https://localhost.example:8080/")]
    fn an_address_is_read(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(server_url(typed).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case("")]
    #[case("http://mcp.linear.app/mcp")]
    #[case("file:///etc/passwd")]
    #[case("javascript:alert(1)")]
    #[case("https://user:secret@a.example/")]
    #[case("https://")]
    #[case("ftp://a.example")]
    #[case(&format!("https://a.example/{}", "é".repeat(700)))]
    fn an_address_is_refused_without_repeating_it(#[case] typed: &str) {
        let error = server_url(typed).unwrap_err();
        assert_eq!(error.code(), "invalid_url");
        assert!(!error.to_string().contains("secret"));
    }

    #[rstest]
    #[case("https://mcp.linear.app/mcp", "Linear")]
    #[case("https://mcp.notion.com/mcp", "Notion")]
    #[case("https://www.example.co/mcp", "Example")]
    #[case("http://127.0.0.1:8080/mcp", "127.0.0.1:8080")]
    #[case("http://localhost:8080/mcp", "localhost:8080")]
    #[case("https://a..example/mcp", "A..example")]
    fn a_name_is_suggested(#[case] url: &str, #[case] expected: &str) {
        assert_eq!(suggested_name(&server_url(url).unwrap()), expected);
    }

    proptest! {
        #[test]
        fn anything_may_be_typed_and_what_is_taken_is_safe(typed in prop_oneof![
            "\\PC{0,60}",
            "(https?|ftp|javascript|file|HTTPS)?:?/{0,2}[a-zA-Z0-9.:@\\[\\]-]{0,20}[/?#a-z]{0,8}",
        ]) {
            if let Ok(url) = server_url(&typed) {
                prop_assert!(url.scheme() == "https" || is_loopback(&url), "{}", url);
                prop_assert!(url.username().is_empty() && url.password().is_none(), "{}", url);
                prop_assert!(url.has_host() && url.fragment().is_none(), "{}", url);
                // What is stored can be typed again, and is the same server.
                prop_assert_eq!(server_url(url.as_str()).ok(), Some(url));
            }
        }

        #[test]
        fn a_name_is_suggested_that_can_be_kept(
            host in "[a-z0-9-]{1,12}(\\.[a-z0-9-]{1,8}){0,4}", port in prop::option::of(1u16..),
        ) {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            if let Ok(url) = server_url(&format!("https://{host}{port}/mcp")) {
                let name = suggested_name(&url);
                prop_assert_eq!(checked_name(&name).ok(), Some(name));
            }
        }
    }
}
