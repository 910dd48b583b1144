use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::wire::{Seen, Wire, answer, http, json, not_found};

// rule: A1
#[rstest]
#[case::with_a_path("https://as.example/t/1", &[
    "https://as.example/.well-known/oauth-authorization-server/t/1",
    "https://as.example/.well-known/openid-configuration/t/1",
    "https://as.example/t/1/.well-known/openid-configuration",
])]
#[case::path_with_a_slash("https://as.example/t/", &[
    "https://as.example/.well-known/oauth-authorization-server/t",
    "https://as.example/.well-known/openid-configuration/t",
    "https://as.example/t/.well-known/openid-configuration",
])]
#[case::without_a_path("https://as.example", &[
    "https://as.example/.well-known/oauth-authorization-server",
    "https://as.example/.well-known/openid-configuration",
])]
fn places_are_asked_in_order(#[case] issuer: &str, #[case] expected: &[&str]) {
    let urls = server_metadata_urls(&Issuer::parse(issuer).unwrap());
    assert_eq!(urls.iter().map(Url::as_str).collect::<Vec<_>>(), expected);
}

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

fn good(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize?x=1"),
        "token_endpoint": format!("{origin}/token"),
        "registration_endpoint": null,
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

/// Serves `good` with some members replaced, at `path` alone.
async fn wire(path: &'static str, changes: Value) -> Wire {
    Wire::new(move |seen: &Seen, origin| {
        if seen.target != path {
            return not_found();
        }
        let mut document = good(origin);
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        json(200, &document)
    })
    .await
}

async fn discover(wire: &Wire) -> Result<ServerMetadata, Error> {
    discover_with(wire, &Leniency::default()).await
}

async fn discover_with(wire: &Wire, leniency: &Leniency) -> Result<ServerMetadata, Error> {
    let issuer = Issuer::parse(&wire.origin).unwrap();
    let found = discover_server(&http(), &issuer, leniency).await?;
    Ok(found.metadata)
}

async fn complaint(changes: Value) -> String {
    let wire = wire(OAUTH, changes).await;
    discover(&wire)
        .await
        .unwrap_err()
        .to_string()
        .replace(&wire.origin, "<wire>")
}

// rule: A1
#[rstest]
#[tokio::test]
async fn either_document_will_do(#[values(OAUTH, OPENID)] path: &'static str) {
    let wire = wire(path, json!({})).await;
    let found = discover(&wire).await.unwrap();
    assert_eq!(found.token_endpoint, wire.url("/token"));
    assert_eq!(found.registration_endpoint, None);
    assert!(found.iss_parameter_supported);
    assert!(found.token_endpoint_auth_methods.is_empty());
}

#[tokio::test]
async fn metadata_is_the_same_after_it_was_stored() {
    let listed = json!({"scopes_supported": ["a", "a", "offline_access"]});
    let wire = wire(OAUTH, listed).await;
    let found = discover(&wire).await.unwrap();
    let stored = serde_json::to_string(&found).unwrap();
    assert_eq!(
        serde_json::from_str::<ServerMetadata>(&stored).unwrap(),
        found
    );
}

// rule: A3, T5
#[tokio::test]
async fn of_long_lists_no_more_is_kept_than_is_needed() {
    let long = |first: &str| -> Vec<String> {
        let rest = (0..5_000).map(|n| format!("one-of-many-{n}"));
        std::iter::once(first.to_owned()).chain(rest).collect()
    };
    let mut scopes = long("tools");
    scopes.push("offline_access".to_owned());
    let listed = json!({
        "scopes_supported": scopes,
        "code_challenge_methods_supported": long("S256"),
        "token_endpoint_auth_methods_supported": long(&"x".repeat(100_000)),
        "revocation_endpoint_auth_methods_supported": long("none"),
    });
    let wire = wire(OAUTH, listed).await;
    let found = discover(&wire).await.unwrap();
    let offered = found.scopes_supported.as_ref().unwrap();
    assert_eq!(offered, &Scopes::parse("offline_access"));
    let stored = serde_json::to_string(&found).unwrap();
    assert!(stored.len() < 4_000, "{}", stored.len());
}

// rule: A1
#[tokio::test]
async fn trouble_is_told_as_trouble_and_only_after_all_places() {
    let wire = Wire::new(|_, _| answer(500, "text/html", "oops")).await;
    let error = discover(&wire).await.unwrap_err();
    assert_eq!(error.code(), "server_unavailable");
    assert!(error.is_transient());
    assert_eq!(wire.targets(), [OAUTH, OPENID]);
}

// rule: A1
#[tokio::test]
async fn a_server_without_metadata_is_told_as_such() {
    let wire = Wire::new(|_, _| answer(200, "text/html", "<html>")).await;
    let error = discover(&wire).await.unwrap_err();
    assert_eq!(error.code(), "no_server_metadata");
    assert!(!error.is_transient());
}

// rule: A2
#[tokio::test]
async fn another_issuer_is_refused_with_both_values() {
    assert_snapshot!(complaint(json!({"issuer": "https://other.example"})).await, @r#"The authorization server <wire> says that it is "https://other.example""#);
}

// rule: A2
#[rstest]
#[case::same("https://as.example", "https://as.example", true)]
#[case::slash_added("https://as.example", "https://as.example/", true)]
#[case::slash_left_out("https://as.example/", "https://as.example", true)]
#[case::slash_on_a_path("https://as.example/t", "https://as.example/t/", false)]
#[case::case_of_the_host("https://as.example", "https://AS.example", false)]
#[case::default_port("https://as.example", "https://as.example:443", false)]
fn only_a_slash_on_a_bare_origin_is_forgiven(
    #[case] expected: &str,
    #[case] stated: &str,
    #[case] admitted: bool,
) {
    let stated = Issuer::parse(stated).unwrap();
    assert_eq!(Issuer::parse(expected).unwrap().admits(&stated), admitted);
}

// rule: A3
#[tokio::test]
async fn pkce_has_to_be_there_and_said() {
    assert_snapshot!(complaint(json!({"code_challenge_methods_supported": ["plain"]})).await, @"The authorization server <wire> does not offer PKCE with S256");
    assert_snapshot!(complaint(json!({"code_challenge_methods_supported": null})).await, @"The authorization server <wire> does not say whether it supports PKCE");
}

// rule: A2
#[tokio::test]
async fn exactly_the_accepted_pair_is_accepted_and_named_as_the_document_does() {
    const OTHER: &str = "https://other.example";
    let wire = wire(OAUTH, json!({"issuer": OTHER})).await;
    let pair = |expected: &str, stated: &str| Leniency {
        issuer: IssuerMatch::Pair {
            expected: expected.to_owned(),
            stated: stated.to_owned(),
        },
        missing_pkce: false,
    };
    let found = discover_with(&wire, &pair(&wire.origin, OTHER))
        .await
        .unwrap();
    assert_eq!(found.issuer.as_str(), OTHER);
    assert_eq!(found.asked().as_str(), wire.origin);
    for (expected, stated) in [
        (wire.origin.as_str(), "https://other.example/"),
        ("https://another.example", OTHER),
    ] {
        let refused = discover_with(&wire, &pair(expected, stated)).await;
        assert_eq!(refused.unwrap_err().code(), "issuer_mismatch");
    }
}

// rule: A2
#[tokio::test]
async fn another_issuer_is_accepted_only_where_no_document_names_the_right_one() {
    let wire = Wire::new(|seen: &Seen, origin| {
        let mut document = good(origin);
        if seen.target == OAUTH {
            document["issuer"] = "https://other.example".into();
        }
        json(200, &document)
    })
    .await;
    let any = Leniency {
        issuer: IssuerMatch::Any,
        missing_pkce: false,
    };
    let found = discover_with(&wire, &any).await.unwrap();
    assert_eq!(found.issuer.as_str(), wire.origin);
    assert_eq!(found.asked, None);
}

// rule: A3, Q-Cognito
#[tokio::test]
async fn silence_about_pkce_can_be_let_pass_and_a_no_cannot() {
    let lenient = Leniency {
        issuer: IssuerMatch::Exact,
        missing_pkce: true,
    };
    let silent = wire(OAUTH, json!({"code_challenge_methods_supported": null})).await;
    let found = discover_with(&silent, &lenient).await.unwrap();
    assert_eq!(found.code_challenge_methods, None);
    for no in [json!(["plain"]), json!([])] {
        let wire = wire(OAUTH, json!({"code_challenge_methods_supported": no})).await;
        let error = discover_with(&wire, &lenient).await.unwrap_err();
        assert_eq!(error.code(), "pkce_refused");
    }
}

// rule: A5
#[tokio::test]
async fn a_server_without_any_metadata_has_its_endpoints_at_its_origin() {
    let wire = Wire::new(|_, _| not_found()).await;
    let server = wire.url("/tenant/mcp?x=1");
    let found = discover_at_origin(&http(), &server, &Leniency::default())
        .await
        .unwrap();
    let metadata = found.metadata;
    assert_eq!(metadata.issuer.as_str(), wire.origin);
    assert_eq!(metadata.authorization_endpoint, wire.url("/authorize"));
    assert_eq!(metadata.token_endpoint, wire.url("/token"));
    assert_eq!(metadata.registration_endpoint, Some(wire.url("/register")));
    assert_eq!((found.fresh_for, found.published), (Duration::ZERO, false));
    assert_eq!(wire.targets(), [OAUTH, OPENID]);
}

// rule: A5
#[tokio::test]
async fn metadata_at_the_origin_is_used_and_checked_like_any_other() {
    let good = wire(OAUTH, json!({"token_endpoint": "https://as.example/t"})).await;
    let server = good.url("/mcp");
    let found = discover_at_origin(&http(), &server, &Leniency::default()).await;
    let metadata = found.unwrap().metadata;
    assert_eq!(metadata.token_endpoint.as_str(), "https://as.example/t");
    let bad = wire(
        OAUTH,
        json!({"code_challenge_methods_supported": ["plain"]}),
    )
    .await;
    let server = bad.url("/mcp");
    let found = discover_at_origin(&http(), &server, &Leniency::default()).await;
    assert_eq!(found.unwrap_err().code(), "pkce_refused");
}

// rule: A5
#[tokio::test]
async fn trouble_at_the_origin_is_no_reason_to_guess() {
    let wire = Wire::new(|_, _| answer(503, "text/html", "later")).await;
    let server = wire.url("/mcp");
    let found = discover_at_origin(&http(), &server, &Leniency::default()).await;
    assert!(found.unwrap_err().is_transient());
}

// rule: A4
#[rstest]
#[case::script("authorization_endpoint", "javascript:alert(1)", "refused_endpoint")]
#[case::file("authorization_endpoint", "file:///etc/passwd", "refused_endpoint")]
#[case::plain_http("token_endpoint", "http://as.example/token", "refused_endpoint")]
#[case::registration("registration_endpoint", "http://as.example/r", "refused_endpoint")]
#[case::revocation("revocation_endpoint", "nonsense", "refused_endpoint")]
#[case::missing("token_endpoint", "", "missing_endpoint")]
#[tokio::test]
async fn endpoints_are_https(#[case] name: &str, #[case] url: &str, #[case] code: &str) {
    let wire = wire(OAUTH, json!({ name: url })).await;
    assert_eq!(discover(&wire).await.unwrap_err().code(), code);
}

// rule: A4
#[tokio::test]
async fn a_public_server_cannot_point_to_this_computer() {
    let wire = wire(OAUTH, json!({})).await;
    let issuer = Issuer::parse(&wire.origin).unwrap();
    let public = http().reaching(Reach::Public);
    let error = discover_server(&public, &issuer, &Leniency::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "private_address");
    assert!(wire.seen().is_empty());
}

// rule: A4
#[rstest]
#[case("http://as.example")]
#[case("https://as.example?x=1")]
#[case("https://as.example#x")]
#[case("https://user@as.example")]
#[case("as.example")]
fn an_issuer_is_an_https_url_without_more(#[case] text: &str) {
    assert_eq!(Issuer::parse(text).unwrap_err().code(), "invalid_issuer");
}
