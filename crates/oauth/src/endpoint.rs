//! Which URLs may be talked to, and how one is shown.

use url::{Host, Url};

use crate::Reach;

/// Whether the host is this computer by name or address: `localhost`, `127.0.0.0/8`, `::1`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a request may go there at all: https, or http that stays on this computer. A URL with a
/// user name in it would set an `Authorization` header behind our back, so it is none of them.
pub(crate) fn is_https_or_loopback(url: &Url) -> bool {
    let scheme = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    };
    scheme && url.username().is_empty() && url.password().is_none()
}

/// The same, for a URL that a server named: http on loopback counts only for a server that is
/// itself on this computer. Nobody else's metadata may point there.
pub(crate) fn is_allowed(url: &Url, reach: Reach) -> bool {
    is_https_or_loopback(url) && (url.scheme() == "https" || reach.allows_plain_http())
}

/// Origin and path: a query can hold a secret, and so can user info.
pub(crate) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for URLs that cannot hold user info, and then there is none to hide.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    crate::words::clean(shown.as_str())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // rule: A4, N4
    #[rstest]
    #[case::https("https://a.example/x", true, true)]
    #[case::plain_http("http://a.example/x", false, false)]
    #[case::local_name("http://localhost:1/x", true, false)]
    #[case::local_address("http://127.8.8.8/x", true, false)]
    #[case::local_v6("http://[::1]:1/x", true, false)]
    #[case::local_with_tls("https://localhost/x", true, true)]
    #[case::private_address("http://192.168.0.1/x", false, false)]
    #[case::every_address("http://0.0.0.0/x", false, false)]
    #[case::looks_local("http://localhost.example/x", false, false)]
    #[case::user_info("https://a@a.example/x", false, false)]
    #[case::script("javascript:alert(1)", false, false)]
    #[case::file("file:///etc/passwd", false, false)]
    fn only_https_or_this_computer(
        #[case] url: &str,
        #[case] for_a_local_server: bool,
        #[case] for_a_public_server: bool,
    ) {
        let url = Url::parse(url).unwrap();
        assert_eq!(is_allowed(&url, Reach::Loopback), for_a_local_server);
        for reach in [Reach::Public, Reach::Private] {
            assert_eq!(is_allowed(&url, reach), for_a_public_server);
        }
    }

    // rule: N5
    #[test]
    fn a_url_is_shown_without_its_secrets() {
        let url = Url::parse("https://me:hunter2@a.example/x?key=hunter2#hunter2").unwrap();
        assert_eq!(shown(&url), "https://a.example/x");
    }
}
