//! The clients underneath: one for each reach, so that none borrows a connection of the other, and
//! two for this computer, which no proxy stands in front of: with TLS, and without.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::sync::OnceCell;
use url::Url;

use super::names::{GuardedNames, Names};
use super::trust::{self, Trust};
use super::{HttpOptions, ProxyRule, innermost};
use crate::endpoint::is_loopback;
use crate::{Error, Reach};

/// How long a connection may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(super) struct Clients {
    made: Mutex<Arc<Made>>,
    trust: Trust,
    proxies: Arc<[String]>,
    pub(super) names: Names,
}

/// Each is made when it is first needed.
#[derive(Debug, Default)]
struct Made {
    public: OnceCell<reqwest::Client>,
    local: OnceCell<reqwest::Client>,
    here: OnceCell<reqwest::Client>,
    here_without_tls: OnceCell<reqwest::Client>,
}

impl Clients {
    pub(super) fn new(options: &HttpOptions) -> Result<Self, Error> {
        let trust = match &options.extra_roots {
            Some(pem) => Trust::beside_the_system(super::roots::read(pem)?),
            None => options.trust.clone(),
        };
        Ok(Self {
            made: Mutex::default(),
            trust,
            proxies: options.proxy.hosts().into(),
            names: Names {
                pretended: options.pretended_names.clone().map(Arc::new),
            },
        })
    }

    pub(super) async fn get(
        &self,
        to: &Url,
        reach: Reach,
        options: &HttpOptions,
    ) -> Result<reqwest::Client, Error> {
        let made = self.made().clone();
        let is_here = reach.allows_private() && is_loopback(to);
        if is_here && to.scheme() == "http" {
            let client = made
                .here_without_tls
                .get_or_try_init(async || self.build(to, trust::in_nobody()?, reach, options));
            return client.await.cloned();
        }
        let place = if !reach.allows_private() {
            &made.public
        } else if is_here {
            &made.here
        } else {
            &made.local
        };
        let client =
            place.get_or_try_init(async || self.build(to, self.trust.tls().await?, reach, options));
        client.await.cloned()
    }

    /// From now on no connection is used that is there: each request that is under way keeps its own.
    pub(super) fn begin_anew(&self) {
        *self.made() = Arc::default();
    }

    fn made(&self) -> MutexGuard<'_, Arc<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(
        &self,
        to: &Url,
        tls: ClientConfig,
        reach: Reach,
        options: &HttpOptions,
    ) -> Result<reqwest::Client, Error> {
        let proxy = proxy_to(to, reach, options);
        let client = self.equip(reqwest::Client::builder(), tls, reach, proxy, options);
        client.build().map_err(|error| Error::Setup {
            reason: innermost(&error),
        })
    }

    /// Begins to read what is trusted, if it will be needed there.
    pub(super) fn read_ahead(&self, to: &Url) {
        if to.scheme() == "https" {
            self.trust.read_ahead();
        }
    }

    /// What is trusted, for a client that is built elsewhere.
    pub(super) async fn tls(&self) -> Result<ClientConfig, Error> {
        self.trust.tls().await
    }

    /// What every client has, whoever builds it.
    pub(super) fn equip(
        &self,
        client: reqwest::ClientBuilder,
        tls: ClientConfig,
        reach: Reach,
        proxy: &ProxyRule,
        options: &HttpOptions,
    ) -> reqwest::ClientBuilder {
        let client = client
            .user_agent(&options.user_agent)
            .connect_timeout(CONNECT_DEADLINE)
            // The URL that led here may hold a query that is nobody's business there.
            .referer(false)
            // Redirects are followed by hand: reqwest would follow them anywhere, with anything.
            .redirect(Policy::none())
            // Whatever other crates switch on in reqwest: a small answer stays small, and what the
            // limits count is what was sent.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .tls_backend_preconfigured(tls)
            .dns_resolver(GuardedNames {
                names: self.names.clone(),
                reach,
                proxies: self.proxies.clone(),
            });
        proxy.apply(client)
    }
}

/// No proxy stands in front of this computer.
pub(super) fn proxy_to<'a>(to: &Url, reach: Reach, options: &'a HttpOptions) -> &'a ProxyRule {
    if reach.allows_private() && is_loopback(to) {
        &ProxyRule::Direct
    } else {
        &options.proxy
    }
}
