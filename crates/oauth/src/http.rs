//! The one client that every request goes through.

mod mcp;

use std::sync::Arc;
use std::time::Duration;

use http::header::LOCATION;
use http::{Method, Request, Response};
use reqwest::redirect::Policy;
use tracing::debug;
use url::Url;

use crate::endpoint::{is_https_or_loopback, shown};
use crate::{Error, Reach};

/// How many redirects are followed, one after the other.
const MOST_REDIRECTS: usize = 5;

/// How long a connection may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(15);

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// What the client calls itself.
    pub user_agent: String,
    /// From the look-up of the name to the last byte of the answer, on OAuth legs.
    pub oauth_deadline: Duration,
    /// The largest answer that is read, in bytes, on OAuth legs.
    pub oauth_body_limit: usize,
    /// Certificates that are trusted beside the system's, as PEM.
    pub extra_roots: Option<Vec<u8>>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("Drawbridge/", env!("CARGO_PKG_VERSION")).to_owned(),
            oauth_deadline: Duration::from_secs(30),
            oauth_body_limit: 1024 * 1024,
            extra_roots: None,
        }
    }
}

/// The guarded HTTP client: system proxy, system trust store, limits. A clone shares it.
#[derive(Debug, Clone)]
pub struct Http {
    oauth: reqwest::Client,
    mcp: reqwest::Client,
    mcp_same_origin: reqwest::Client,
    options: Arc<HttpOptions>,
    reach: Reach,
}

impl Http {
    /// Sets the client up, for servers on the internet; fails only when the system's TLS or proxy
    /// settings cannot be used.
    pub fn new(options: HttpOptions) -> Result<Self, Error> {
        let client = |redirect: Policy| build(&options, redirect);
        Ok(Self {
            // Redirects on OAuth legs are followed by hand: reqwest would follow them anywhere.
            oauth: client(Policy::none())?,
            mcp: client(mcp::redirects(false))?,
            mcp_same_origin: client(mcp::redirects(true))?,
            options: Arc::new(options),
            reach: Reach::Public,
        })
    }

    /// The same client, for one MCP server and for what belongs to it.
    #[must_use]
    pub fn reaching(&self, reach: Reach) -> Self {
        Self {
            reach,
            ..self.clone()
        }
    }

    /// How far it reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The client for MCP sessions, without a deadline, because answers may stream. It follows at
    /// most five redirects; with static headers, which reqwest would carry anywhere, only those
    /// that stay at the same origin.
    #[must_use]
    pub fn mcp_client(&self, carries_static_headers: bool) -> &reqwest::Client {
        if carries_static_headers {
            &self.mcp_same_origin
        } else {
            &self.mcp
        }
    }

    /// Sends a request on an OAuth leg and reads the whole answer, within the deadline and the
    /// size limit. Only GET follows redirects, at most five, and only at the same origin.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Error::InsecureEndpoint {
            url: "an address without a host".to_owned(),
        })?;
        let deadline = self.options.oauth_deadline;
        tokio::time::timeout(deadline, self.follow(request, url.clone()))
            .await
            .map_err(|_| Error::TimedOut {
                url: shown(&url),
                after: deadline,
            })?
    }

    async fn follow(
        &self,
        request: Request<Vec<u8>>,
        first: Url,
    ) -> Result<Response<Vec<u8>>, Error> {
        let (head, body) = request.into_parts();
        let mut url = first;
        for _ in 0..=MOST_REDIRECTS {
            if !is_https_or_loopback(&url) {
                return Err(Error::InsecureEndpoint { url: shown(&url) });
            }
            let mut hop = reqwest::Request::new(head.method.clone(), url.clone());
            *hop.headers_mut() = head.headers.clone();
            *hop.body_mut() = Some(body.clone().into());
            let answer = self
                .oauth
                .execute(hop)
                .await
                .map_err(|error| unreachable(&url, error))?;
            debug!(
                url = shown(&url),
                status = answer.status().as_u16(),
                "{} answered",
                head.method
            );
            let Some(next) = redirect_target(&url, &answer) else {
                return self.read(&url, answer).await;
            };
            if head.method != Method::GET || next.origin() != url.origin() {
                return Err(Error::Redirected {
                    url: shown(&url),
                    to: next.origin().ascii_serialization(),
                });
            }
            url = next;
        }
        Err(Error::Redirected {
            url: shown(&url),
            to: "itself".to_owned(),
        })
    }

    async fn read(
        &self,
        url: &Url,
        mut answer: reqwest::Response,
    ) -> Result<Response<Vec<u8>>, Error> {
        let limit = self.options.oauth_body_limit;
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| unreachable(url, error))?
        {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge {
                    url: shown(url),
                    limit,
                });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

fn build(options: &HttpOptions, redirect: Policy) -> Result<reqwest::Client, Error> {
    let setup = |error: reqwest::Error| Error::Setup {
        reason: innermost(&error),
    };
    let mut builder = reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(CONNECT_DEADLINE)
        // The URL that led here may hold a query that is nobody's business there.
        .referer(false)
        .redirect(redirect);
    if let Some(pem) = &options.extra_roots {
        builder =
            builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(pem).map_err(setup)?);
    }
    builder.build().map_err(setup)
}

fn redirect_target(url: &Url, answer: &reqwest::Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    url.join(answer.headers().get(LOCATION)?.to_str().ok()?)
        .ok()
}

fn unreachable(url: &Url, error: reqwest::Error) -> Error {
    Error::Unreachable {
        url: shown(url),
        reason: innermost(&error.without_url()),
    }
}

/// The cause at the bottom: it is the one that says something (`Connection refused`), and the ones
/// above it may repeat a URL.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    crate::words::clean(&cause.to_string())
}

#[cfg(test)]
mod tests;
