//! A server for tests: it answers as it is told and remembers what it was sent.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpSocket;
use url::{Url, form_urlencoded};

use crate::{ClientAuth, Error, Http, HttpOptions, Issuer, Reach, ServerMetadata};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    /// The one value of a form field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.body.as_bytes());
        let mut values = pairs
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value);
        let value = values.next()?.into_owned();
        assert!(values.next().is_none(), "{name} was sent twice");
        Some(value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A port of this computer at which nobody listens, for as long as it is held.
pub(crate) fn taken_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    socket
}

pub(crate) struct Wire {
    pub(crate) origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Wire {
    /// Answers each request by `answer`, which is also told the server's own origin.
    pub(crate) async fn new(
        answer: impl Fn(&Seen, &str) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (memory, own) = (Arc::clone(&seen), origin.clone());
        let router = Router::new().fallback(move |request: Request| async move {
            let (head, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let one = Seen {
                method: head.method,
                target: head.uri.to_string(),
                headers: head.headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            };
            let response = answer(&one, &own);
            memory.lock().unwrap().push(one);
            response
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, seen }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.origin)).unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }

    /// The only request that arrived.
    pub(crate) fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1);
        seen.remove(0)
    }

    /// An authorization server here that supports everything.
    pub(crate) fn metadata(&self) -> ServerMetadata {
        ServerMetadata {
            issuer: Issuer::parse(&self.origin).unwrap(),
            asked: None,
            authorization_endpoint: self.url("/authorize"),
            token_endpoint: self.url("/token"),
            registration_endpoint: Some(self.url("/register")),
            revocation_endpoint: Some(self.url("/revoke")),
            scopes_supported: None,
            token_endpoint_auth_methods: Vec::new(),
            revocation_endpoint_auth_methods: Vec::new(),
            code_challenge_methods: Some(vec!["S256".to_owned()]),
            iss_parameter_supported: false,
            client_id_metadata_document_supported: false,
        }
    }
}

pub(crate) fn http() -> Http {
    Http::new(HttpOptions::default())
        .unwrap()
        .reaching(Reach::Loopback)
}

/// A response by status, media type and body.
pub(crate) fn answer(status: u16, media_type: &str, body: impl Into<String>) -> Response {
    let body = Body::from(body.into());
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", media_type.to_owned())], body).into_response()
}

pub(crate) fn json(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

/// An ID token with these claims; nobody looks at its signature.
pub(crate) fn id_token(claims: impl AsRef<[u8]>) -> String {
    format!("e30.{}.hunter2", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

pub(crate) fn not_found() -> Response {
    answer(404, "text/html", "<h1>not here</h1>")
}

/// Everything a person could get to see of an error.
pub(crate) fn texts(error: &Error) -> String {
    format!("{error}\n{error:?}\n{}", error.remedy())
}

/// A public client.
pub(crate) fn public(client_id: &crate::ClientId) -> ClientAuth<'_> {
    ClientAuth {
        client_id,
        secret: None,
        method: crate::AuthMethod::None,
    }
}
