//! Which addresses are pages that a person may be sent to.

use url::{Host, Url};

/// `https` anywhere, `http` on this computer (rules A4 and N4).
#[must_use]
pub fn is_web_page(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host() {
            // RFC 6761 §6.3: browsers look for no other computer by these names.
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_web_page;

    // rule: A4
    // rule: N4
    #[rstest]
    #[case("https://login.example/authorize?state=1", true)]
    #[case("http://127.0.0.1:8080/authorize", true)]
    #[case("http://127.8.8.8/", true)]
    #[case("http://[::1]:8080/authorize", true)]
    #[case("http://LOCALHOST/authorize", true)]
    #[case("http://login.localhost/authorize", true)]
    #[case("http://login.example/authorize", false)]
    #[case("http://127.0.0.1.example/", false)]
    #[case("http://notlocalhost/", false)]
    #[case("http://10.0.0.1/", false)]
    #[case("http://0.0.0.0:8080/", false)]
    #[case("file:///etc/passwd", false)]
    #[case("javascript:alert(1)", false)]
    #[case("ms-settings:network", false)]
    fn only_the_web_and_this_computer_have_pages(#[case] url: &str, #[case] is: bool) {
        assert_eq!(is_web_page(&url.parse().unwrap()), is);
    }
}
