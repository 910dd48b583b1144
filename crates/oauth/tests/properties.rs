//! What holds for every URL, callback and challenge, and not only for those that somebody thought of.
#![expect(
    clippy::unwrap_used,
    reason = "the furniture of the properties is test code too"
)]

use drawbridge_oauth::{
    Answer, ClientId, Issuer, RedirectUri, Resource, Scopes, ServerMetadata, State, authorize,
    bearer, check_issuer, parse_callback, parse_challenges, resource_metadata_urls,
    server_metadata_urls,
};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use url::Url;

/// Origins as people write them, and not as a URL type would.
fn origin() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        "[a-z]{1,8}\\.example",
        "[A-Z][a-z]{1,6}\\.Example",
        Just("[::1]".to_owned())
    ];
    (host, prop::option::of(1u16..)).prop_map(|(host, port)| {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("https://{host}{port}")
    })
}

/// Paths with what is often rewritten on the way: escapes in both cases, dots, doubled slashes.
fn path() -> impl Strategy<Value = String> {
    "(/([a-zA-Z0-9~_.-]{0,6}|%2f|%2F|%41)){0,4}/?"
}

fn server() -> ServerMetadata {
    ServerMetadata {
        issuer: Issuer::parse("https://as.example").unwrap(),
        asked: None,
        authorization_endpoint: Url::parse("https://as.example/authorize?audience=x").unwrap(),
        token_endpoint: Url::parse("https://as.example/token").unwrap(),
        registration_endpoint: None,
        revocation_endpoint: None,
        scopes_supported: None,
        token_endpoint_auth_methods: Vec::new(),
        revocation_endpoint_auth_methods: Vec::new(),
        code_challenge_methods: None,
        iss_parameter_supported: false,
        client_id_metadata_document_supported: false,
    }
}

fn parameter(url: &str, name: &str) -> Vec<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}

fn headers(lines: &[String]) -> HeaderMap {
    lines
        .iter()
        .map(|line| (WWW_AUTHENTICATE, HeaderValue::from_str(line).unwrap()))
        .collect()
}

proptest! {
    // rule: A2, T3
    #[test]
    fn an_issuer_is_the_bytes_that_came(origin in origin(), path in path()) {
        let text = format!("{origin}{path}");
        let issuer = Issuer::parse(&text).unwrap();
        prop_assert_eq!(issuer.as_str(), &text);
        prop_assert_eq!(issuer.to_string(), &*text);
        let stored = serde_json::to_string(&issuer).unwrap();
        let again: Issuer = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(again.as_str(), &text);
    }

    // rule: T3
    #[test]
    fn a_callback_is_admitted_by_its_issuer_alone_and_byte_for_byte(
        origin in origin(), path in path(), stated in prop::option::of("https://[a-zA-Z.]{1,8}/?"),
        same in any::<bool>(), advertised in any::<bool>(),
    ) {
        let expected = format!("{origin}{path}");
        let stated = if same { Some(expected.clone()) } else { stated };
        let mut url = Url::parse("dev.drawbridge.desktop:/oauth/callback?code=c&state=s").unwrap();
        if let Some(stated) = &stated {
            url.query_pairs_mut().append_pair("iss", stated);
        }
        let callback = parse_callback(url.as_str()).unwrap();
        let admitted = check_issuer(&callback, &Issuer::parse(&expected).unwrap(), advertised).is_ok();
        let right = stated.map_or(!advertised, |stated| stated == expected);
        prop_assert_eq!(admitted, right);
    }

    // rule: A1
    #[test]
    fn metadata_of_an_issuer_is_asked_for_at_its_own_origin_and_path(origin in origin(), path in path()) {
        let issuer = Issuer::parse(&format!("{origin}{path}")).unwrap();
        let urls = server_metadata_urls(&issuer);
        let own_path = issuer.url().path().trim_end_matches('/');
        for url in &urls {
            prop_assert_eq!(url.origin(), issuer.url().origin());
            prop_assert!(url.path().contains("/.well-known/"), "{}", url);
            prop_assert!(url.path().contains(own_path), "{}", url);
            prop_assert!(url.query().is_none() && url.fragment().is_none(), "{}", url);
        }
        prop_assert_eq!(urls.len(), if own_path.is_empty() { 2 } else { 3 });
    }

    // rule: D6
    #[test]
    fn metadata_of_a_resource_is_asked_for_at_its_own_origin(
        origin in origin(), path in path(), query in prop::option::of("[a-z]=[a-zA-Z0-9]{0,4}"),
    ) {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let server = Url::parse(&format!("{origin}{path}{query}#top")).unwrap();
        let urls = resource_metadata_urls(&server, None);
        for url in &urls {
            prop_assert_eq!(url.origin(), server.origin());
            prop_assert!(url.path().starts_with("/.well-known/oauth-protected-resource"), "{}", url);
            prop_assert_eq!(url.fragment(), None);
        }
        prop_assert_eq!(urls[0].query(), server.query());
        prop_assert!(urls.last().unwrap().path().ends_with("/oauth-protected-resource"));
    }

    // rule: D6, N2
    #[test]
    fn a_challenge_adds_one_place_at_most_and_never_this_computer(stated in "\\PC{0,40}") {
        let server = Url::parse("https://mcp.example/a?b=1").unwrap();
        let own = resource_metadata_urls(&server, None);
        for stated in [stated.clone(), format!("http://127.0.0.1/{stated}"), format!("file:///{stated}")] {
            let all = resource_metadata_urls(&server, Some(&stated));
            let added: Vec<_> = all.iter().filter(|url| !own.contains(url)).collect();
            prop_assert!(added.len() <= 1);
            prop_assert!(added.iter().all(|url| url.scheme() == "https"), "{:?}", added);
        }
    }

    // rule: D7, T4
    #[test]
    fn resource_and_redirect_are_sent_byte_for_byte(
        origin in origin(), path in path(), redirect in "[a-z.]{1,8}:/{1,2}[!-~]{0,20}",
    ) {
        let resource = format!("{origin}{path}");
        let request = authorize(
            &server(),
            &ClientId::new("c"),
            &RedirectUri::new(redirect.as_str()),
            &Scopes::parse("a b"),
            Some(&Resource::new(resource.as_str())),
            &[],
        );
        let url = request.url.as_str();
        prop_assert_eq!(parameter(url, "resource"), [resource]);
        prop_assert_eq!(parameter(url, "redirect_uri"), [redirect]);
        prop_assert_eq!(parameter(url, "audience"), ["x"]);
    }

    // rule: T2
    #[test]
    fn a_state_is_known_by_its_digest_and_no_other_is(one in "\\PC{1,40}", other in "\\PC{1,40}") {
        let digest = State::new(one.as_str()).digest();
        prop_assert!(State::new(one.as_str()).matches(&digest));
        prop_assert_eq!(State::new(other.as_str()).matches(&digest), one == other);
    }

    // rule: T3
    #[test]
    fn a_parameter_that_comes_twice_is_refused(
        name in prop::sample::select(vec!["code", "state", "iss", "error"]),
        one in "[a-z]{1,4}", two in "[a-z]{1,4}",
    ) {
        let url = format!("x:/cb?code=c&state=s&iss=i&error=&{name}={one}&{name}={two}");
        prop_assert!(parse_callback(&url).is_err());
    }

    // rule: T8
    #[test]
    fn the_words_of_a_callback_are_short_and_plain(words in "[\\x00-\\x7f\\u{202e}é]{1,400}") {
        let mut url = Url::parse("x:/cb?state=s&error=access_denied").unwrap();
        url.query_pairs_mut().append_pair("error_description", &words);
        let callback = parse_callback(url.as_str()).unwrap();
        let Answer::Error { description, .. } = callback.answer else {
            return Err(TestCaseError::fail("it is no refusal"));
        };
        let told = description.unwrap_or_default();
        prop_assert!(told.chars().count() <= 250);
        prop_assert!(!told.chars().any(|c| c.is_control() || c == '\u{202e}'), "{:?}", told);
    }

    // rule: D5
    #[test]
    fn a_bearer_challenge_is_found_on_any_line_and_in_any_case(
        before in prop::collection::vec(
            prop::sample::select(vec!["Negotiate", "NTLM abc==", "Basic realm=\"Bearer x=1\"", "Digest a=1, b=\"c, d\""]),
            0..4,
        ),
        scheme in "[Bb][Ee][Aa][Rr][Ee][Rr]",
        own_line in any::<bool>(),
        path in "[a-z/]{0,8}",
    ) {
        let challenge = format!("{scheme} resource_metadata=\"https://a.example/{path}\"");
        let mut lines: Vec<String> = before.iter().map(|&line| line.to_owned()).collect();
        match lines.last_mut().filter(|_| !own_line) {
            Some(last) => *last = format!("{last}, {challenge}"),
            None => lines.push(challenge),
        }
        let headers = headers(&lines);
        prop_assert_eq!(parse_challenges(&headers).len(), before.len() + 1);
        let found = bearer(&headers).and_then(|bearer| bearer.resource_metadata);
        prop_assert_eq!(found, Some(format!("https://a.example/{path}")));
    }
}
