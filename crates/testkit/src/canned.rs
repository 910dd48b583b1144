//! Answers written down beforehand.

use std::{collections::VecDeque, convert::Infallible, future::ready, io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use serde_json::Value;

/// One answer given instead of the true one.
#[derive(Debug, Clone)]
pub struct Canned {
    status: u16,
    headers: Vec<(String, String)>,
    body: CannedBody,
}

#[derive(Debug, Clone)]
enum CannedBody {
    Text(String),
    Bytes(Vec<u8>),
    Drip,
    Endless,
    CutOff,
}

impl Canned {
    /// Any status, content type and body.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self {
            status,
            headers,
            body: CannedBody::Text(body.into()),
        }
    }

    /// A bare status with an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: CannedBody::Text(String::new()),
        }
    }

    /// A page from some proxy in between.
    #[must_use]
    pub fn html(status: u16) -> Self {
        Self::new(
            status,
            "text/html",
            "<!doctype html><title>Oh no</title><h1>Bad gateway</h1>",
        )
    }

    /// A JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// An OAuth error (RFC 6749 §5.2), at any status: Slack sends it with 200.
    #[must_use]
    pub fn oauth_error(status: u16, error: &str) -> Self {
        Self::json(status, &serde_json::json!({ "error": error }))
    }

    /// 429 with `Retry-After` in seconds (RFC 9110 §10.2.3).
    #[must_use]
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self::status(429).header("retry-after", &retry_after.to_string())
    }

    /// Any bytes, fit to be text or not.
    #[must_use]
    pub fn bytes(status: u16, content_type: &str, body: &[u8]) -> Self {
        let mut canned = Self::new(status, content_type, "");
        canned.body = CannedBody::Bytes(body.to_vec());
        canned
    }

    /// A JSON body that comes byte by byte, and never ends.
    #[must_use]
    pub fn drip(status: u16) -> Self {
        let mut canned = Self::new(status, "application/json", "");
        canned.body = CannedBody::Drip;
        canned
    }

    /// A JSON body that never ends.
    #[must_use]
    pub fn endless(status: u16) -> Self {
        let mut canned = Self::new(status, "application/json", "");
        canned.body = CannedBody::Endless;
        canned
    }

    /// Headers, the start of a body, and then the connection breaks.
    #[must_use]
    pub fn cut_off() -> Self {
        let mut canned = Self::new(200, "application/json", "");
        canned.body = CannedBody::CutOff;
        canned
    }

    /// Adds a header line.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl IntoResponse for Canned {
    fn into_response(self) -> Response {
        let body = match self.body {
            CannedBody::Text(text) => Body::from(text),
            CannedBody::Bytes(bytes) => Body::from(bytes),
            CannedBody::Drip => Body::from_stream(stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
            })),
            CannedBody::Endless => {
                let chunk = Bytes::from_static(&[b' '; 8 * 1024]);
                Body::from_stream(stream::repeat_with(move || {
                    Ok::<_, Infallible>(chunk.clone())
                }))
            }
            CannedBody::CutOff => {
                let start = stream::once(ready(Ok(Bytes::from_static(b"{\"access"))));
                let end = stream::once(async {
                    // Lets the start go out on the wire first.
                    tokio::task::yield_now().await;
                    Err(io::Error::other("the line was cut"))
                });
                Body::from_stream(start.chain(end))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
            .headers_mut()
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        response
    }
}

/// Takes the next of some queued answers.
pub(crate) fn next(queue: &mut VecDeque<Canned>) -> Option<Canned> {
    queue.pop_front()
}
