//! The one client that every request goes through.

mod addresses;
mod clients;
mod equip;
mod mcp;
mod names;
mod observer;
mod proxy;
mod roots;
mod trust;

use std::sync::Arc;
use std::time::Duration;

use http::header::LOCATION;
use http::{Method, Request, Response};
use tracing::debug;
use url::{Host, Url};

pub(crate) use self::addresses::is_private_literal;
use self::clients::Clients;
pub use self::equip::Equipment;
pub use self::mcp::{McpAnswer, McpError};
pub use self::names::PretendedNames;
use self::observer::Watched;
pub use self::observer::{Answered, Observer};
pub use self::proxy::ProxyRule;
pub use self::trust::Trust;
use crate::endpoint::{is_allowed, is_loopback, shown};
use crate::{Error, Reach};

/// How many redirects are followed, one after the other.
const MOST_REDIRECTS: usize = 5;

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// What the client calls itself.
    pub user_agent: String,
    /// From the look-up of the name to the last byte of the answer, on OAuth legs.
    pub oauth_deadline: Duration,
    /// How long it may take to see where a name leads, which decides how far a server's metadata may reach.
    pub look_up_deadline: Duration,
    /// The largest answer that is read, in bytes, on OAuth legs.
    pub oauth_body_limit: usize,
    /// What the system trusts.
    pub trust: Trust,
    /// Certificates that are trusted beside it, as PEM.
    pub extra_roots: Option<Vec<u8>>,
    /// How requests leave this computer.
    pub proxy: ProxyRule,
    /// For tests alone: names that are not looked up, on a network that has no proxy of the system.
    pub pretended_names: Option<PretendedNames>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("Drawbridge/", env!("CARGO_PKG_VERSION")).to_owned(),
            oauth_deadline: Duration::from_secs(30),
            look_up_deadline: Duration::from_secs(5),
            oauth_body_limit: 1024 * 1024,
            trust: Trust::default(),
            extra_roots: None,
            proxy: ProxyRule::System,
            pretended_names: None,
        }
    }
}

/// The guarded HTTP client: proxy, trust, limits, and how far it reaches. A clone shares it.
#[derive(Debug, Clone)]
pub struct Http {
    clients: Arc<Clients>,
    options: Arc<HttpOptions>,
    reach: Reach,
    observer: Option<Arc<dyn Observer>>,
}

impl Http {
    /// Sets the client up, for servers on the internet; fails only when the extra certificates
    /// cannot be used.
    pub fn new(mut options: HttpOptions) -> Result<Self, Error> {
        if options.pretended_names.is_some() && options.proxy == ProxyRule::System {
            options.proxy = ProxyRule::Direct;
        }
        Ok(Self {
            clients: Arc::new(Clients::new(&options)?),
            options: Arc::new(options),
            reach: Reach::Public,
            observer: None,
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

    /// The same client, for the MCP server that a person typed in: it is always allowed, and where
    /// it is decides how far its metadata may reach. A name counts as private only if it leads
    /// nowhere else; one that cannot be looked up here, behind a proxy say, is public.
    pub async fn reaching_from(&self, server: &Url) -> Self {
        self.clients.read_ahead(server);
        self.reaching(self.reach_of(server).await)
    }

    /// The same client, with somebody who is told what it asks.
    #[must_use]
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        Self {
            observer: Some(observer),
            ..self.clone()
        }
    }

    /// Uses no connection again that is open by now: after sleep, or in another network, nobody may be at
    /// its other end, and nobody says so. A clone does the same.
    pub fn begin_connections_anew(&self) {
        self.clients.begin_anew();
    }

    fn watch(&self, method: &Method, url: &Url) -> Watched {
        Watched::new(self.observer.as_deref(), method, url)
    }

    async fn reach_of(&self, server: &Url) -> Reach {
        if is_loopback(server) {
            return Reach::Loopback;
        }
        let private = match server.host() {
            Some(Host::Domain(name)) => {
                let found = self.clients.names.find(name);
                let found = tokio::time::timeout(self.options.look_up_deadline, found).await;
                found.is_ok_and(|found| {
                    found.is_ok_and(|found| {
                        !found.is_empty() && found.iter().all(|found| !found.is_global())
                    })
                })
            }
            Some(Host::Ipv4(address)) => !addresses::is_global(address.into()),
            Some(Host::Ipv6(address)) => !addresses::is_global(address.into()),
            None => false,
        };
        if private {
            Reach::Private
        } else {
            Reach::Public
        }
    }

    /// How far it reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Looks at a page that the person is about to be sent to: it may be no nearer than what this
    /// client reaches itself.
    pub async fn check_page(&self, page: &Url) -> Result<(), Error> {
        self.admit(page)?;
        if !self.reach.allows_private() && self.reach_of(page).await.allows_private() {
            return Err(Error::PrivateAddress { url: shown(page) });
        }
        Ok(())
    }

    /// Whether a request may go there at all. The resolver never sees an address that stands in the
    /// URL itself, so that is looked at here, at every hop.
    pub(crate) fn admit(&self, url: &Url) -> Result<(), Error> {
        if !self.reach.allows_private() && is_private_literal(url) {
            return Err(Error::PrivateAddress { url: shown(url) });
        }
        if !is_allowed(url, self.reach) {
            return Err(Error::InsecureEndpoint { url: shown(url) });
        }
        Ok(())
    }

    async fn client(&self, to: &Url) -> Result<reqwest::Client, Error> {
        self.clients.get(to, self.reach, &self.options).await
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
            self.admit(&url)?;
            let mut hop = reqwest::Request::new(head.method.clone(), url.clone());
            *hop.headers_mut() = head.headers.clone();
            *hop.body_mut() = Some(body.clone().into());
            let watched = self.watch(&head.method, &url);
            let answer = self
                .client(&url)
                .await?
                .execute(hop)
                .await
                .map_err(|error| unreachable(&url, error))?;
            watched.answered(&answer);
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

fn redirect_target(url: &Url, answer: &reqwest::Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    url.join(answer.headers().get(LOCATION)?.to_str().ok()?)
        .ok()
}

fn unreachable(url: &Url, error: reqwest::Error) -> Error {
    if names::leads_to_private(&error) {
        return Error::PrivateAddress { url: shown(url) };
    }
    Error::Unreachable {
        url: shown(url),
        sent: !error.is_connect() && !error.is_builder(),
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
