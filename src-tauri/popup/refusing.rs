//! Identity providers that refuse to sign anybody in inside an app. Pretending to be another browser
//! would break their rules; a real one takes over instead.

use url::Url;

/// Host, and the beginnings of the paths that show a page. Their widgets, which other pages put
/// into frames, have other paths and stay as they are.
const REFUSING: [(&str, &[&str]); 3] = [
    (
        "accounts.google.com",
        &[
            "/o/oauth2/auth",
            "/o/oauth2/v2/auth",
            "/signin",
            "/v3/signin",
            "/ServiceLogin",
            "/AccountChooser",
        ],
    ),
    ("www.facebook.com", FACEBOOK),
    ("m.facebook.com", FACEBOOK),
];
const FACEBOOK: &[&str] = &["/dialog/oauth", "/login.php"];

/// Whether this page works in a browser alone.
pub(super) fn refuses_embedded(url: &Url) -> bool {
    is_refusal(url) || (is_listed(url) && !asks_silently(url))
}

fn is_listed(url: &Url) -> bool {
    let path = without_version(url.path());
    url.scheme() == "https"
        && REFUSING.iter().any(|(host, pages)| {
            url.host_str() == Some(host) && pages.iter().any(|page| path.starts_with(page))
        })
}

/// Facebook writes `/v19.0/dialog/oauth`.
fn without_version(path: &str) -> &str {
    path.strip_prefix("/v")
        .and_then(|rest| rest.split_once('/'))
        .filter(|(version, _)| version.contains('.'))
        .map_or(path, |(version, _)| &path["/v".len() + version.len()..])
}

/// A frame that only asks whether somebody is signed in shows no page (OIDC Core §3.1.2.1).
fn asks_silently(url: &Url) -> bool {
    url.query_pairs()
        .any(|(name, value)| name == "prompt" && value == "none")
}

/// Google's own word for it, wherever its error page lies.
fn is_refusal(url: &Url) -> bool {
    url.scheme() == "https"
        && url
            .query()
            .is_some_and(|query| query.contains("disallowed_useragent"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::refuses_embedded;

    #[rstest]
    #[case("https://accounts.google.com/o/oauth2/v2/auth?client_id=1", true)]
    #[case("https://accounts.google.com/o/oauth2/auth/oauthchooseaccount", true)]
    #[case("https://accounts.google.com/v3/signin/identifier?x=1", true)]
    #[case("https://accounts.google.com/ServiceLogin", true)]
    #[case("https://www.facebook.com/v19.0/dialog/oauth?client_id=1", true)]
    #[case("https://m.facebook.com/dialog/oauth", true)]
    #[case("https://login.example/error?error=disallowed_useragent", true)]
    fn a_page_that_works_in_a_browser_alone_is_known(#[case] url: &str, #[case] refuses: bool) {
        assert_eq!(refuses_embedded(&url.parse().unwrap()), refuses);
    }

    #[rstest]
    #[case::a_widget("https://accounts.google.com/gsi/iframe/select?client_id=1")]
    #[case::a_button("https://accounts.google.com/gsi/button")]
    #[case::a_relay("https://accounts.google.com/o/oauth2/postmessageRelay")]
    #[case::a_silent_question("https://accounts.google.com/o/oauth2/v2/auth?prompt=none")]
    #[case::another_host("https://accounts.google.com.example/o/oauth2/auth")]
    #[case::the_name_in_a_parameter("https://login.example/?to=accounts.google.com")]
    #[case::an_api("https://www.facebook.com/v19.0/plugins/like.php")]
    #[case::github("https://github.com/login/oauth/authorize")]
    fn widgets_and_others_stay_in_the_popup(#[case] url: &str) {
        assert!(!refuses_embedded(&url.parse().unwrap()));
    }
}
