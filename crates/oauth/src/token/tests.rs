use base64::{Engine as _, prelude::BASE64_STANDARD};
use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::wire::{Seen, Wire, answer, http, id_token, json, public};
use crate::{AuthMethod, ClientId, ClientSecret, Error};

const JSON: &str = "application/json";
const HTML: &str = "text/html";
const CODE: &str = "code-hunter2";
const VERIFIER: &str = "verifier-hunter2-verifier-hunter2-verifier-hunter2";
const REFRESH: &str = "refresh-hunter2";
const SECRET: &str = "s:&+ é-hunter2";

async fn exchange(wire: &Wire, method: AuthMethod) -> Result<Tokens, TokenError> {
    let (id, secret) = (ClientId::new("c:1"), ClientSecret::new(SECRET));
    exchange_code(
        &http(),
        &wire.metadata(),
        ClientAuth {
            client_id: &id,
            secret: Some(&secret),
            method,
        },
        &AuthorizationCode::new(CODE),
        &PkceVerifier::new(VERIFIER),
        &RedirectUri::new(RedirectUri::DEEP_LINK),
        Some(&Resource::new("https://A.example")),
    )
    .await
}

async fn renew(wire: &Wire) -> Result<Tokens, TokenError> {
    let id = ClientId::new("c1");
    let token = RefreshToken::new(REFRESH);
    let resource = Resource::new("https://A.example/mcp");
    refresh(
        &http(),
        &wire.metadata(),
        public(&id),
        &token,
        Some(&resource),
    )
    .await
}

async fn granting(body: Value) -> Wire {
    Wire::new(move |_, _| json(200, &body)).await
}

fn minimal() -> Value {
    json!({"access_token": "a1", "token_type": "Bearer"})
}

// rule: T4, T6
#[tokio::test]
async fn a_public_client_sends_the_code_with_all_that_belongs_to_it() {
    let wire = granting(minimal()).await;
    let tokens = exchange(&wire, AuthMethod::None).await.unwrap();
    assert_eq!(tokens.access_token.expose(), "a1");
    let seen = wire.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("POST", "/token")
    );
    assert_eq!(seen.headers["accept"], "application/json");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", CODE),
        ("code_verifier", VERIFIER),
        ("redirect_uri", "dev.drawbridge.desktop:/oauth/callback"),
        ("resource", "https://A.example"),
        ("client_id", "c:1"),
    ];
    for (name, value) in fields {
        assert_eq!(seen.field(name).as_deref(), Some(value), "{name}");
    }
    // It was given a secret, and its method is `none`.
    assert_eq!(seen.field("client_secret"), None);
    assert!(!seen.headers.contains_key("authorization"));
}

// rule: T6
#[tokio::test]
async fn a_client_that_posts_its_secret_sends_no_header() {
    let wire = granting(minimal()).await;
    exchange(&wire, AuthMethod::ClientSecretPost).await.unwrap();
    let seen = wire.only();
    assert_eq!(seen.field("client_secret").as_deref(), Some(SECRET));
    assert_eq!(seen.field("client_id").as_deref(), Some("c:1"));
    assert!(!seen.headers.contains_key("authorization"));
}

// rule: T6, N6
#[tokio::test]
async fn basic_is_form_encoded_first_and_sent_once() {
    let wire = granting(minimal()).await;
    exchange(&wire, AuthMethod::ClientSecretBasic)
        .await
        .unwrap();
    let seen = wire.only();
    let headers: Vec<_> = seen.headers.get_all("authorization").iter().collect();
    assert_eq!(headers.len(), 1);
    let credentials = headers[0].to_str().unwrap().strip_prefix("Basic ").unwrap();
    let credentials = BASE64_STANDARD.decode(credentials).unwrap();
    assert_eq!(credentials, b"c%3A1:s%3A%26%2B+%C3%A9-hunter2");
    assert_eq!(seen.field("client_secret"), None);
}

// rule: T4
#[tokio::test]
async fn a_refresh_names_the_resource_too() {
    let wire = granting(minimal()).await;
    let tokens = renew(&wire).await.unwrap();
    assert!(tokens.refresh_token.is_none(), "the old one stays good");
    let seen = wire.only();
    assert_eq!(seen.field("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(seen.field("refresh_token").as_deref(), Some(REFRESH));
    assert_eq!(
        seen.field("resource").as_deref(),
        Some("https://A.example/mcp")
    );
    assert_eq!(seen.field("client_id").as_deref(), Some("c1"));
    assert_eq!(seen.field("scope"), None);
}

// rule: T7
#[rstest]
#[case::left_out(Value::Null, None)]
#[case::a_number(json!(3600), Some(3600))]
#[case::a_string(json!("3600"), Some(3600))]
#[case::a_float(json!(3599.9), Some(3599))]
#[case::now(json!(0), Some(0))]
#[case::before_now(json!(-1), Some(0))]
#[case::never(json!(u64::MAX), Some(315_360_000))]
#[case::beyond_numbers(json!(1e300), Some(315_360_000))]
#[case::nonsense(json!("soon"), None)]
#[tokio::test]
async fn a_lifetime_is_read_with_patience(#[case] stated: Value, #[case] seconds: Option<u64>) {
    let wire = granting(json!({"access_token": "a1", "expires_in": stated})).await;
    let tokens = renew(&wire).await.unwrap();
    assert_eq!(tokens.expires_in, seconds.map(Duration::from_secs));
}

// rule: T7
#[rstest]
#[case::lower(json!("bearer"))]
#[case::upper(json!("BEARER"))]
#[case::left_out(Value::Null)]
#[case::slack(json!("user"))]
#[tokio::test]
async fn the_type_of_a_token_is_read_in_any_case(#[case] kind: Value) {
    let wire = granting(json!({"access_token": "a1", "token_type": kind})).await;
    assert_eq!(renew(&wire).await.unwrap().access_token.expose(), "a1");
}

// rule: T7
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_refused() {
    let wire = granting(json!({"access_token": "hunter2", "token_type": "DPoP"})).await;
    let error = renew(&wire).await.unwrap_err();
    assert_snapshot!(error, @"The token endpoint cannot be used: it gives out tokens that only the holder of a key can use");
    assert_eq!(error.class(), TokenFailure::Configuration);
}

// rule: T7
#[rstest]
#[case::string(json!("b a"), Some("b a"))]
#[case::array(json!(["b", "a"]), Some("b a"))]
#[case::empty(json!(""), None)]
#[tokio::test]
async fn granted_scopes_are_read_in_either_form(
    #[case] stated: Value,
    #[case] expected: Option<&str>,
) {
    let wire =
        granting(json!({"access_token": "a1", "refresh_token": "r1", "scope": stated})).await;
    let tokens = renew(&wire).await.unwrap();
    assert_eq!(tokens.scopes, expected.map(Scopes::parse));
    assert_eq!(tokens.refresh_token.unwrap().expose(), "r1");
}

#[rstest]
#[case::for_us("c1", Some("ada@example.com"))]
#[case::for_another("c2", None)]
#[tokio::test]
async fn who_signed_in_is_known_where_the_server_says_so(
    #[case] audience: &'static str,
    #[case] expected: Option<&str>,
) {
    let wire = Wire::new(move |_, origin| {
        let claims = json!({"iss": origin, "aud": audience, "email": "ada@example.com"});
        let token = id_token(claims.to_string());
        json(200, &json!({"access_token": "a1", "id_token": token}))
    })
    .await;
    let tokens = renew(&wire).await.unwrap();
    assert_eq!(tokens.account.as_ref().map(Account::as_str), expected);
    let told = format!("{tokens:?}");
    assert!(!told.contains("ada") && !told.contains("hunter2"), "{told}");
}

// rule: N5
#[tokio::test]
async fn a_name_does_not_tell_the_tokens_that_came_with_it() {
    let wire = Wire::new(|_, origin| {
        let name = "access-hunter2 refresh-hunter2";
        let claims = json!({"iss": origin, "aud": "c1", "name": name});
        let token = id_token(claims.to_string());
        json(
            200,
            &json!({"access_token": "access-hunter2", "refresh_token": "refresh-hunter2", "id_token": token}),
        )
    })
    .await;
    let account = renew(&wire).await.unwrap().account.unwrap();
    assert!(
        !account.as_str().contains("hunter2"),
        "{}",
        account.as_str()
    );
}

#[rstest]
#[case::left_out(Value::Null)]
#[case::nothing(json!(""))]
#[case::no_text(json!({"email": "ada@example.com"}))]
#[case::garbage(json!("hunter2.hunter2.hunter2"))]
#[tokio::test]
async fn an_id_token_that_cannot_be_read_is_no_fault(#[case] id_token: Value) {
    let wire = granting(json!({"access_token": "a1", "id_token": id_token})).await;
    let tokens = renew(&wire).await.unwrap();
    assert_eq!(tokens.access_token.expose(), "a1");
    assert_eq!(tokens.account, None);
}

// rule: T7
#[tokio::test]
async fn json_under_another_name_and_status_is_still_json() {
    let wire = Wire::new(|_, _| answer(201, "text/plain", minimal().to_string())).await;
    assert_eq!(renew(&wire).await.unwrap().access_token.expose(), "a1");
}

// rule: T8, N5
#[rstest]
#[tokio::test]
async fn what_was_sent_is_never_told(
    #[values(
        AuthMethod::None,
        AuthMethod::ClientSecretBasic,
        AuthMethod::ClientSecretPost
    )]
    method: AuthMethod,
    #[values(JSON, HTML, "text/plain")] kind: &'static str,
    #[values(200, 400, 500)] status: u16,
) {
    let wire = Wire::new(move |seen: &Seen, _| {
        let mut sent = seen.field("code").unwrap() + " " + &seen.field("code_verifier").unwrap();
        if method != AuthMethod::None {
            sent = sent + " " + SECRET;
        }
        match kind {
            JSON => json(status, &json!({"error": sent, "error_description": sent})),
            _ => answer(status, kind, sent),
        }
    })
    .await;
    let error = exchange(&wire, method).await.unwrap_err();
    let told = crate::wire::texts(&Error::from(error));
    assert!(!told.contains("hunter2"), "{told}");
}

// rule: G5
#[tokio::test]
async fn a_host_that_does_not_listen_says_nothing_about_the_grant() {
    let wire = granting(minimal()).await;
    let mut server = wire.metadata();
    let nobody = crate::wire::taken_port();
    let address = nobody.local_addr().unwrap();
    server.token_endpoint = format!("http://{address}/token").parse().unwrap();
    let id = ClientId::new("c1");
    let token = RefreshToken::new(REFRESH);
    let error = refresh(&http(), &server, public(&id), &token, None)
        .await
        .unwrap_err();
    assert_eq!(error.class(), TokenFailure::Transient { retry_after: None });
}

// rule: A4
#[tokio::test]
async fn a_code_is_not_sent_in_the_clear() {
    let mut server = granting(minimal()).await.metadata();
    server.token_endpoint = "http://as.example/token".parse().unwrap();
    let id = ClientId::new("c1");
    let token = RefreshToken::new(REFRESH);
    let error = refresh(&http(), &server, public(&id), &token, None)
        .await
        .unwrap_err();
    assert_eq!(error.class(), TokenFailure::Configuration);
    assert_snapshot!(error, @"The token endpoint cannot be used: Nothing was sent to http://as.example/token, because it is not https");
}

// rule: N5
#[test]
fn tokens_do_not_print_themselves() {
    let tokens = Tokens {
        access_token: AccessToken::new("hunter2"),
        refresh_token: Some(RefreshToken::new("hunter2")),
        expires_in: None,
        scopes: None,
        account: None,
    };
    assert!(!format!("{tokens:?}").contains("hunter2"));
}

/// A refresh runs in a task of its own, so its future has to be able to move there (rule G4).
#[test]
fn requests_can_move_between_threads() {
    fn movable<F: Future + Send + 'static>(_: F) {}
    async fn all(http: crate::Http, server: ServerMetadata, id: ClientId) {
        let (token, code) = (RefreshToken::new(REFRESH), AuthorizationCode::new(CODE));
        let (verifier, redirect) = (PkceVerifier::new(VERIFIER), RedirectUri::new("x:/"));
        let (client, scopes) = (public(&id), Scopes::default());
        let _ = refresh(&http, &server, client, &token, None).await;
        let _ = exchange_code(&http, &server, client, &code, &verifier, &redirect, None).await;
        let _ = crate::revoke(&http, &server, client, crate::Revocable::Refresh(&token)).await;
        let mut registrar = crate::Registrar::new(&http, &server, &scopes, None);
        let _ = registrar.register(&redirect).await;
        let _ = crate::discover_server(&http, &server.issuer, &crate::Leniency::default()).await;
        let _ = crate::discover_resource(&http, &server.token_endpoint, None).await;
    }
    // Never polled: that it compiles is the test.
    let server = serde_json::from_value(json!({
        "issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/a",
        "token_endpoint": "https://as.example/t",
        "token_endpoint_auth_methods": [],
        "revocation_endpoint_auth_methods": [],
        "iss_parameter_supported": false,
        "client_id_metadata_document_supported": false,
    }));
    movable(all(http(), server.unwrap(), ClientId::new("c1")));
}
