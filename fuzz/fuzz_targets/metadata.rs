//! What servers say of themselves, and what a registration answers (rules D7, A2 to A4, R4).
#![no_main]

use drawbridge_oauth::Reach;
use drawbridge_oauth::fuzzing::{registration_answer, resource_metadata, server_metadata};
use http::Response;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use url::Url;

const SERVER: &str = r#"{"issuer":"https://as.example",
    "authorization_endpoint":"https://as.example/authorize",
    "token_endpoint":"https://as.example/token",
    "code_challenge_methods_supported":["S256"]}"#;

fuzz_target!(|data: &[u8]| {
    let Some((&kind, body)) = data.split_first() else {
        return;
    };
    let text = |name: &str| {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let value: Value = serde_json::from_slice(body).ok()?;
        value.get(name)?.as_str().map(str::to_owned)
    };
    let reach = [Reach::Public, Reach::Private, Reach::Loopback][usize::from(kind % 3)];
    if let Some(found) = server_metadata(body, reach, kind & 64 != 0) {
        assert_eq!(Some(found.issuer.as_str()), text("issuer").as_deref());
        let endpoints = [Some(found.authorization_endpoint), Some(found.token_endpoint)];
        let optional = [found.registration_endpoint, found.revocation_endpoint];
        for url in endpoints.into_iter().chain(optional).flatten() {
            let plain = url.scheme() == "http"
                && reach.allows_plain_http()
                && drawbridge_oauth::is_loopback(&url);
            assert!(url.scheme() == "https" || plain, "{url}");
        }
        if let Some(methods) = found.code_challenge_methods {
            assert!(methods.iter().any(|method| method == "S256"));
        } else {
            assert!(kind & 64 != 0);
        }
    }
    let server = Url::parse("https://mcp.example/a/b?q=1").expect("a URL");
    if let Some(found) = resource_metadata(body, &server) {
        // Byte for byte.
        assert_eq!(Some(found.resource.as_str()), text("resource").as_deref());
    }
    let status = [200, 201, 400, 401, 403, 422, 429, 500][usize::from(kind % 8)];
    let answer = Response::builder().status(status).body(body.to_vec());
    let asked = server_metadata(SERVER.as_bytes(), Reach::Public, false);
    if let (Ok(answer), Some(asked)) = (answer, asked) {
        if let Ok(registration) = registration_answer(&answer, &asked) {
            assert_eq!(Some(registration.client_id.as_str()), text("client_id").as_deref());
        }
    }
});
