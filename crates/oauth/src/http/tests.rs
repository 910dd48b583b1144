mod mcp;

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::Request;
use insta::assert_snapshot;
use rstest::rstest;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::wire::{Seen, Wire, answer, http, taken_port, texts};

fn get(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

fn post(wire: &Wire, headers: &[(&'static str, &'static str)]) -> reqwest::Request {
    let mut request = reqwest::Request::new(Method::POST, wire.url("/"));
    for (name, value) in headers {
        let value = http::HeaderValue::from_static(value);
        request.headers_mut().insert(*name, value);
    }
    *request.body_mut() = Some("{}".into());
    request
}

fn to(status: u16, location: &str) -> Response {
    (
        http::StatusCode::from_u16(status).unwrap(),
        [("location", location.to_owned())],
    )
        .into_response()
}

/// What comes of asking there.
async fn failure(options: HttpOptions, url: &str) -> Error {
    let http = Http::new(options).unwrap().reaching(Reach::Loopback);
    http.send(get(url)).await.unwrap_err()
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
    let error = failure(options, &url).await;
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
    let halves = Arc::new(AtomicUsize::new(0));
    let answered = halves.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // An answer before the question would be an error of another kind.
            let asked = stream.read(&mut [0; 1024]).await;
            let half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
            if asked.is_ok_and(|read| read > 0) && stream.write_all(half).await.is_ok() {
                answered.fetch_add(1, SeqCst);
            }
            // Holds the connection until the client gives up.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    let mut oauth_deadline = Duration::from_millis(100);
    // A busy machine needs more time until as much as a half is there.
    while halves.load(SeqCst) == 0 {
        oauth_deadline *= 2;
        let options = HttpOptions {
            oauth_deadline,
            ..HttpOptions::default()
        };
        let error = failure(options, &url).await;
        assert_eq!(error.code(), "timed_out");
    }
}

// rule: N1
#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let wire = Wire::new(|_, _| answer(200, "application/json", "x".repeat(2000))).await;
    let options = HttpOptions {
        oauth_body_limit: 1000,
        ..HttpOptions::default()
    };
    let error = failure(options, &wire.origin).await;
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
    let nobody = taken_port();
    let address = nobody.local_addr().unwrap();
    let error = http()
        .send(get(&format!("http://{address}/x?key=hunter2")))
        .await
        .unwrap_err();
    let told = error.to_string().replace(&address.to_string(), "<address>");
    let refused = std::net::TcpStream::connect(address).unwrap_err();
    assert_eq!(
        told,
        format!("http://<address>/x cannot be reached: {refused}")
    );
    assert!(!texts(&error).contains("hunter2"));
}

// rule: N1
#[tokio::test]
async fn nothing_is_unpacked_so_a_small_answer_stays_small() {
    let wire = Wire::new(|_, _| {
        let mut packed = answer(200, "application/json", "not really packed");
        let gzip = http::HeaderValue::from_static("gzip");
        packed.headers_mut().insert("content-encoding", gzip);
        packed
    })
    .await;
    let response = self::http().send(get(&wire.origin)).await.unwrap();
    assert_eq!(response.body(), b"not really packed");
    let answer = self::http().exchange(post(&wire, &[])).await.unwrap();
    assert_eq!(answer.response.bytes().await.unwrap(), "not really packed");
    for seen in wire.seen() {
        assert!(!seen.headers.contains_key("accept-encoding"));
    }
}

/// Names that only these tests know; whoever asks for another one fails.
fn guarded(wire: &Wire, reach: Reach) -> Http {
    let socket = wire.origin.trim_start_matches("http://").parse().unwrap();
    let judged = |text: &str| text.parse().unwrap();
    let names = PretendedNames::default()
        .with("public.example", judged("1.1.1.1"), socket)
        .with("private.example", judged("10.0.0.1"), socket)
        .with("clothed.example", judged("::ffff:169.254.169.254"), socket);
    let options = HttpOptions {
        pretended_names: Some(names),
        ..HttpOptions::default()
    };
    Http::new(options).unwrap().reaching(reach)
}

// rule: N2
#[rstest]
#[case::private_name("https://private.example/")]
#[case::private_name_in_disguise("https://clothed.example/")]
#[case::this_computer("https://localhost/")]
#[case::below_it("https://x.localhost./")]
#[case::address("https://10.0.0.1/")]
#[case::cloud_metadata("https://169.254.169.254/latest/meta-data/")]
#[case::as_a_number("https://2130706433/")]
#[case::in_octal("https://0177.0.0.1/")]
#[case::mapped("https://[::ffff:127.0.0.1]/")]
#[case::plain_http("http://127.0.0.1/")]
#[tokio::test]
async fn what_belongs_to_a_public_server_never_reaches_a_private_network(#[case] url: &str) {
    let wire = Wire::new(|_, _| answer(200, "text/plain", "inside")).await;
    let http = guarded(&wire, Reach::Public);
    let error = http.send(get(url)).await.unwrap_err();
    assert_eq!(error.code(), "private_address");
    let request = reqwest::Request::new(Method::POST, Url::parse(url).unwrap());
    assert!(matches!(
        http.exchange(request).await.unwrap_err(),
        McpError::Refused(Error::PrivateAddress { .. })
    ));
    let page = http.check_page(&Url::parse(url).unwrap()).await;
    assert_eq!(page.unwrap_err().code(), "private_address");
    assert!(wire.seen().is_empty());
}

// rule: N2
#[rstest]
#[case("https://public.example/", Reach::Public)]
#[case("https://private.example/", Reach::Private)]
#[case("https://10.0.0.1/", Reach::Private)]
#[case("https://[fd00::1]/", Reach::Private)]
#[case("https://unknown.example/", Reach::Public)]
#[case("http://127.0.0.1:9/", Reach::Loopback)]
#[case("https://localhost/", Reach::Loopback)]
#[tokio::test]
async fn where_a_server_is_says_how_far_its_metadata_may_reach(
    #[case] url: &str,
    #[case] expected: Reach,
) {
    let wire = Wire::new(|_, _| answer(200, "text/plain", "")).await;
    let http = guarded(&wire, Reach::Public);
    let reaching = http.reaching_from(&Url::parse(url).unwrap()).await;
    assert_eq!(reaching.reach(), expected);
}

// rule: N2
#[tokio::test]
async fn what_belongs_to_a_private_server_may_be_private_too() {
    let wire = Wire::new(|_, _| answer(200, "text/plain", "inside")).await;
    let http = guarded(&wire, Reach::Private);
    // It gets as far as TLS, which this wire does not speak.
    let error = http
        .send(get("https://private.example/"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unreachable");
}

// rule: N3
#[rstest]
#[case::nothing(b"")]
#[case::text(b"hello")]
#[case::key(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
#[case::no_certificate(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
#[case::broken(b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n")]
fn certificates_that_are_none_are_refused(#[case] pem: &[u8]) {
    let options = HttpOptions {
        extra_roots: Some(pem.to_vec()),
        ..HttpOptions::default()
    };
    let error = Http::new(options).unwrap_err();
    assert_eq!(error.code(), "unusable_certificates");
}

// rule: N3
#[tokio::test]
async fn certificates_are_read_for_tls_alone() {
    let wire = Wire::new(|_, _| answer(200, "text/plain", "here")).await;
    let unreadable = CertificateDer::from(vec![0]);
    let options = HttpOptions {
        trust: Trust::beside_the_system(vec![unreadable]),
        ..HttpOptions::default()
    };
    let http = Http::new(options).unwrap().reaching(Reach::Loopback);
    let here = http.send(get(&wire.origin)).await.unwrap();
    assert_eq!(here.body(), b"here");
    let with_tls = wire.origin.replace("http:", "https:");
    let error = http.send(get(&with_tls)).await.unwrap_err();
    assert_eq!(error.code(), "http_setup");
}

#[derive(Debug, Clone, Default)]
struct Notes(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

struct Note(Notes, String);

impl Observer for Notes {
    fn wants(&self) -> bool {
        self.0.lock().unwrap().len() < 3
    }

    fn asked(&self, method: &Method, place: String) -> Box<dyn Answered> {
        Box::new(Note(self.clone(), format!("{method} {place}")))
    }
}

impl Answered for Note {
    fn answered(self: Box<Self>, status: u16) {
        self.0
            .0
            .lock()
            .unwrap()
            .push(format!("{} {status}", self.1));
    }
}

// rule: N5
#[tokio::test]
async fn an_observer_hears_of_every_hop_and_of_no_query_until_it_has_enough() {
    let wire = Wire::new(|seen, _| match seen.target.as_str() {
        "/a?key=1" => to(302, "/b?key=2"),
        _ => answer(200, "application/json", "{}"),
    })
    .await;
    let notes = Notes::default();
    let http = http().observed_by(std::sync::Arc::new(notes.clone()));
    let place = format!("{}/a?key=1", wire.origin);
    http.send(get(&place)).await.unwrap();
    http.exchange(post(&wire, &[])).await.unwrap();
    http.send(get(&place)).await.unwrap();
    let notes = notes.0.lock().unwrap().join("\n");
    assert_snapshot!(notes.replace(&wire.origin, ""), @r"
    GET /a 302
    GET /b 200
    POST / 200
    ");
}

/// Answers whatever it is asked, and counts the connections that it is asked over.
async fn counting() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            counted.fetch_add(1, SeqCst);
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                while connection
                    .read(&mut request)
                    .await
                    .is_ok_and(|read| read > 0)
                {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    connection.write_all(answer).await.unwrap();
                }
            });
        }
    });
    (url, connections)
}

#[tokio::test]
async fn a_connection_is_used_again_but_not_after_sleep() {
    let (url, connections) = counting().await;
    let http = Http::new(HttpOptions::default()).unwrap();
    let client = http.reaching(Reach::Loopback);
    for _ in 0..20 {
        client.send(get(&url)).await.unwrap();
    }
    let before = connections.load(SeqCst);
    assert!(before < 20);
    http.begin_connections_anew();
    client.send(get(&url)).await.unwrap();
    assert_eq!(connections.load(SeqCst), before + 1);
}
