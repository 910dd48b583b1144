use std::time::Duration;

use insta::assert_snapshot;
use rstest::rstest;

use super::*;

const SENT: &str = "refresh-hunter2";

fn response(status: u16, kind: &str, body: &str) -> Response<Vec<u8>> {
    let response = Response::builder()
        .status(status)
        .header("content-type", kind);
    response
        .header("retry-after", "7")
        .body(body.as_bytes().to_vec())
        .unwrap()
}

fn asking() -> Asking {
    Asking {
        issuer: Issuer::parse("https://as.example").unwrap(),
        client: ClientId::new("c1"),
        secrets: vec![SENT.into()],
    }
}

fn failure(status: u16, kind: &str, body: &str) -> TokenError {
    standard(&response(status, kind, body), &asking()).unwrap_err()
}

const JSON: &str = "application/json";
const HTML: &str = "text/html";
const FORM: &str = "application/x-www-form-urlencoded";
const SOON: TokenFailure = TokenFailure::Transient {
    retry_after: Some(Duration::from_secs(7)),
};

// rule: G5, G5a, R7
#[rstest]
#[case::by_the_book(400, JSON, r#"{"error":"invalid_grant"}"#, TokenFailure::InvalidGrant)]
#[case::in_a_200(200, JSON, r#"{"error":"invalid_grant"}"#, TokenFailure::InvalidGrant)]
#[case::slack(
    200,
    JSON,
    r#"{"ok":false,"error":"invalid_refresh_token"}"#,
    TokenFailure::InvalidGrant
)]
#[case::github(
    200,
    FORM,
    "error=bad_refresh_token&error_description=x",
    TokenFailure::InvalidGrant
)]
#[case::linear(
    400,
    JSON,
    r#"{"error":"Grant not found"}"#,
    TokenFailure::InvalidGrant
)]
#[case::an_object(
    400,
    JSON,
    r#"{"error":{"type":"invalid_grant","message":"x"}}"#,
    TokenFailure::InvalidGrant
)]
#[case::words_about_clients(
    400,
    JSON,
    r#"{"error":"invalid_grant","error_description":"unknown client token"}"#,
    TokenFailure::InvalidGrant
)]
#[case::client(
    401,
    JSON,
    r#"{"error":"invalid_client"}"#,
    TokenFailure::InvalidClient
)]
#[case::client_may_not(
    400,
    JSON,
    r#"{"error":"unauthorized_client"}"#,
    TokenFailure::InvalidClient
)]
#[case::supabase(
    422,
    JSON,
    r#"{"message":"Unrecognized client_id"}"#,
    TokenFailure::InvalidClient
)]
#[case::client_in_words(
    400,
    JSON,
    r#"{"error":"invalid_request","error_description":"Client not found"}"#,
    TokenFailure::InvalidClient
)]
#[case::client_in_a_page(400, HTML, "<p>Unknown client</p>", TokenFailure::InvalidClient)]
#[case::client_in_a_page_for_nobody(
    403,
    HTML,
    "<p>Unknown client</p>",
    TokenFailure::WithoutReason
)]
#[case::a_page_that_is_not_there(404, HTML, "<p>Client not found</p>", SOON)]
#[case::a_gateways_certificate(
    400,
    HTML,
    "<h1>Invalid client certificate</h1>",
    TokenFailure::WithoutReason
)]
#[case::a_gateways_addresses(403, "text/plain", "Unknown client IP", TokenFailure::WithoutReason)]
#[case::an_old_client(
    400,
    JSON,
    r#"{"message":"Invalid client version"}"#,
    TokenFailure::WithoutReason
)]
#[case::both(
    400,
    HTML,
    "Invalid client certificate or unknown client",
    TokenFailure::InvalidClient
)]
#[case::not_our_metadata(
    400,
    JSON,
    r#"{"error":"invalid_client_metadata"}"#,
    TokenFailure::WithoutReason
)]
#[case::target(
    400,
    JSON,
    r#"{"error":"invalid_target"}"#,
    TokenFailure::Configuration
)]
#[case::scope(400, JSON, r#"{"error":"invalid_scope"}"#, TokenFailure::Configuration)]
#[case::request(
    400,
    JSON,
    r#"{"error":"invalid_request"}"#,
    TokenFailure::Configuration
)]
#[case::grant_type(
    400,
    JSON,
    r#"{"error":"unsupported_grant_type"}"#,
    TokenFailure::Configuration
)]
#[case::a_policy(403, JSON, r#"{"error":"access_denied"}"#, TokenFailure::WithoutReason)]
#[case::bare_400(400, HTML, "", TokenFailure::WithoutReason)]
#[case::bare_401(401, HTML, "<html>", TokenFailure::WithoutReason)]
#[case::bare_403(403, "text/plain", "Forbidden", TokenFailure::WithoutReason)]
#[case::a_word_nobody_knows(400, JSON, r#"{"error":"kaputt"}"#, TokenFailure::WithoutReason)]
#[case::json_without_a_token(200, JSON, "{}", TokenFailure::WithoutReason)]
#[case::a_page(200, HTML, "<html>", SOON)]
#[case::nothing(200, JSON, "", SOON)]
#[case::lost(404, HTML, "<html>", SOON)]
#[case::lost_by_a_gateway(404, JSON, r#"{"error":"Not Found","message":"no route"}"#, SOON)]
#[case::lost_and_meant(404, JSON, r#"{"error":"invalid_grant"}"#, TokenFailure::InvalidGrant)]
#[case::too_many(429, JSON, r#"{"error":"invalid_grant"}"#, SOON)]
#[case::down(503, HTML, "<html>", SOON)]
#[case::down_with_a_word(500, JSON, r#"{"error":"invalid_grant"}"#, SOON)]
#[case::down_in_a_400(400, JSON, r#"{"error":"temporarily_unavailable"}"#, SOON)]
fn a_refusal_means_what_it_proves(
    #[case] status: u16,
    #[case] kind: &str,
    #[case] body: &str,
    #[case] class: TokenFailure,
) {
    assert_eq!(failure(status, kind, body).class(), class);
}

// rule: G4, G5
#[rstest]
#[case::refused(400, JSON, r#"{"error":"invalid_grant"}"#, false)]
#[case::refused_without_a_reason(403, "text/plain", "Forbidden", false)]
#[case::lost_by_a_gateway(404, HTML, "<html>", false)]
#[case::too_many(429, HTML, "<html>", false)]
#[case::not_ready(503, HTML, "<html>", false)]
#[case::failed_amid_the_work(500, HTML, "<html>", true)]
#[case::nothing_heard_by_a_gateway(502, HTML, "<html>", true)]
#[case::too_long_for_a_gateway(504, HTML, "<html>", true)]
#[case::somebody_elses_page(200, HTML, "<html>", true)]
fn a_request_may_have_been_done_unless_the_answer_rules_it_out(
    #[case] status: u16,
    #[case] kind: &str,
    #[case] body: &str,
    #[case] may_have_been_done: bool,
) {
    assert_eq!(
        failure(status, kind, body).may_have_been_done(),
        may_have_been_done
    );
}

// rule: T7, T8
#[test]
fn refusals_are_told_in_the_words_of_the_server() {
    assert_snapshot!(failure(400, JSON, r#"{"error":"invalid_grant","error_description":"Grant\n\u0007revoked"}"#), @"The authorization server refused: Grant revoked");
    assert_snapshot!(failure(200, JSON, r#"{"ok":false,"error":"token_revoked"}"#), @"The authorization server refused: token_revoked");
    assert_snapshot!(failure(422, JSON, r#"{"message":"Unrecognized client_id"}"#), @"The authorization server does not know this client: Unrecognized client_id");
    assert_snapshot!(failure(403, "text/plain", "Forbidden"), @r#"The authorization server refused with "Forbidden" (status 403)"#);
    assert_snapshot!(failure(403, HTML, "<html>"), @"The authorization server refused without saying why (status 403)");
    assert_snapshot!(failure(503, HTML, "<html>"), @"The authorization server cannot answer now: status 503");
    assert_snapshot!(failure(200, HTML, "<html>"), @"The authorization server cannot answer now: status 200 and nothing that could be read");
}

// rule: T7, N5
#[rstest]
#[case("text/plain")]
#[case(FORM)]
fn a_token_in_another_format_is_not_told(#[case] kind: &str) {
    let error = failure(200, kind, "access_token=NEW-hunter2&token_type=bearer");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

// rule: T7
#[test]
fn of_what_was_granted_no_more_is_kept_than_can_be_asked_for() {
    let many: Vec<String> = (0..100_000).map(|n| format!("scope{n}")).collect();
    let body = serde_json::json!({ "access_token": "a1", "scope": many.join(" ") });
    let answer = standard(&response(200, JSON, &body.to_string()), &asking()).unwrap();
    let body = String::from_utf8(answer.into_body()).unwrap();
    assert!(body.contains("scope0 scope1 ") && body.len() < 5000);
}

// rule: T8, N5
#[test]
fn words_are_cut_and_hold_no_secret() {
    let long = "x".repeat(400);
    let body = format!(r#"{{"error":"e {SENT}","error_description":"bad token {SENT}: {long}"}}"#);
    let error = failure(400, JSON, &body);
    let told = format!("{error} {error:?}");
    assert!(!told.contains("hunter2"), "{told}");
    let TokenError::Refused {
        description: Some(words),
        ..
    } = error
    else {
        panic!("{told}")
    };
    assert!(words.starts_with("bad token <redacted>: xxx"));
    assert_eq!(words.chars().count(), 250);
}
