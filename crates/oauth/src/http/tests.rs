use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::Request;
use insta::assert_snapshot;
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::wire::{Seen, Wire, answer, http, texts};

fn get(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

fn to(status: u16, location: &str) -> Response {
    (
        http::StatusCode::from_u16(status).unwrap(),
        [("location", location.to_owned())],
    )
        .into_response()
}

/// A message without the port, which is another one each time.
fn told(error: &Error, wire: &Wire) -> String {
    error.to_string().replace(&wire.origin, "<wire>")
}

// rule: N1
#[tokio::test]
async fn a_server_that_never_answers_costs_the_deadline_and_no_more() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/slow?key=hunter2", listener.local_addr().unwrap());
    let options = HttpOptions {
        oauth_deadline: Duration::from_millis(50),
        ..HttpOptions::default()
    };
    let error = Http::new(options)
        .unwrap()
        .send(get(&url))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "timed_out");
    assert!(error.is_transient());
    assert!(!texts(&error).contains("hunter2"));
    drop(listener);
}

// rule: N1
#[tokio::test]
async fn the_deadline_counts_to_the_last_byte() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // An answer before the question would be an error of another kind.
        let mut request = [0; 1024];
        assert_ne!(stream.read(&mut request).await.unwrap(), 0);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            .await
            .unwrap();
        // Holds the connection until the client gives up.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let options = HttpOptions {
        oauth_deadline: Duration::from_millis(200),
        ..HttpOptions::default()
    };
    let error = Http::new(options)
        .unwrap()
        .send(get(&url))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "timed_out");
    server.await.unwrap();
}

// rule: N1
#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let wire = Wire::new(|_, _| answer(200, "application/json", "x".repeat(2000))).await;
    let options = HttpOptions {
        oauth_body_limit: 1000,
        ..HttpOptions::default()
    };
    let error = Http::new(options)
        .unwrap()
        .send(get(&wire.origin))
        .await
        .unwrap_err();
    assert_snapshot!(told(&error, &wire), @"<wire>/ answered with more than 1000 bytes");
}

// rule: N1
#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let other = Wire::new(|_, _| answer(200, "text/plain", "gotcha")).await;
    let target = format!("{}/taken?code=hunter2", other.origin);
    let wire = Wire::new(move |_, _| to(302, &target)).await;
    let error = http().send(get(&wire.origin)).await.unwrap_err();
    assert_eq!(error.code(), "redirect_refused");
    assert!(!texts(&error).contains("hunter2"));
    assert!(other.seen().is_empty());
}

// rule: N1
#[tokio::test]
async fn a_redirect_at_the_same_origin_is_followed() {
    let wire = Wire::new(|seen: &Seen, _| match seen.target.as_str() {
        "/" => to(301, "/moved"),
        _ => answer(200, "text/plain", "here"),
    })
    .await;
    let response = http().send(get(&wire.origin)).await.unwrap();
    assert_eq!(response.body(), b"here");
    assert_eq!(wire.targets(), ["/", "/moved"]);
}

// rule: N1
#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let wire = Wire::new(|_, _| to(307, "/again")).await;
    let error = http().send(get(&wire.origin)).await.unwrap_err();
    assert_snapshot!(told(&error, &wire), @"<wire>/again redirects to itself, which is not followed");
    assert_eq!(wire.seen().len(), 6);
}

// rule: N1
#[rstest]
#[tokio::test]
async fn a_body_is_never_sent_on(#[values(301, 302, 303, 307, 308)] status: u16) {
    let wire = Wire::new(move |_, _| to(status, "/elsewhere")).await;
    let request = Request::post(&wire.origin)
        .body(b"refresh_token=hunter2".to_vec())
        .unwrap();
    let error = http().send(request).await.unwrap_err();
    assert_eq!(error.code(), "redirect_refused");
    assert_eq!(wire.targets(), ["/"]);
}

// rule: N4
#[rstest]
#[case::plain_http("http://as.example/token?code=hunter2")]
#[case::an_address_that_only_looks_local("http://localhost.evil.example/")]
#[case::user_info("https://hunter2@as.example/")]
#[case::another_scheme("ftp://as.example/")]
#[tokio::test]
async fn nothing_is_sent_where_others_could_read_it(#[case] url: &str) {
    let error = http().send(get(url)).await.unwrap_err();
    assert_eq!(error.code(), "insecure_endpoint");
    assert!(!texts(&error).contains("hunter2"));
}

// rule: N5
#[tokio::test]
async fn a_host_that_does_not_listen_is_named_without_the_query() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = http()
        .send(get(&format!("http://{address}/x?key=hunter2")))
        .await
        .unwrap_err();
    let told = error.to_string().replace(&address.to_string(), "<address>");
    assert_snapshot!(told, @"http://<address>/x cannot be reached: Connection refused (os error 111)");
    assert!(!texts(&error).contains("hunter2"));
}

// rule: N1
#[tokio::test]
async fn an_mcp_request_with_static_headers_stays_at_its_origin() {
    let other = Wire::new(|_, _| answer(200, "text/plain", "gotcha")).await;
    let target = other.origin.clone();
    let wire = Wire::new(move |_, _| to(307, &target)).await;
    let request = http()
        .mcp_client(true)
        .post(&wire.origin)
        .header("x-api-key", "hunter2");
    assert!(request.send().await.unwrap_err().is_redirect());
    assert!(other.seen().is_empty());
}

// rule: N1
#[tokio::test]
async fn an_mcp_request_drops_its_token_at_another_origin() {
    let other = Wire::new(|_, _| answer(200, "text/plain", "ok")).await;
    let target = other.origin.clone();
    let wire = Wire::new(move |_, _| to(307, &target)).await;
    let request = http()
        .mcp_client(false)
        .post(&wire.origin)
        .bearer_auth("hunter2");
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert!(wire.only().headers.contains_key("authorization"));
    assert!(!other.only().headers.contains_key("authorization"));
}

// rule: N4
#[tokio::test]
async fn an_mcp_request_is_not_redirected_to_plain_http() {
    let wire = Wire::new(|_, _| to(307, "http://mcp.example/")).await;
    let error = http()
        .mcp_client(false)
        .get(&wire.origin)
        .send()
        .await
        .unwrap_err();
    assert!(error.is_redirect());
}
