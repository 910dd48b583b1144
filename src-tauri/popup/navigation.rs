//! Where a sign-in popup may go. Pure: the whole policy is one table.

use drawbridge_engine::{IDENTIFIER, is_web_page};
use url::Url;

use super::refusing::refuses_embedded;

/// What becomes of a navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Follow,
    /// It is the way back: it does not go on, its URL goes to the engine.
    Callback,
    /// It does not go on here: this page works in a browser alone.
    HandOver,
    /// It does not go on: the page closes itself.
    Close,
    /// It does not go on.
    Refuse,
}

/// What makes a page that closes itself say so by a navigation: web views either ignore it, or leave an empty window.
/// As in a browser, only the first page of a window may (HTML, *script-closable*).
#[must_use]
pub fn closing_script() -> String {
    format!(
        "window.close = () => {{ if (history.length < 2) location.href = \"{IDENTIFIER}:{CLOSED}\"; }};"
    )
}

/// Where a page goes that closes itself.
const CLOSED: &str = "/closed";

/// Judges one navigation of a popup, in whichever frame; `redirect` is where its attempt comes back.
#[must_use]
pub fn judge(url: &Url, redirect: &Url) -> Verdict {
    if is_at(url, redirect) {
        Verdict::Callback
    } else if is_closing(url) {
        Verdict::Close
    } else if refuses_embedded(url) {
        Verdict::HandOver
    } else if is_web_page(url) || is_empty_frame(url) {
        Verdict::Follow
    } else {
        Verdict::Refuse
    }
}

/// Whether a page that asks for another window comes in the one it has. An empty one would take the place of
/// the page that wants to fill it.
#[must_use]
pub fn stays_in_its_window(url: &Url, redirect: &Url) -> bool {
    !matches!(judge(url, redirect), Verdict::Refuse | Verdict::Close) && !is_empty_frame(url)
}

/// The origin that a popup shows, for its title; a page has no say in it.
#[must_use]
pub fn shown_origin(url: &Url) -> Option<String> {
    // ASCII: a name that only looks like another shows itself as `xn--…`.
    is_web_page(url).then(|| url.origin().ascii_serialization())
}

/// Exactly the scheme, host, port and path of the redirect URI, whatever follows.
fn is_at(url: &Url, redirect: &Url) -> bool {
    url.scheme() == redirect.scheme()
        && url.host() == redirect.host()
        && url.port_or_known_default() == redirect.port_or_known_default()
        && url.path() == redirect.path()
}

fn is_closing(url: &Url) -> bool {
    url.scheme() == IDENTIFIER && !url.has_authority() && url.path() == CLOSED
}

/// Sign-in pages build their widgets in frames that begin like this; they load nothing.
fn is_empty_frame(url: &Url) -> bool {
    url.scheme() == "about" && matches!(url.path(), "blank" | "srcdoc")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        Verdict::{self, Callback, Close, Follow, HandOver, Refuse},
        closing_script, judge, shown_origin, stays_in_its_window,
    };

    // rule: A4
    // rule: N4
    #[rstest]
    #[case("https://login.example/authorize?state=1", Follow)]
    #[case("http://127.0.0.1:9000/authorize", Follow)]
    #[case("http://127.8.8.8/", Follow)]
    #[case("http://[::1]:9000/", Follow)]
    #[case("http://localhost:9000/", Follow)]
    #[case("about:blank", Follow)]
    #[case("about:srcdoc", Follow)]
    #[case("dev.drawbridge.desktop:/oauth/callback?code=1&state=2", Callback)]
    #[case("dev.drawbridge.desktop:/oauth/callback", Callback)]
    #[case("DEV.Drawbridge.Desktop:/oauth/callback?error=access_denied", Callback)]
    #[case("dev.drawbridge.desktop:/closed", Close)]
    #[case("dev.drawbridge.desktop://host/closed", Refuse)]
    #[case("https://login.example/closed", Follow)]
    #[case("dev.drawbridge.desktop:/elsewhere?code=1", Refuse)]
    #[case("dev.drawbridge.desktop://host/oauth/callback?code=1", Refuse)]
    #[case("http://login.example/authorize", Refuse)]
    #[case("http://127.0.0.1.example/", Refuse)]
    #[case("http://notlocalhost/", Refuse)]
    #[case("http://10.0.0.1/", Refuse)]
    #[case("http://0.0.0.0:8080/", Refuse)]
    #[case("tauri://localhost/", Refuse)]
    #[case("ipc://localhost/", Refuse)]
    #[case("asset://localhost/etc/passwd", Refuse)]
    #[case("file:///etc/passwd", Refuse)]
    #[case("data:text/html,hello", Refuse)]
    #[case("blob:https://login.example/1", Refuse)]
    #[case("javascript:alert(1)", Refuse)]
    #[case("about:config", Refuse)]
    #[case("https://accounts.google.com/o/oauth2/v2/auth?client_id=1", HandOver)]
    #[case("mailto:ada@example.com", Refuse)]
    #[case("ms-settings:network", Refuse)]
    fn a_popup_goes_only_where_signing_in_needs_it(#[case] url: &str, #[case] verdict: Verdict) {
        let redirect = "dev.drawbridge.desktop:/oauth/callback".parse().unwrap();
        assert_eq!(judge(&url.parse().unwrap(), &redirect), verdict);
    }

    // rule: R5
    #[rstest]
    #[case("http://127.0.0.1:8123/callback?code=1&state=2", Callback)]
    #[case("http://127.0.0.1:8123/callback", Callback)]
    #[case("http://127.0.0.1:8123/callback/more?code=1", Follow)]
    #[case("http://127.0.0.1:8123/", Follow)]
    #[case("http://127.0.0.1:8124/callback?code=1", Follow)]
    #[case("http://localhost:8123/callback?code=1", Follow)]
    #[case("https://127.0.0.1:8123/callback?code=1", Follow)]
    #[case("http://127.0.0.1.example:8123/callback?code=1", Refuse)]
    #[case("dev.drawbridge.desktop:/oauth/callback?code=1", Refuse)]
    fn a_redirect_to_this_computer_is_caught_and_nothing_beside_it(
        #[case] url: &str,
        #[case] verdict: Verdict,
    ) {
        let redirect = "http://127.0.0.1:8123/callback".parse().unwrap();
        assert_eq!(judge(&url.parse().unwrap(), &redirect), verdict);
    }

    #[rstest]
    #[case("https://login.example/more", true)]
    #[case("dev.drawbridge.desktop:/oauth/callback?code=1", true)]
    #[case("https://accounts.google.com/o/oauth2/v2/auth?client_id=1", true)]
    #[case("about:blank", false)]
    #[case("about:srcdoc", false)]
    #[case("dev.drawbridge.desktop:/closed", false)]
    #[case("file:///etc/passwd", false)]
    fn what_a_page_opens_beside_itself_comes_in_its_place_unless_it_is_empty(
        #[case] url: &str,
        #[case] comes: bool,
    ) {
        let redirect = "dev.drawbridge.desktop:/oauth/callback".parse().unwrap();
        let url = url.parse().unwrap();
        assert_eq!(stays_in_its_window(&url, &redirect), comes);
    }

    #[test]
    fn a_page_that_closes_itself_goes_where_its_window_is_closed() {
        let script = closing_script();
        let to = script.split('"').nth(1).unwrap().parse().unwrap();
        let redirect = "http://127.0.0.1:8123/callback".parse().unwrap();
        assert_eq!(judge(&to, &redirect), Close);
    }

    #[rstest]
    #[case("https://login.example/a?b#c", Some("https://login.example"))]
    #[case("https://login.example:8443/", Some("https://login.example:8443"))]
    #[case("https://someone@login.example/", Some("https://login.example"))]
    #[case("https://lоgin.example/", Some("https://xn--lgin-55d.example"))]
    #[case("http://127.0.0.1:9000/x", Some("http://127.0.0.1:9000"))]
    #[case("about:blank", None)]
    fn the_title_is_the_origin_and_nothing_that_a_page_chose(
        #[case] url: &str,
        #[case] origin: Option<&str>,
    ) {
        assert_eq!(shown_origin(&url.parse().unwrap()).as_deref(), origin);
    }
}
