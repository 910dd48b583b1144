//! What to do where only a client of one's own can help: the command edits no server, but adds it anew.

use url::Url;

/// The path that a redirect to this computer has if nobody says otherwise.
const PATH: &str = "/callback";

/// A server that is not in the list has no address yet to register.
const NOT_IN_THE_LIST: &str =
    "Add it with drawbridge add. drawbridge doctor then names the address to register an app with.";

/// What the engine says, for somebody without settings to type a client id into.
pub(crate) fn remedy(engines: Option<&str>) -> String {
    let of_the_list = engines.and_then(with_its_address);
    of_the_list.unwrap_or_else(|| NOT_IN_THE_LIST.to_owned())
}

/// Added anew, the server would come back to another port: the way back is said with its options.
fn with_its_address(engines: &str) -> Option<String> {
    let (register, rest) = engines.split_once(", and enter its client id")?;
    let (_, redirect) = register.split_once("the redirect URI ")?;
    let way = way(redirect);
    let key = if rest.contains("choose Headers") {
        " If the provider gives out access tokens, add it with --header-stdin instead."
    } else {
        ""
    };
    Some(format!(
        "{register}; then remove the server and add it again with its --client-id and with {way}.{key}"
    ))
}

/// The options of `add` with which the browser comes back to this address.
fn way(redirect: &str) -> String {
    let url = Url::parse(redirect).ok();
    let at = url.as_ref().and_then(|url| Some((url.host_str()?, url)));
    let (rung, url) = match at {
        Some(("127.0.0.1", url)) => ("loopback", url),
        Some(("localhost", url)) => ("localhost", url),
        _ => return "--redirect deep-link".to_owned(),
    };
    let port = url.port_or_known_default().unwrap_or_default();
    let path = match url.path() {
        PATH => String::new(),
        path => format!(" --redirect-path {path}"),
    };
    format!("--redirect {rung} --port {port}{path}")
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::Error;
    use drawbridge_oauth::{Error as OAuthError, RedirectUri};
    use rstest::rstest;

    use super::{NOT_IN_THE_LIST, remedy, way};

    fn told(redirect: Option<&str>, why: OAuthError) -> String {
        let error = Error::ClientIdNeeded {
            redirect: redirect.map(RedirectUri::new),
            why: Box::new(why),
        };
        remedy(error.remedy().as_deref())
    }

    #[test]
    fn the_address_to_register_is_kept_and_the_rest_can_be_typed() {
        let redirect = Some("http://127.0.0.1:8976/callback");
        let issuer = || "https://auth.example.com".to_owned();
        assert_eq!(
            told(redirect, OAuthError::NoRegistration { issuer: issuer() }),
            "Register an app with the provider, with the redirect URI http://127.0.0.1:8976/callback; then remove \
             the server and add it again with its --client-id and with --redirect loopback --port 8976. If the \
             provider gives out access tokens, add it with --header-stdin instead."
        );
        let refused = OAuthError::RegistrationRefused {
            issuer: issuer(),
            status: 403,
            error: None,
            description: None,
        };
        assert_eq!(
            told(redirect, refused),
            "The provider admits only apps that it knows: register one with it, with the redirect URI \
             http://127.0.0.1:8976/callback; then remove the server and add it again with its --client-id and with \
             --redirect loopback --port 8976."
        );
    }

    #[test]
    fn no_address_is_made_up_for_a_server_that_has_none_yet() {
        let issuer = "https://auth.example.com".to_owned();
        assert_eq!(
            told(None, OAuthError::NoRegistration { issuer }),
            NOT_IN_THE_LIST
        );
    }

    #[rstest]
    #[case("http://127.0.0.1:8976/callback", "--redirect loopback --port 8976")]
    #[case("http://localhost:80/callback", "--redirect localhost --port 80")]
    #[case(
        "http://localhost:8976/oauth/back",
        "--redirect localhost --port 8976 --redirect-path /oauth/back"
    )]
    #[case(RedirectUri::DEEP_LINK, "--redirect deep-link")]
    fn a_way_back_is_told_as_it_is_typed(#[case] redirect: &str, #[case] options: &str) {
        assert_eq!(way(redirect), options);
    }
}
