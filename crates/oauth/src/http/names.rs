//! From names to addresses, and no further than one may reach (rule N2).

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::is_global;
use crate::Reach;

/// For tests alone: names that nobody owns, each with the address that it is judged by and the
/// socket that answers for it. No other name is found, so that no test asks the real network.
#[derive(Debug, Clone, Default)]
pub struct PretendedNames(HashMap<String, Option<(IpAddr, SocketAddr)>>);

impl PretendedNames {
    /// Lets `name` have the address `judged`, while `socket` answers for it. An explicit port in a
    /// URL wins over the socket's.
    #[must_use]
    pub fn with(mut self, name: &str, judged: IpAddr, socket: SocketAddr) -> Self {
        self.0.insert(name.to_owned(), Some((judged, socket)));
        self
    }

    /// Whoever looks `name` up waits for ever.
    #[must_use]
    pub fn with_silence_for(mut self, name: &str) -> Self {
        self.0.insert(name.to_owned(), None);
        self
    }
}

/// One address of a name: what it is judged by, and where to connect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    judged: IpAddr,
    socket: SocketAddr,
}

impl Found {
    pub(super) fn is_global(self) -> bool {
        is_global(self.judged)
    }
}

/// Looks names up.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) pretended: Option<Arc<PretendedNames>>,
}

impl Names {
    pub(super) async fn find(&self, name: &str) -> io::Result<Vec<Found>> {
        if let Some(PretendedNames(table)) = self.pretended.as_deref() {
            let here = (
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                SocketAddr::from(([127, 0, 0, 1], 0)),
            );
            let known = match table.get(&name.to_ascii_lowercase()) {
                Some(None) => std::future::pending().await,
                Some(known) => *known,
                None => None,
            };
            let known = known.or_else(|| (name == "localhost").then_some(here));
            let (judged, socket) = known.ok_or(io::ErrorKind::NotFound)?;
            return Ok(vec![Found { judged, socket }]);
        }
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found
            .map(|socket| Found {
                judged: socket.ip(),
                socket,
            })
            .collect())
    }
}

/// The resolver under a client: what hyper connects to is what was judged here, so that a name
/// cannot change its mind between the two.
#[derive(Debug, Clone)]
pub(super) struct GuardedNames {
    pub(super) names: Names,
    pub(super) reach: Reach,
    /// The proxy is the person's own choice, and may well be on a private network.
    pub(super) proxies: Arc<[String]>,
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let name = name.as_str();
            let mut found = guard.names.find(name).await?;
            let is_proxy = guard.proxies.iter().any(|proxy| proxy == name);
            if !guard.reach.allows_private() && !is_proxy {
                let any = !found.is_empty();
                found.retain(|found| found.is_global());
                if any && found.is_empty() {
                    return Err(PrivateName.into());
                }
            }
            Ok(Box::new(found.into_iter().map(|found| found.socket)) as Addrs)
        })
    }
}

/// The name leads to a private network.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network")]
pub(super) struct PrivateName;

/// Whether this is why a request failed.
pub(super) fn leads_to_private(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<PrivateName>() {
            return true;
        }
        cause = error.source();
    }
    false
}
