//! The proxy of the system is in the environment, so each story starts itself again in another one.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::routing::any;
use drawbridge_oauth::{Http, HttpOptions, Reach};
use http::Method;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use url::Url;

const ASKED: &str = "DRAWBRIDGE_TEST_ASKED";

type Seen = Arc<Mutex<Vec<String>>>;

/// Answers every request, and remembers them.
async fn serve(words: &'static str) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let record = seen.clone();
    let answer = any(move |method: Method| async move {
        record.lock().unwrap().push(method.to_string());
        words
    });
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}/"), seen)
}

/// A proxy that lets nobody through, and remembers what it was asked for.
async fn closed_proxy() -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let record = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut line = String::new();
            BufReader::new(&mut stream)
                .read_line(&mut line)
                .await
                .unwrap();
            record.lock().unwrap().push(line.trim_end().to_owned());
        }
    });
    (format!("http://{address}/"), seen)
}

/// Runs a story again where this is the proxy of the system and that is to be asked.
async fn again(story: &str, proxy: &str, asked: &str) {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "--nocapture", story]);
    again.env(ASKED, asked).stdout(Stdio::null());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"] {
        again.env(name, proxy);
    }
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        again.env_remove(name);
    }
    let ended = tokio::task::spawn_blocking(move || again.status()).await;
    assert!(ended.unwrap().unwrap().success());
}

fn get(url: &str) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(Vec::new());
    *request.uri_mut() = url.parse().unwrap();
    request
}

fn post(url: &str) -> reqwest::Request {
    reqwest::Request::new(Method::POST, Url::parse(url).unwrap())
}

// rule: N3, N5
#[tokio::test]
async fn what_is_for_this_computer_is_never_given_to_the_proxy_of_the_system() {
    if let Ok(server) = std::env::var(ASKED) {
        let http = Http::new(HttpOptions::default()).unwrap();
        let http = http.reaching(Reach::Loopback);
        let answer = http.send(get(&server)).await.unwrap();
        assert_eq!(answer.body(), b"the server");
        let answer = http.exchange(post(&server)).await.unwrap();
        assert_eq!(answer.response.text().await.unwrap(), "the server");
        return;
    }
    let (server, asked) = serve("the server").await;
    let (proxy, read) = serve("a proxy, which has read the token").await;
    let story = "what_is_for_this_computer_is_never_given_to_the_proxy_of_the_system";
    again(story, &proxy, &server).await;
    assert_eq!(*asked.lock().unwrap(), ["GET", "POST"]);
    assert!(read.lock().unwrap().is_empty());
}

// rule: N3
#[tokio::test]
async fn what_is_elsewhere_is_asked_for_at_the_proxy_of_the_system() {
    if let Ok(server) = std::env::var(ASKED) {
        let http = Http::new(HttpOptions::default()).unwrap();
        http.send(get(&server)).await.unwrap_err();
        http.exchange(post(&server)).await.unwrap_err();
        return;
    }
    let (proxy, asked) = closed_proxy().await;
    let story = "what_is_elsewhere_is_asked_for_at_the_proxy_of_the_system";
    again(story, &proxy, "https://as.example/").await;
    let connect = "CONNECT as.example:443 HTTP/1.1";
    assert_eq!(*asked.lock().unwrap(), [connect, connect]);
}
