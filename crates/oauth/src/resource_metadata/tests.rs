use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::wire::{Seen, Wire, answer, http, json, not_found};

fn urls(server: &str, challenge: Option<&str>) -> Vec<String> {
    let urls = resource_metadata_urls(&Url::parse(server).unwrap(), challenge);
    urls.into_iter().map(String::from).collect()
}

// rule: D6
#[rstest]
#[case::path_then_root(
    "https://a.example/mcp", None,
    &["https://a.example/.well-known/oauth-protected-resource/mcp",
      "https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::query_is_kept(
    "https://a.example/mcp?tenant=1", None,
    &["https://a.example/.well-known/oauth-protected-resource/mcp?tenant=1",
      "https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::bare_origin("https://a.example", None, &["https://a.example/.well-known/oauth-protected-resource"])]
#[case::challenge_first(
    "https://a.example/", Some("https://b.example/m?x=1"),
    &["https://b.example/m?x=1", "https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::challenge_that_is_one_of_them(
    "https://a.example/", Some("https://a.example/.well-known/oauth-protected-resource"),
    &["https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::challenge_as_a_path(
    "https://a.example/", Some("/meta"),
    &["https://a.example/meta", "https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::challenge_to_plain_http(
    "https://a.example/", Some("http://b.example/m"),
    &["https://a.example/.well-known/oauth-protected-resource"]
)]
#[case::challenge_to_this_computer(
    "https://a.example/", Some("http://127.0.0.1:9/m"),
    &["https://a.example/.well-known/oauth-protected-resource"]
)]
fn places_are_asked_in_order(
    #[case] server: &str,
    #[case] challenge: Option<&str>,
    #[case] expected: &[&str],
) {
    assert_eq!(urls(server, challenge), expected);
}

// rule: D7
#[rstest]
#[case::itself("https://a.example/mcp", true)]
#[case::origin("https://a.example", true)]
#[case::origin_with_slash("https://a.example/", true)]
#[case::slash_at_the_end("https://a.example/mcp/", true)]
#[case::stated_default_port("https://A.example:443/mcp", true)]
#[case::half_a_segment("https://a.example/mc", false)]
#[case::deeper("https://a.example/mcp/v1/x", false)]
#[case::another_host("https://b.example/mcp", false)]
#[case::another_scheme("http://a.example/mcp", false)]
#[case::another_port("https://a.example:8443/mcp", false)]
#[case::another_query("https://a.example/mcp?tenant=2", false)]
#[case::fragment("https://a.example/mcp#x", false)]
#[case::not_a_url("mcp", false)]
fn a_resource_is_the_server_or_above_it(#[case] resource: &str, #[case] expected: bool) {
    let server = Url::parse("https://a.example/mcp/v1?tenant=1").unwrap();
    assert_eq!(covers(resource, &server), expected);
}

async fn wire(
    path: &'static str,
    document: impl Fn(&str) -> Value + Clone + Send + Sync + 'static,
) -> Wire {
    Wire::new(move |seen: &Seen, origin| {
        if seen.target == path {
            json(200, &document(origin))
        } else {
            not_found()
        }
    })
    .await
}

// rule: D7, D8
#[tokio::test]
async fn the_resource_stays_as_it_is_written_and_bad_issuers_are_passed_over() {
    let wire = wire("/.well-known/oauth-protected-resource", |origin| {
        json!({
            "resource": origin,
            "authorization_servers": ["http://as.example", "https://as.example/A", 7],
            "scopes_supported": ["b", "a"],
            "resource_name": "Notes\u{7}",
        })
    })
    .await;
    let found = discover_resource(&http(), &wire.url("/mcp"), None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.resource.as_str(), wire.origin);
    assert_eq!(
        found.authorization_servers,
        [Issuer::parse("https://as.example/A").unwrap()]
    );
    assert_eq!(found.scopes_supported, Some(Scopes::parse("b a")));
    assert_eq!(found.resource_name.as_deref(), Some("Notes"));
    assert_eq!(wire.targets().len(), 2);
}

// rule: D6
#[tokio::test]
async fn the_challenge_says_where() {
    let wire = wire(
        "/deep/meta?x=1",
        |origin| json!({"resource": format!("{origin}/mcp")}),
    )
    .await;
    let challenge = BearerChallenge {
        resource_metadata: Some(format!("{}/deep/meta?x=1", wire.origin)),
        ..BearerChallenge::default()
    };
    let found = discover_resource(&http(), &wire.url("/mcp"), Some(&challenge))
        .await
        .unwrap();
    assert!(found.unwrap().authorization_servers.is_empty());
    assert_eq!(wire.targets(), ["/deep/meta?x=1"]);
}

// rule: D7, N5
#[rstest]
#[case::plain("https://other.example/mcp", "https://other.example/mcp")]
#[case::with_what_may_be_a_key(
    "https://me:hunter2@other.example/mcp?key=hunter2",
    "https://other.example/mcp?…"
)]
#[tokio::test]
async fn a_document_about_another_server_ends_the_search(
    #[case] stated: &'static str,
    #[case] shown: &str,
) {
    let place = "/.well-known/oauth-protected-resource/mcp";
    let wire = wire(place, move |_| json!({ "resource": stated })).await;
    let error = discover_resource(&http(), &wire.url("/mcp"), None)
        .await
        .unwrap_err();
    let told = error.to_string().replace(&wire.origin, "<wire>");
    assert_eq!(
        told,
        format!("The server at <wire>/mcp says that it is {shown:?}")
    );
    assert!(!format!("{error:?}").contains("hunter2"));
    assert_eq!(wire.seen().len(), 1);
}

// rule: D8
#[tokio::test]
async fn a_list_without_an_end_is_followed_for_a_while() {
    let wire = wire("/.well-known/oauth-protected-resource", |origin| {
        let many: Vec<String> = (0..5000)
            .map(|n| format!("https://as{n}.example"))
            .collect();
        json!({ "resource": origin, "authorization_servers": many })
    })
    .await;
    let found = discover_resource(&http(), &wire.url("/mcp"), None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.authorization_servers.len(), 10);
    assert_eq!(
        found.authorization_servers[0],
        Issuer::parse("https://as0.example").unwrap()
    );
}

// rule: D6
#[rstest]
#[case::not_found(404, "text/plain", "")]
#[case::wants_a_login(401, "application/json", "{}")]
#[case::a_page(200, "text/html", "<html>")]
#[case::other_json(200, "application/json", r#"{"hello":"world"}"#)]
#[tokio::test]
async fn no_document_is_no_error(
    #[case] status: u16,
    #[case] kind: &'static str,
    #[case] body: &'static str,
) {
    let wire = Wire::new(move |_, _| answer(status, kind, body)).await;
    assert_eq!(
        discover_resource(&http(), &wire.url("/mcp"), None)
            .await
            .unwrap(),
        None
    );
    assert_eq!(wire.seen().len(), 2);
}

// rule: D6
#[tokio::test]
async fn trouble_is_not_taken_for_absence() {
    let wire = Wire::new(|_, _| answer(503, "text/html", "busy")).await;
    let error = discover_resource(&http(), &wire.url("/mcp"), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "server_unavailable");
    assert!(error.is_transient());
}
