//! The clients underneath: one for each reach, so that none borrows a connection of the other, and
//! one for this computer, which no proxy stands in front of.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::sync::OnceCell;
use url::Url;

use super::names::{GuardedNames, Names};
use super::trust::Trust;
use super::{HttpOptions, ProxyRule, innermost};
use crate::endpoint::is_loopback;
use crate::{Error, Reach};

/// How long a connection may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(15);

/// Each is made when it is first needed.
#[derive(Debug)]
pub(super) struct Clients {
    public: OnceCell<reqwest::Client>,
    local: OnceCell<reqwest::Client>,
    here: OnceCell<reqwest::Client>,
    trust: Trust,
    proxies: Arc<[String]>,
    pub(super) names: Names,
}

impl Clients {
    pub(super) fn new(options: &HttpOptions) -> Result<Self, Error> {
        let trust = match &options.extra_roots {
            Some(pem) => Trust::beside_the_system(super::roots::read(pem)?),
            None => options.trust.clone(),
        };
        Ok(Self {
            public: OnceCell::new(),
            local: OnceCell::new(),
            here: OnceCell::new(),
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
    ) -> Result<&reqwest::Client, Error> {
        let (place, proxy) = if !reach.allows_private() {
            (&self.public, &options.proxy)
        } else if is_loopback(to) {
            (&self.here, &ProxyRule::Direct)
        } else {
            (&self.local, &options.proxy)
        };
        place
            .get_or_try_init(async || self.build(reach, proxy, options, self.trust.tls().await?))
            .await
    }

    fn build(
        &self,
        reach: Reach,
        proxy: &ProxyRule,
        options: &HttpOptions,
        tls: ClientConfig,
    ) -> Result<reqwest::Client, Error> {
        let builder = reqwest::Client::builder()
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
        let client = proxy.apply(builder).build();
        client.map_err(|error| Error::Setup {
            reason: innermost(&error),
        })
    }
}
