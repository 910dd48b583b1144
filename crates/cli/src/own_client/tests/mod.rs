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
