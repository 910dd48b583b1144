//! Requests of MCP, which take other ways than those of OAuth.

use rstest::rstest;

use super::{post, to};
use crate::Error;
use crate::http::McpError;
use crate::wire::{Seen, Wire, answer, http};

// rule: N1
#[tokio::test]
async fn an_mcp_message_goes_on_to_another_origin_without_any_credential() {
    let other = Wire::new(|_, _| answer(200, "text/plain", "gotcha")).await;
    let target = other.origin.clone();
    let wire = Wire::new(move |_, _| to(307, &target)).await;
    let request = post(&wire, &[("x-api-key", "hunter2"), ("mcp-session-id", "s")]);
    assert_eq!(
        http().exchange(request).await.unwrap().response.status(),
        200
    );
    let seen = other.only();
    for name in ["x-api-key", "mcp-session-id"] {
        assert!(wire.only().headers.contains_key(name));
        assert!(!seen.headers.contains_key(name), "{name}");
    }
    assert_eq!(seen.body, "{}");
}

// rule: N1
#[tokio::test]
async fn an_mcp_request_drops_its_token_at_another_origin() {
    let other = Wire::new(|_, _| answer(200, "text/plain", "ok")).await;
    let target = other.origin.clone();
    let wire = Wire::new(move |_, _| to(307, &target)).await;
    let request = post(&wire, &[("authorization", "Bearer hunter2")]);
    assert_eq!(
        http().exchange(request).await.unwrap().response.status(),
        200
    );
    assert!(wire.only().headers.contains_key("authorization"));
    assert!(!other.only().headers.contains_key("authorization"));
}

// rule: N1
#[tokio::test]
async fn an_mcp_request_that_comes_back_from_another_origin_has_lost_its_token_and_says_so() {
    let wire = Wire::new(|seen: &Seen, _| {
        let away = seen
            .headers
            .get("x-away")
            .map(|away| away.to_str().unwrap());
        match (seen.target.as_str(), away) {
            ("/", Some(away)) => to(307, away),
            _ => answer(401, "text/plain", "who are you?"),
        }
    })
    .await;
    let back = format!("{}/back", wire.origin);
    let gateway = Wire::new(move |_, _| to(307, &back)).await;
    let mut request = post(&wire, &[("authorization", "Bearer hunter2")]);
    let away = http::HeaderValue::from_str(&gateway.origin).unwrap();
    request.headers_mut().insert("x-away", away);
    let answer = http().exchange(request).await.unwrap();
    assert_eq!(answer.response.status(), 401);
    assert_eq!(answer.bare_since, Some(gateway.url("/")));
    let seen = wire.seen();
    let carries = |seen: &Seen| seen.headers.contains_key("authorization");
    assert_eq!(seen.iter().map(carries).collect::<Vec<_>>(), [true, false]);
}

// rule: N4
#[tokio::test]
async fn an_mcp_request_is_not_redirected_to_plain_http() {
    let wire = Wire::new(|_, _| to(307, "http://mcp.example/")).await;
    let error = http().exchange(post(&wire, &[])).await.unwrap_err();
    assert!(matches!(
        error,
        McpError::Refused(Error::InsecureEndpoint { .. })
    ));
}

// rule: N1
#[rstest]
#[tokio::test]
async fn an_mcp_message_keeps_method_body_and_headers_at_its_own_origin(
    #[values(301, 302, 307, 308)] status: u16,
) {
    let wire = Wire::new(move |seen: &Seen, _| match seen.target.as_str() {
        "/" => to(status, "/mcp/"),
        _ => answer(200, "text/plain", "here"),
    })
    .await;
    let request = post(&wire, &[("x-api-key", "hunter2")]);
    let answer = http().exchange(request).await.unwrap();
    assert_eq!(
        (answer.response.status().as_u16(), answer.bare_since),
        (200, None)
    );
    let moved = wire.seen().pop().unwrap();
    assert_eq!((moved.method.as_str(), moved.body.as_str()), ("POST", "{}"));
    assert!(moved.headers.contains_key("x-api-key"));
}

// rule: N1
#[tokio::test]
async fn an_mcp_message_never_becomes_a_get() {
    let wire = Wire::new(|_, _| to(303, "/elsewhere")).await;
    let answer = http().exchange(post(&wire, &[])).await.unwrap();
    assert_eq!(answer.response.status(), 303);
    assert_eq!(wire.targets(), ["/"]);
}

// rule: N1
#[tokio::test]
async fn an_mcp_request_ends_a_circle_of_redirects() {
    let wire = Wire::new(|_, _| to(308, "/again")).await;
    let error = http().exchange(post(&wire, &[])).await.unwrap_err();
    assert!(matches!(error, McpError::Refused(Error::Redirected { .. })));
    assert_eq!(wire.seen().len(), 6);
}
