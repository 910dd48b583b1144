//! The proxy of the system is in the environment, so this program starts itself in another one.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::process::{Command, Stdio};

use axum::routing::any;
use drawbridge_oauth::{Http, HttpOptions, Reach};
use http::Method;
use tokio::net::TcpListener;
use url::Url;

const SERVER: &str = "DRAWBRIDGE_TEST_SERVER";

async fn serve(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(any(move || async move { words }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}/")
}

/// In the environment with the proxy: who answers on either kind of leg?
async fn ask(server: &str) {
    let http = Http::new(HttpOptions::default()).unwrap();
    let http = http.reaching(Reach::Loopback);
    let mut request = http::Request::new(Vec::new());
    *request.uri_mut() = server.parse().unwrap();
    let answer = http.send(request).await.unwrap();
    assert_eq!(answer.body(), b"the server");
    let request = reqwest::Request::new(Method::POST, Url::parse(server).unwrap());
    let answer = http.exchange(request).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "the server");
}

// rule: N3, N5
#[tokio::test]
async fn what_is_for_this_computer_is_never_given_to_the_proxy_of_the_system() {
    if let Ok(server) = std::env::var(SERVER) {
        return ask(&server).await;
    }
    let server = serve("the server").await;
    let proxy = serve("a proxy, which has read the token").await;
    let mut again = Command::new(std::env::current_exe().unwrap());
    again
        .args(["--exact", "--nocapture"])
        .arg("what_is_for_this_computer_is_never_given_to_the_proxy_of_the_system")
        .env(SERVER, server)
        .env("HTTP_PROXY", &proxy)
        .env("http_proxy", &proxy)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("REQUEST_METHOD")
        .stdout(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || again.status()).await;
    assert!(ended.unwrap().unwrap().success());
}
