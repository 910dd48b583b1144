//! The clients underneath: one for each reach, so that none borrows a connection of the other.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;

use super::names::{GuardedNames, Names};
use super::{HttpOptions, innermost};
use crate::{Error, Reach};

/// How long a connection may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(15);

/// Each is made when it is first needed: reading the trust store of the system takes its time.
#[derive(Debug)]
pub(super) struct Clients {
    public: OnceLock<reqwest::Client>,
    local: OnceLock<reqwest::Client>,
    roots: Vec<reqwest::Certificate>,
    proxies: Arc<[String]>,
    pub(super) names: Names,
}

impl Clients {
    pub(super) fn new(options: &HttpOptions) -> Result<Self, Error> {
        let roots = match &options.extra_roots {
            Some(pem) => super::roots::read(pem)?,
            None => Vec::new(),
        };
        Ok(Self {
            public: OnceLock::new(),
            local: OnceLock::new(),
            roots,
            proxies: options.proxy.hosts().into(),
            names: Names {
                pretended: options.pretended_names.clone().map(Arc::new),
            },
        })
    }

    pub(super) fn get(
        &self,
        reach: Reach,
        options: &HttpOptions,
    ) -> Result<&reqwest::Client, Error> {
        let place = if reach.allows_private() {
            &self.local
        } else {
            &self.public
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.build(reach, options)?;
        // Whoever else has made one meanwhile made the same.
        Ok(place.get_or_init(|| client))
    }

    fn build(&self, reach: Reach, options: &HttpOptions) -> Result<reqwest::Client, Error> {
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
            .tls_certs_merge(self.roots.clone())
            .dns_resolver(GuardedNames {
                names: self.names.clone(),
                reach,
                proxies: self.proxies.clone(),
            });
        let client = options.proxy.apply(builder).build();
        client.map_err(|error| Error::Setup {
            reason: innermost(&error),
        })
    }
}
