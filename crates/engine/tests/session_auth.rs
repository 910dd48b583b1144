//! Which credentials go with a request, and what happens when the server does not take them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::sync::{Arc, OnceLock};

use axum::response::{IntoResponse as _, Response};
use drawbridge_engine::session::{AuthFailure, SessionError};
use drawbridge_engine::view::ReauthReason;
use drawbridge_oauth::Scopes;
use http::{HeaderValue, StatusCode};
use session_support::{Call, Opening, Script, Tokens, status};

/// Takes `Bearer {good}` and nothing else.
async fn takes(good: &'static str) -> Script {
    Script::start(move |call| {
        let wanted = format!("Bearer {good}");
        if call.authorization() == [wanted] {
            call.well()
        } else {
            refused(&[])
        }
    })
    .await
}

fn refused(challenges: &[&'static str]) -> Response {
    refusal(401, challenges)
}

fn refusal(code: u16, challenges: &[&'static str]) -> Response {
    let mut response = status(code);
    for line in challenges {
        response
            .headers_mut()
            .append("www-authenticate", HeaderValue::from_static(line));
    }
    response
}

fn passed_on(to: &str) -> Response {
    (
        StatusCode::TEMPORARY_REDIRECT,
        [("location", to.to_owned())],
    )
        .into_response()
}

/// Passes what has credentials on to a gateway, which passes it back without; there it is answered so.
async fn behind_a_gateway(answer: fn(&Call) -> Response) -> (Script, Script) {
    let home: Arc<OnceLock<String>> = Arc::default();
    let gateway = Script::start({
        let home = home.clone();
        move |_: &Call| passed_on(home.get().unwrap())
    })
    .await;
    let away = gateway.url.to_string();
    let script = Script::start(move |call| {
        if call.authorization().is_empty() {
            answer(call)
        } else {
            passed_on(&away)
        }
    })
    .await;
    home.set(script.url.to_string()).unwrap();
    (script, gateway)
}

async fn refuses_with(code: u16, challenges: &'static [&'static str]) -> (Script, Arc<Tokens>) {
    let script = Script::start(move |_: &Call| refusal(code, challenges)).await;
    (script, Tokens::of("t-1"))
}

// rule: N6
#[tokio::test]
async fn every_request_carries_the_token_once() {
    let script = takes("t-1").await;
    let tokens = Tokens::of("t-1");
    let session = Opening::at(&script.url).with(&tokens).open().await.unwrap();
    session.list_tools().await.unwrap();
    session.close().await;
    assert!(script.count("tools/list") == 1 && script.count("DELETE") == 1);
    for call in script.seen() {
        assert_eq!(call.authorization(), ["Bearer t-1"], "{}", call.name());
    }
    assert!(tokens.rejections().is_empty());
    assert!(!tokens.accepted.lock().unwrap().is_empty());
}

// rule: G3
#[tokio::test]
async fn a_token_that_is_no_longer_taken_is_replaced_and_the_request_sent_once_more() {
    let script = takes("t-2").await;
    let tokens = Tokens::of("t-1").then(Ok("t-2"));
    let session = Opening::at(&script.url).with(&tokens).open().await.unwrap();
    assert_eq!(session.list_tools().await.unwrap().len(), 1);
    let rejections = tokens.rejections();
    assert_eq!(rejections.len(), 1);
    assert_eq!(rejections[0].token.as_deref(), Some("t-1"));
    assert_eq!(rejections[0].status, 401);
}

// rule: G6
#[tokio::test]
async fn a_server_that_refuses_every_token_is_asked_twice_and_no_more() {
    let (script, tokens) = refuses_with(401, &[]).await;
    let ended = AuthFailure::ReauthRequired {
        reason: ReauthReason::RejectedByServer,
        at: 0,
    };
    let tokens = tokens.then(Ok("t-2")).then(Err(ended.clone()));
    let failure = Opening::at(&script.url)
        .with(&tokens)
        .open()
        .await
        .err()
        .unwrap();
    assert_eq!(failure, SessionError::Auth(ended));
    assert_eq!(script.seen().len(), 2);
    let refused: Vec<_> = tokens
        .rejections()
        .into_iter()
        .map(|one| one.token.unwrap())
        .collect();
    assert_eq!(refused, ["t-1", "t-2"]);
}

// rule: G6
#[tokio::test]
async fn a_source_that_gives_tokens_without_end_makes_no_loop() {
    let (script, tokens) = refuses_with(401, &[]).await;
    let tokens = tokens
        .then(Ok("t-2"))
        .then(Ok("t-3"))
        .then(Ok("t-4"))
        .then(Ok("t-5"));
    let failure = Opening::at(&script.url)
        .with(&tokens)
        .open()
        .await
        .err()
        .unwrap();
    assert_eq!(
        failure,
        SessionError::Auth(AuthFailure::Refused { status: 401 })
    );
    assert_eq!(script.seen().len(), 3);
}

// rule: D2
#[tokio::test]
async fn the_persons_own_authorization_wins_and_is_one_header_in_any_case() {
    let script = takes("mine").await;
    let tokens = Tokens::of("oauth");
    let mut opening = Opening::at(&script.url).with(&tokens);
    opening.headers = vec![
        ("AUTHORIZATION", "Bearer old"),
        ("authorization", "Bearer mine"),
    ];
    opening.open().await.unwrap().list_tools().await.unwrap();
    assert_eq!(*tokens.asked.lock().unwrap(), 0);
}

// rule: D2
#[tokio::test]
async fn the_persons_own_authorization_is_not_replaced_when_it_is_refused() {
    let (script, tokens) = refuses_with(401, &["Bearer"]).await;
    let mut opening = Opening::at(&script.url).with(&tokens);
    opening.headers = vec![("Authorization", "Bearer mine")];
    let failure = opening.open().await.err().unwrap();
    assert_eq!(
        failure,
        SessionError::Auth(AuthFailure::Refused { status: 401 })
    );
    assert!(tokens.rejections().is_empty());
}

// rule: D5
#[tokio::test]
async fn the_challenge_is_found_on_whichever_line_it_stands() {
    let metadata = "bearer Resource_Metadata=\"https://as.example/m\", scope=\"a b\"";
    let lines: &'static [&'static str] = Box::leak(Box::new(["Negotiate", metadata]));
    let (script, tokens) = refuses_with(401, lines).await;
    let failure = Opening::at(&script.url)
        .with(&tokens)
        .open()
        .await
        .err()
        .unwrap();
    assert_eq!(failure, SessionError::Auth(AuthFailure::SignInNeeded));
    let challenge = tokens.rejections()[0].challenge.clone().unwrap();
    assert_eq!(
        challenge.resource_metadata.as_deref(),
        Some("https://as.example/m")
    );
    assert_eq!(challenge.scope, Some(Scopes::parse("a b")));
}

// rule: D5
#[tokio::test]
async fn a_refusal_without_a_challenge_is_told_too() {
    let (script, tokens) = refuses_with(401, &[]).await;
    assert!(Opening::at(&script.url).with(&tokens).open().await.is_err());
    assert!(tokens.rejections()[0].challenge.is_none());
}

// rule: G7
#[tokio::test]
async fn more_access_that_is_needed_comes_back_as_such() {
    let (script, tokens) = refuses_with(
        403,
        &["Bearer error=\"insufficient_scope\", scope=\"admin\""],
    )
    .await;
    let needed = Scopes::parse("admin");
    let tokens = tokens.then(Err(AuthFailure::InsufficientScope {
        needed: needed.clone(),
    }));
    let failure = Opening::at(&script.url)
        .with(&tokens)
        .open()
        .await
        .err()
        .unwrap();
    assert_eq!(
        failure,
        SessionError::Auth(AuthFailure::InsufficientScope { needed })
    );
    let rejection = &tokens.rejections()[0];
    assert_eq!(rejection.status, 403);
    let error = rejection.challenge.as_ref().unwrap().error.as_deref();
    assert_eq!(error, Some("insufficient_scope"));
}

// rule: D3
#[tokio::test]
async fn a_server_may_open_to_anybody_and_protect_its_tools_alone() {
    let script = Script::start(|call| match call.name().as_str() {
        "tools/list" if call.authorization().is_empty() => refused(&["Bearer"]),
        _ => call.well(),
    })
    .await;
    let tokens = Tokens::none();
    let session = Opening::at(&script.url).with(&tokens).open().await.unwrap();
    let failure = session.list_tools().await.unwrap_err();
    assert_eq!(failure, SessionError::Auth(AuthFailure::SignInNeeded));
    assert_eq!(tokens.rejections()[0].token, None);
}

// rule: D3
#[tokio::test]
async fn a_refusal_in_the_middle_of_the_handshake_is_still_a_refusal() {
    let script = Script::start(|call| match call.name().as_str() {
        "notifications/initialized" => refused(&["Bearer"]),
        _ => call.well(),
    })
    .await;
    let failure = Opening::at(&script.url).open().await.err().unwrap();
    assert_eq!(failure, SessionError::Auth(AuthFailure::SignInNeeded));
}

// rule: N1
#[tokio::test]
async fn a_redirect_to_another_origin_gets_no_credentials() {
    let elsewhere = Script::start(Call::well).await;
    let target: &'static str = Box::leak(elsewhere.url.to_string().into_boxed_str());
    let script = Script::start(move |_: &Call| passed_on(target)).await;
    let mut opening = Opening::at(&script.url).with(&Tokens::of("t-1"));
    opening.headers = vec![("x-api-key", "mine")];
    let opened = opening.open().await;
    drop(opened);
    assert!(!elsewhere.seen().is_empty());
    for call in elsewhere.seen() {
        assert!(call.authorization().is_empty());
        assert!(!call.headers.contains_key("x-api-key"));
    }
}

// rule: N1, G6
#[tokio::test]
async fn a_refusal_of_another_origin_says_nothing_about_the_grant() {
    let elsewhere = Script::start(|_: &Call| refused(&["Bearer"])).await;
    let target: &'static str = Box::leak(elsewhere.url.to_string().into_boxed_str());
    let script = Script::start(move |_: &Call| passed_on(target)).await;
    let opening = Opening::at(&script.url).with(&Tokens::of("t-1"));
    let failure = opening.open().await.err().unwrap();
    assert_eq!(failure.code(), "redirect_refused");
    assert!(failure.remedy().is_some() && !failure.is_transient());
}

// rule: N1, G6
#[tokio::test]
async fn a_refusal_on_the_way_back_from_another_origin_says_nothing_about_the_grant() {
    let (script, gateway) = behind_a_gateway(|_| refused(&["Bearer"])).await;
    let tokens = Tokens::of("t-1");
    let opening = Opening::at(&script.url).with(&tokens);
    let failure = opening.open().await.err().unwrap();
    assert_eq!(failure.code(), "redirect_refused");
    assert!(
        failure
            .to_string()
            .contains(&gateway.url.origin().ascii_serialization())
    );
    assert!(tokens.rejections().is_empty());
}

// rule: N1, G6
#[tokio::test]
async fn an_answer_on_the_way_back_from_another_origin_accepts_no_token() {
    let (script, _gateway) = behind_a_gateway(Call::well).await;
    let tokens = Tokens::of("t-1");
    let session = Opening::at(&script.url).with(&tokens).open().await.unwrap();
    session.list_tools().await.unwrap();
    assert!(tokens.accepted.lock().unwrap().is_empty());
}
