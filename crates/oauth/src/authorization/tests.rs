use std::collections::HashSet;

use rstest::rstest;

use super::*;
use crate::Issuer;

fn server(scopes: Option<&str>) -> ServerMetadata {
    ServerMetadata {
        issuer: Issuer::parse("https://as.example").unwrap(),
        asked: None,
        authorization_endpoint: Url::parse("https://as.example/authorize?audience=x").unwrap(),
        token_endpoint: Url::parse("https://as.example/token").unwrap(),
        registration_endpoint: None,
        revocation_endpoint: None,
        scopes_supported: scopes.map(Scopes::parse),
        token_endpoint_auth_methods: Vec::new(),
        revocation_endpoint_auth_methods: Vec::new(),
        code_challenge_methods: None,
        iss_parameter_supported: false,
        client_id_metadata_document_supported: false,
    }
}

fn resource(scopes: Option<&str>) -> ResourceMetadata {
    ResourceMetadata {
        resource: Resource::new("https://a.example"),
        authorization_servers: Vec::new(),
        scopes_supported: scopes.map(Scopes::parse),
        resource_name: None,
    }
}

fn request(scopes: &str, resource: Option<&str>) -> AuthorizationRequest {
    request_with(scopes, resource, &[])
}

fn request_with(
    scopes: &str,
    resource: Option<&str>,
    extra: &[(&str, &str)],
) -> AuthorizationRequest {
    let extra: Vec<_> = extra
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    authorize(
        &server(None),
        &ClientId::new("c 1"),
        &RedirectUri::new(RedirectUri::DEEP_LINK),
        &Scopes::parse(scopes),
        resource.map(Resource::new).as_ref(),
        &extra,
    )
}

fn params(request: &AuthorizationRequest) -> Vec<(String, String)> {
    let pairs = request.url.url().query_pairs();
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

// rule: T2, T4
#[test]
fn the_url_carries_everything_once() {
    let request = request("read write", Some("https://A.example"));
    let (challenge, _) = PkceCodeChallenge::new_random_sha256_len(32);
    let expected = PkceCodeChallenge::from_code_verifier_sha256(&oauth2::PkceCodeVerifier::new(
        request.verifier.expose().to_owned(),
    ));
    assert_ne!(challenge.as_str(), expected.as_str());
    let expected = [
        ("audience", "x"),
        ("response_type", "code"),
        ("client_id", "c 1"),
        ("state", request.state.expose()),
        ("code_challenge", expected.as_str()),
        ("code_challenge_method", "S256"),
        ("scope", "read write"),
        ("redirect_uri", "dev.drawbridge.desktop:/oauth/callback"),
        // Byte for byte: no slash was added, and the case is as it was.
        ("resource", "https://A.example"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(params(&request), expected);
}

// rule: T4, T5
#[test]
fn what_is_not_known_is_not_sent() {
    let names: Vec<_> = params(&request("", None))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(
        !names
            .iter()
            .any(|name| ["scope", "resource", "prompt"].contains(&name.as_str()))
    );
}

// rule: T5
#[test]
fn offline_access_asks_for_consent() {
    let params = params(&request("read offline_access", None));
    assert!(params.contains(&("prompt".to_owned(), "consent".to_owned())));
}

// rule: Q-Google
#[test]
fn the_persons_own_parameters_are_sent_once_and_win_over_ours() {
    let own = [("access_type", "offline"), ("prompt", "consent login")];
    let params = params(&request_with("read offline_access", None, &own));
    for (name, value) in own {
        let sent: Vec<_> = params.iter().filter(|(known, _)| known == name).collect();
        assert_eq!(sent, [&(name.to_owned(), value.to_owned())]);
    }
}

// rule: T2
#[test]
fn state_and_verifier_are_32_random_bytes_each() {
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let request = request("", None);
        for secret in [request.state.expose(), request.verifier.expose()] {
            // 32 bytes in base64url without padding.
            assert_eq!(secret.len(), 43);
            assert!(seen.insert(secret.to_owned()));
        }
    }
}

// rule: N5
#[test]
fn a_request_prints_nothing_but_the_origin() {
    let request = request("read", None);
    assert_eq!(
        format!("{request:?}"),
        "AuthorizationRequest { url: https://as.example/<redacted>, \
         state: <redacted>, verifier: <redacted> }"
    );
}

// rule: T5
#[rstest]
#[case::challenge_wins(Some("b a"), Some("x"), None, "b a")]
#[case::empty_challenge(Some(""), Some("x"), None, "x")]
#[case::resource(None, Some("x y"), None, "x y")]
#[case::nothing(None, None, Some("all of it"), "")]
#[case::offline_if_listed(None, Some("x"), Some("x offline_access"), "x offline_access")]
#[case::offline_not_listed(None, Some("x"), Some("x"), "x")]
#[case::offline_only_if_listed(Some("x offline_access"), None, Some("x"), "x")]
#[case::offline_as_challenged(Some("x offline_access"), None, None, "x offline_access")]
#[case::offline_not_alone(None, None, Some("offline_access"), "")]
#[case::offline_once(
    Some("offline_access x"),
    None,
    Some("offline_access"),
    "offline_access x"
)]
fn scopes_are_asked_for_by_rank(
    #[case] challenge: Option<&str>,
    #[case] listed: Option<&str>,
    #[case] server_wide: Option<&str>,
    #[case] expected: &str,
) {
    let challenge = challenge.map(Scopes::parse);
    let asked = requested_scopes(
        challenge.as_ref(),
        Some(&resource(listed)),
        &server(server_wide),
    );
    assert_eq!(asked.to_string(), expected);
}

// rule: T5
#[rstest]
#[case("", "", "")]
#[case("b a b", "c a", "b a c")]
fn scopes_are_a_set_in_order(#[case] one: &str, #[case] other: &str, #[case] both: &str) {
    let union = Scopes::parse(one).union(&Scopes::parse(other));
    assert_eq!(union.to_string(), both);
    assert_eq!(
        serde_json::from_str::<Scopes>(&serde_json::to_string(&union).unwrap()).unwrap(),
        union
    );
}
