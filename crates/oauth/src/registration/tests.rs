use insta::{assert_json_snapshot, assert_snapshot};
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::wire::{Seen, Wire, answer, http, json, texts};

async fn ask(wire: &Wire, listed: &[&str]) -> Result<Registration, Error> {
    let mut server = wire.metadata();
    server.token_endpoint_auth_methods = listed.iter().map(|&name| name.to_owned()).collect();
    let redirect = RedirectUri::new(RedirectUri::DEEP_LINK);
    let (http, scopes) = (http(), Scopes::parse("read write"));
    let mut registrar = Registrar::new(&http, &server, &scopes, None);
    registrar.register(&redirect).await
}

async fn answering(body: Value) -> Wire {
    Wire::new(move |_, _| json(201, &body)).await
}

// rule: R1, R3
#[tokio::test]
async fn drawbridge_says_what_it_is_and_names_one_redirect_uri() {
    let wire = answering(json!({"client_id": "c1"})).await;
    let registration = ask(&wire, &[]).await.unwrap();
    assert_eq!(registration.client_id.as_str(), "c1");
    assert_eq!(registration.issuer.as_str(), wire.origin);
    assert_json_snapshot!(wire.only().json(), @r#"
    {
      "application_type": "native",
      "client_name": "Drawbridge",
      "grant_types": [
        "authorization_code",
        "refresh_token"
      ],
      "redirect_uris": [
        "dev.drawbridge.desktop:/oauth/callback"
      ],
      "response_types": [
        "code"
      ],
      "scope": "read write",
      "token_endpoint_auth_method": "none"
    }
    "#);
}

// rule: R3
#[rstest]
#[case::nothing_listed(&[], "none")]
#[case::none_listed(&["client_secret_post", "none"], "none")]
#[case::basic_before_post(&["client_secret_post", "client_secret_basic"], "client_secret_basic")]
#[case::post(&["private_key_jwt", "client_secret_post"], "client_secret_post")]
#[tokio::test]
async fn a_listed_method_is_asked_for(#[case] listed: &[&str], #[case] asked: &str) {
    let wire = answering(json!({"client_id": "c1"})).await;
    ask(&wire, listed).await.unwrap();
    assert_eq!(wire.only().json()["token_endpoint_auth_method"], asked);
}

// rule: R3
#[tokio::test]
async fn methods_that_are_all_beyond_us_are_told() {
    let wire = answering(json!({"client_id": "c1"})).await;
    let error = ask(&wire, &["private_key_jwt"]).await.unwrap_err();
    assert_eq!(error.code(), "no_auth_method");
    assert!(wire.seen().is_empty());
}

// rule: R4
#[rstest]
#[case::echo(json!({"token_endpoint_auth_method": "none"}), AuthMethod::None)]
#[case::another_one(
    json!({"client_secret": "s", "token_endpoint_auth_method": "client_secret_post"}),
    AuthMethod::ClientSecretPost
)]
#[case::secret_and_none(json!({"client_secret": "s", "token_endpoint_auth_method": "none"}), AuthMethod::None)]
#[case::secret_and_silence(json!({"client_secret": "s"}), AuthMethod::ClientSecretBasic)]
#[case::method_without_secret(json!({"token_endpoint_auth_method": "client_secret_basic"}), AuthMethod::None)]
#[tokio::test]
async fn what_the_server_answers_wins(#[case] answered: Value, #[case] expected: AuthMethod) {
    let mut body = answered.clone();
    body["client_id"] = "c1".into();
    let wire = answering(body).await;
    let registration = ask(&wire, &[]).await.unwrap();
    assert_eq!(registration.auth_method, expected);
    let secret = registration
        .client_secret
        .as_ref()
        .map(ClientSecret::expose);
    assert_eq!(secret, answered["client_secret"].as_str());
}

// rule: R4
#[rstest]
#[case::never(json!(0), None)]
#[case::left_out(Value::Null, None)]
#[case::some_day(json!(1_900_000_000), Some(1_900_000_000))]
#[case::in_a_string(json!("1900000000"), Some(1_900_000_000))]
#[case::nonsense(json!(-5), None)]
#[tokio::test]
async fn the_end_of_a_secret_is_kept(#[case] stated: Value, #[case] expected: Option<u64>) {
    let wire = answering(json!({
        "client_id": "c1", "client_secret": "s", "client_secret_expires_at": stated,
    }))
    .await;
    let ends = ask(&wire, &[]).await.unwrap().secret_expires_at;
    let seconds = ends.map(|ends| {
        ends.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    });
    assert_eq!(seconds, expected);
}

// rule: R3
#[rstest]
#[case::names_it(json!({"error": "invalid_client_metadata", "error_description": "application_type is not known"}))]
#[case::says_nothing(json!({}))]
#[tokio::test]
async fn a_field_that_is_not_known_is_left_out_once(#[case] refusal: Value) {
    let wire = Wire::new(
        move |seen: &Seen, _| match seen.json().get("application_type") {
            Some(_) => json(400, &refusal),
            None => json(201, &json!({"client_id": "c1"})),
        },
    )
    .await;
    assert_eq!(ask(&wire, &[]).await.unwrap().client_id.as_str(), "c1");
    assert_eq!(wire.seen().len(), 2);
}

// rule: R3
#[rstest]
#[case::in_words(json!({"error": "invalid_client_metadata", "error_description": "scope must only contain Authorization Server supported scope values"}))]
#[case::in_its_code(json!({"error": "invalid_scope"}))]
#[tokio::test]
async fn a_scope_that_is_refused_is_left_out(#[case] refusal: Value) {
    let wire = Wire::new(move |seen: &Seen, _| {
        let fields = seen.json();
        if fields.get("application_type").is_some() {
            let unknown = json!({"error": "invalid_client_metadata",
                                 "error_description": "application_type is not recognized"});
            json(400, &unknown)
        } else if fields.get("scope").is_some() {
            json(400, &refusal)
        } else {
            json(201, &json!({"client_id": "c1"}))
        }
    })
    .await;
    assert_eq!(ask(&wire, &[]).await.unwrap().client_id.as_str(), "c1");
    assert_eq!(wire.seen().len(), 3);
}

// rule: R3
#[rstest]
#[case::redirect(json!({"error": "invalid_redirect_uri"}), 1)]
#[case::redirect_in_words(json!({"error": "invalid_client_metadata", "error_description": "unsupported redirect_uris: unknown scheme"}), 1)]
#[case::something_else(json!({"error": "invalid_client_metadata", "error_description": "client_name is taken"}), 1)]
#[case::scope_as_well(json!({"error": "invalid_client_metadata", "error_description": "scope read is bad"}), 2)]
#[case::nothing_helps(json!({"error": "invalid_client_metadata"}), 2)]
#[tokio::test]
async fn a_refusal_is_never_a_loop(#[case] refusal: Value, #[case] requests: usize) {
    let wire = Wire::new(move |_, _| json(400, &refusal)).await;
    assert_eq!(
        ask(&wire, &[]).await.unwrap_err().code(),
        "registration_refused"
    );
    assert_eq!(wire.seen().len(), requests);
}

// rule: R3, R5
#[rstest]
#[case::named("application_type is not recognized", 4)]
#[case::guessed("unexpected value", 6)]
#[tokio::test]
async fn a_field_refused_by_name_is_not_sent_with_the_next_redirect(
    #[case] words: &'static str,
    #[case] requests: usize,
) {
    let refused =
        move |error: &str| json(400, &json!({"error": error, "error_description": words}));
    let wire = Wire::new(move |seen: &Seen, _| {
        let fields = seen.json();
        let redirect = fields["redirect_uris"][0].as_str().unwrap().to_owned();
        if fields.get("application_type").is_some() {
            refused("invalid_client_metadata")
        } else if redirect.starts_with("http://localhost") {
            json(201, &json!({"client_id": "c1"}))
        } else {
            json(
                400,
                &json!({"error": "invalid_redirect_uri", "error_description": "redirect"}),
            )
        }
    })
    .await;
    let (http, server, scopes) = (http(), wire.metadata(), Scopes::parse("read"));
    let mut registrar = Registrar::new(&http, &server, &scopes, None);
    for refused in ["x:/callback", "http://127.0.0.1:9/callback"] {
        let error = registrar
            .register(&RedirectUri::new(refused))
            .await
            .unwrap_err();
        assert!(error.blames_redirect());
    }
    let taken = RedirectUri::new("http://localhost:9/callback");
    assert_eq!(
        registrar.register(&taken).await.unwrap().redirect_uri,
        taken
    );
    // What was named is left out from then on; a guess is made anew for every redirect.
    assert_eq!(wire.seen().len(), requests);
}

// rule: R5
#[rstest]
#[case::redirect(400, json!({"error": "invalid_redirect_uri"}), true)]
#[case::metadata(400, json!({"error": "invalid_client_metadata"}), true)]
#[case::bare_400(400, json!({}), true)]
#[case::bare_422(422, json!({"message": "no"}), true)]
#[case::in_words(400, json!({"error": "invalid_request", "error_description": "redirect_uris[0] must be https"}), true)]
#[case::not_admitted(403, json!({"error": "invalid_redirect_uri"}), false)]
#[case::something_else(400, json!({"error": "unapproved_software_statement"}), false)]
#[case::token_missing(401, json!({}), false)]
#[tokio::test]
async fn a_refusal_may_be_about_the_redirect(
    #[case] status: u16,
    #[case] body: Value,
    #[case] expected: bool,
) {
    let wire = Wire::new(move |_, _| json(status, &body)).await;
    assert_eq!(
        ask(&wire, &[]).await.unwrap_err().blames_redirect(),
        expected
    );
}

async fn refusal(status: u16, kind: &'static str, body: &'static str) -> Error {
    let wire = Wire::new(move |_, _| answer(status, kind, body)).await;
    match ask(&wire, &[]).await.unwrap_err() {
        Error::RegistrationRefused {
            status,
            error,
            description,
            ..
        } => Error::RegistrationRefused {
            issuer: "<wire>".to_owned(),
            status,
            error,
            description,
        },
        other => other,
    }
}

// rule: R7, T8
#[tokio::test]
async fn a_server_that_admits_only_some_apps_is_told_as_such() {
    let error = refusal(403, "text/plain", "Forbidden\r\n").await;
    assert_eq!(error.code(), "client_not_allowed");
    assert_snapshot!(error, @"The authorization server <wire> refused to register Drawbridge: Forbidden");
    assert_snapshot!(error.remedy(), @"The provider admits only apps that it knows: register one with it and enter its client id.");
}

// rule: R7
#[tokio::test]
async fn a_server_without_registration_is_told_as_such() {
    let wire = answering(json!({})).await;
    let server = ServerMetadata {
        registration_endpoint: None,
        ..wire.metadata()
    };
    let redirect = RedirectUri::new(RedirectUri::DEEP_LINK);
    let (http, scopes) = (http(), Scopes::default());
    let mut registrar = Registrar::new(&http, &server, &scopes, None);
    let error = registrar.register(&redirect).await.unwrap_err();
    assert_eq!(error.code(), "no_registration");
    assert_snapshot!(error.remedy(), @"Register an app with the provider and enter its client id.");
}

// rule: T8
#[tokio::test]
async fn a_page_is_not_shown() {
    let error = refusal(401, "text/html", "<h1>stack trace hunter2</h1>").await;
    assert_snapshot!(error, @"The authorization server <wire> refused to register Drawbridge (status 401)");
    assert!(!texts(&error).contains("hunter2"));
}

// rule: R4
#[rstest]
#[case::no_client_id(json!({"client_secret": "hunter2"}), "registration_unusable")]
#[case::error_inside(json!({"error": "no"}), "registration_refused")]
#[case::unknown_method(
    json!({"client_id": "c", "client_secret": "hunter2", "token_endpoint_auth_method": "tls"}),
    "registration_unusable"
)]
#[tokio::test]
async fn a_yes_that_is_none(#[case] body: Value, #[case] code: &str) {
    let wire = answering(body).await;
    let error = ask(&wire, &[]).await.unwrap_err();
    assert_eq!(error.code(), code);
    assert!(!texts(&error).contains("hunter2"));
}

#[tokio::test]
async fn trouble_is_no_refusal() {
    let error = refusal(502, "text/html", "").await;
    assert!(error.is_transient());
}

// rule: N5
#[tokio::test]
async fn a_registration_does_not_print_its_secret() {
    let wire = answering(json!({"client_id": "c1", "client_secret": "hunter2"})).await;
    assert!(!format!("{:?}", ask(&wire, &[]).await.unwrap()).contains("hunter2"));
}
