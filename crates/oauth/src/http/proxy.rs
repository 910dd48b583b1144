//! How requests leave this computer (rule N3).

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// The way out, for what is not on this computer: a proxy could not reach that, and would read what
/// goes there without TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProxyRule {
    /// As the system says: the environment (`HTTPS_PROXY`, `NO_PROXY`, …), and on macOS and Windows
    /// the settings.
    #[default]
    System,
    /// Directly.
    Direct,
    /// Through this one.
    Through(Url),
}

impl ProxyRule {
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match self {
            Self::System => builder,
            Self::Direct => builder.no_proxy(),
            Self::Through(proxy) => {
                let proxy = proxy.clone();
                let way = move |_: &Url| Some(proxy.clone());
                builder.no_proxy().proxy(reqwest::Proxy::custom(way))
            }
        }
    }

    /// The names of the proxies themselves.
    pub(super) fn hosts(&self) -> Vec<String> {
        match self {
            Self::Direct => Vec::new(),
            Self::Through(proxy) => proxy.host_str().map(str::to_owned).into_iter().collect(),
            Self::System => {
                let system = Matcher::from_system();
                // Any name outside will do: what matters is who stands in between.
                let outside = ["https://drawbridge.invalid", "http://drawbridge.invalid"];
                outside
                    .map(http::Uri::from_static)
                    .iter()
                    .filter_map(|to| Some(system.intercept(to)?.uri().host()?.to_owned()))
                    .collect()
            }
        }
    }
}
