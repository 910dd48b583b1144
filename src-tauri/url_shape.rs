//! What may be logged of a URL that came from outside: its shape, never a value.

use std::fmt;

use url::Url;

/// Parameters whose *names* tell something and are no secret.
const KNOWN: [&str; 7] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "session_state",
];
/// Paths that are ours.
const PATHS: [&str; 3] = ["/oauth/callback", "/callback", "/"];

/// A URL without anything that could be a secret: no value, no unknown name, no unknown path.
pub struct UrlShape<'a>(pub &'a str);

impl fmt::Display for UrlShape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(url) = Url::parse(self.0.trim()) else {
            return write!(f, "not a URL, {} bytes", self.0.len());
        };
        write!(f, "{}:", url.scheme())?;
        if let Some(host) = url.host_str() {
            write!(f, "//{host}")?;
        }
        f.write_str(if PATHS.contains(&url.path()) {
            url.path()
        } else {
            "/…"
        })?;
        let mut other = 0;
        let mut names = Vec::new();
        for (name, _) in url.query_pairs() {
            match KNOWN.iter().find(|known| **known == name) {
                Some(known) => names.push(*known),
                None => other += 1,
            }
        }
        if !names.is_empty() {
            write!(f, "?{}", names.join("&"))?;
        }
        if other > 0 {
            write!(f, " and {other} more")?;
        }
        if url.fragment().is_some() {
            f.write_str("#…")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::UrlShape;

    // rule: N5
    #[rstest]
    #[case::callback(
        "dev.drawbridge.desktop:/oauth/callback?code=S&state=S",
        "dev.drawbridge.desktop:/oauth/callback?code&state"
    )]
    #[case::refused(
        "dev.drawbridge.desktop:/oauth/callback?error=S&state=S&iss=S",
        "dev.drawbridge.desktop:/oauth/callback?error&state&iss"
    )]
    #[case::unknown_names(
        "dev.drawbridge.desktop:/oauth/callback?S=1&S=2&code=S",
        "dev.drawbridge.desktop:/oauth/callback?code and 2 more"
    )]
    #[case::magic_link(
        "https://login.example/magic/S?S",
        "https://login.example/… and 1 more"
    )]
    #[case::fragment("https://login.example/#S", "https://login.example/#…")]
    #[case::user("https://S:S@login.example/", "https://login.example/")]
    #[case::opaque("data:text/html,S", "data:/…")]
    #[case::nonsense("S S S", "not a URL, 5 bytes")]
    fn only_the_shape_of_a_url_is_told(#[case] url: &str, #[case] shape: &str) {
        let told = UrlShape(url).to_string();
        assert_eq!(told, shape);
        assert!(!told.contains('S'));
    }
}
