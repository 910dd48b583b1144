//! What a protected resource says of itself (RFC 9728).

#[cfg(fuzzing)]
pub(crate) mod fuzzing;

use url::Url;

use crate::document::{Document, Search};
use crate::endpoint::{is_allowed, is_loopback, shown};
use crate::words::clean;
use crate::{BearerChallenge, Error, Http, Issuer, Reach, Resource, Scopes};

/// The part of a protected-resource document that matters here (RFC 9728 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// Its identifier, byte for byte as the document has it.
    pub resource: Resource,
    /// Who gives out tokens for it, in its order; empty if it does not say.
    pub authorization_servers: Vec<Issuer>,
    /// What may be asked for.
    pub scopes_supported: Option<Scopes>,
    /// What people call it.
    pub resource_name: Option<String>,
}

/// A longer list is not followed: each of its servers costs requests.
const MOST_SERVERS: usize = 10;

/// Finds the metadata of `server`: nothing if it is nowhere to be found.
///
/// A document that speaks of another server ends the search with [`Error::ResourceMismatch`]
/// (RFC 9728 §3.3): whoever put it there has something in mind that is not this server.
pub async fn discover_resource(
    http: &Http,
    server: &Url,
    challenge: Option<&BearerChallenge>,
) -> Result<Option<ResourceMetadata>, Error> {
    let stated = challenge.and_then(|challenge| challenge.resource_metadata.as_deref());
    let mut search = Search::new(http);
    for url in resource_metadata_urls(server, stated) {
        let Some(document) = search.at(&url).await else {
            continue;
        };
        // Without `resource` it is some other JSON.
        let Some(resource) = document.text("resource") else {
            continue;
        };
        if !covers(resource, server) {
            return Err(Error::ResourceMismatch {
                stated: told(resource),
                server: shown(server),
            });
        }
        return read(&document, resource).map(Some);
    }
    search.failure().map_or(Ok(None), Err)
}

/// Where the metadata of `server` may be, in the order of asking: where the challenge says, at the
/// path of the server with its query, at the root (RFC 9728 §3.1, §5.1).
#[must_use]
pub fn resource_metadata_urls(server: &Url, challenge: Option<&str>) -> Vec<Url> {
    const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
    let mut root = server.clone();
    root.set_fragment(None);
    root.set_query(None);
    root.set_path(WELL_KNOWN);
    let mut at_path = root.clone();
    at_path.set_query(server.query());
    if server.path() != "/" {
        at_path.set_path(&format!("{WELL_KNOWN}{}", server.path()));
    }
    // The challenge comes from the server, and only a local server may point to this computer.
    let reach = if is_loopback(server) {
        Reach::Loopback
    } else {
        Reach::Public
    };
    let stated = challenge
        .and_then(|stated| server.join(stated.trim()).ok())
        .filter(|stated| is_allowed(stated, reach));
    let mut urls: Vec<Url> = Vec::new();
    for url in stated.into_iter().chain([at_path, root]) {
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

/// Whether `resource` is the server's origin or a prefix of its path, by whole segments.
fn covers(resource: &str, server: &Url) -> bool {
    let Ok(resource) = Url::parse(resource) else {
        return false;
    };
    let path = resource.path().trim_end_matches('/');
    let rest = server.path().strip_prefix(path);
    resource.has_host()
        && resource.origin() == server.origin()
        && resource.fragment().is_none()
        && (resource.query().is_none() || resource.query() == server.query())
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The identifier without its query, which may be a key.
fn told(resource: &str) -> String {
    let (begin, queried) = match resource.split_once('?') {
        Some((begin, _)) => (begin, "?…"),
        None => (resource, ""),
    };
    let begin = Url::parse(begin).map_or_else(|_| clean(begin), |url| shown(&url));
    format!("{begin}{queried}")
}

fn read(document: &Document, resource: &str) -> Result<ResourceMetadata, Error> {
    let stated = document.texts("authorization_servers").unwrap_or_default();
    let (good, bad): (Vec<_>, Vec<_>) = stated
        .iter()
        .map(|issuer| Issuer::parse(issuer))
        .partition(Result::is_ok);
    let good = good.into_iter().flatten();
    let authorization_servers: Vec<Issuer> = good.take(MOST_SERVERS).collect();
    // One that cannot be used is passed over, unless there is no other.
    if authorization_servers.is_empty()
        && let Some(error) = bad.into_iter().find_map(Result::err)
    {
        return Err(error);
    }
    Ok(ResourceMetadata {
        // The string as it stands there: a URL type would add a slash, and it would be another.
        resource: Resource::new(resource),
        authorization_servers,
        scopes_supported: document.scopes("scopes_supported"),
        resource_name: document.text("resource_name").map(clean),
    })
}

#[cfg(test)]
mod tests;
