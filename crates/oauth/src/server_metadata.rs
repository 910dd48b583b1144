//! What an authorization server says of itself (RFC 8414, OIDC Discovery).

mod conventional;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod leniency;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

pub use self::conventional::discover_at_origin;
pub use self::leniency::{IssuerMatch, Leniency};
use crate::document::{Document, Search};
use crate::endpoint::{is_allowed, shown};
use crate::http::is_private_literal;
use crate::scopes::OFFLINE_ACCESS;
use crate::{Error, Http, Issuer, Reach, Scopes};

/// How many ways to authenticate, or to prove a code, are read, and how long their names may be.
const MOST_METHODS: usize = 32;
const LONGEST_METHOD: usize = 64;

/// The part of an authorization server's metadata that matters here (RFC 8414 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMetadata {
    /// Its identifier, as the document has it: what callbacks are compared with.
    pub issuer: Issuer,
    /// Who was asked, where the document names another: the two are not one (rule A2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Issuer>,
    /// Where the person signs in.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: Url,
    /// Where clients register (RFC 7591).
    pub registration_endpoint: Option<Url>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: Option<Url>,
    /// Of what may be asked for over all its resources, `offline_access`, if that is among it: the rest
    /// is asked for nowhere (rule T5).
    pub scopes_supported: Option<Scopes>,
    /// How clients may authenticate; empty if it does not say.
    pub token_endpoint_auth_methods: Vec<String>,
    /// The same, at the revocation endpoint.
    pub revocation_endpoint_auth_methods: Vec<String>,
    /// PKCE methods (RFC 7636 §6.2).
    pub code_challenge_methods: Option<Vec<String>>,
    /// Whether every callback names its issuer (RFC 9207 §3).
    pub iss_parameter_supported: bool,
    /// Whether a URL may be a client id.
    pub client_id_metadata_document_supported: bool,
}

impl ServerMetadata {
    /// Whom to ask for it.
    #[must_use]
    pub fn asked(&self) -> &Issuer {
        self.asked.as_ref().unwrap_or(&self.issuer)
    }
}

/// Metadata, and how long it need not be asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What the server says of itself.
    pub metadata: ServerMetadata,
    /// How long it is fresh (RFC 9111 §4.2): at most a day, and not at all if it does not say so.
    pub fresh_for: Duration,
    /// Whether it says so; what it is by convention is not published ([`discover_at_origin`]).
    pub published: bool,
}

/// Finds and checks the metadata of `issuer`.
///
/// Every document is checked by itself: if one is wrong, the next place is asked, and the first
/// complaint is told only if none is right. Where `leniency` admits any issuer, a document that
/// names another one counts only if none names the right one.
pub async fn discover_server(
    http: &Http,
    issuer: &Issuer,
    leniency: &Leniency,
) -> Result<Found, Error> {
    http.admit(issuer.url())?;
    let mut search = Search::new(http);
    let mut complaint = None;
    let mut stranger = None;
    for url in server_metadata_urls(issuer) {
        let Some(document) = search.at(&url).await else {
            continue;
        };
        // Without `issuer` it is some other JSON.
        let Some(stated) = document.text("issuer") else {
            continue;
        };
        let named = Issuer::parse(stated).ok();
        let reading = Reading {
            document: &document,
            issuer,
            reach: http.reach(),
            missing_pkce: leniency.missing_pkce,
        };
        let answer = match named {
            Some(named) if issuer.admits(&named) || leniency.issuer.names(issuer, &named) => {
                reading.read(named)
            }
            Some(named) if leniency.issuer == IssuerMatch::Any => match reading.read(named) {
                Ok(found) => {
                    stranger.get_or_insert(found);
                    continue;
                }
                error => error,
            },
            _ => Err(Error::issuer_mismatch(issuer, stated)),
        };
        match answer {
            Ok(found) => return Ok(found),
            Err(error) => complaint = complaint.or(Some(error)),
        }
    }
    let nothing = || Error::NoServerMetadata {
        issuer: issuer.shown(),
    };
    stranger.ok_or_else(|| {
        complaint
            .or_else(|| search.failure())
            .unwrap_or_else(nothing)
    })
}

/// Where the metadata of `issuer` may be, in the order of asking (RFC 8414 §3.1 and §5, OIDC
/// Discovery §4). For an issuer with a path, never the root: that is another issuer.
#[must_use]
pub fn server_metadata_urls(issuer: &Issuer) -> Vec<Url> {
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    const OPENID: &str = "/.well-known/openid-configuration";
    let path = issuer.url().path().trim_end_matches('/');
    let mut paths = vec![format!("{OAUTH}{path}"), format!("{OPENID}{path}")];
    if !path.is_empty() {
        paths.push(format!("{path}{OPENID}"));
    }
    let at = |path: &String| {
        let mut url = issuer.url().clone();
        url.set_path(path);
        url
    };
    paths.iter().map(at).collect()
}

/// One document about one issuer.
struct Reading<'a> {
    document: &'a Document,
    /// Who was asked.
    issuer: &'a Issuer,
    reach: Reach,
    missing_pkce: bool,
}

impl Reading<'_> {
    /// Takes the document as that of `named`.
    fn read(&self, named: Issuer) -> Result<Found, Error> {
        let document = self.document;
        let asked = Some(self.issuer).filter(|asked| !asked.admits(&named));
        let metadata = ServerMetadata {
            asked: asked.cloned(),
            issuer: named,
            authorization_endpoint: self.needed("authorization_endpoint")?,
            token_endpoint: self.needed("token_endpoint")?,
            registration_endpoint: self.endpoint("registration_endpoint")?,
            revocation_endpoint: self.endpoint("revocation_endpoint")?,
            scopes_supported: document
                .scopes("scopes_supported")
                .map(|listed| listed.only(OFFLINE_ACCESS)),
            token_endpoint_auth_methods: self
                .methods("token_endpoint_auth_methods_supported")
                .unwrap_or_default(),
            revocation_endpoint_auth_methods: self
                .methods("revocation_endpoint_auth_methods_supported")
                .unwrap_or_default(),
            code_challenge_methods: self.methods("code_challenge_methods_supported"),
            iss_parameter_supported: document
                .flag("authorization_response_iss_parameter_supported"),
            client_id_metadata_document_supported: document
                .flag("client_id_metadata_document_supported"),
        };
        self.check_pkce(metadata.code_challenge_methods.as_deref())?;
        Ok(Found {
            metadata,
            fresh_for: document.fresh_for,
            published: true,
        })
    }

    /// No more than somebody can mean: the list is stored with every attempt and every grant.
    fn methods(&self, name: &str) -> Option<Vec<String>> {
        let mut methods = self.document.texts(name)?;
        methods.retain(|method| method.len() <= LONGEST_METHOD);
        methods.truncate(MOST_METHODS);
        Some(methods)
    }

    /// A list without S256 is a no; only silence can be let pass (rule A3).
    fn check_pkce(&self, methods: Option<&[String]>) -> Result<(), Error> {
        let issuer = || self.issuer.shown();
        match methods {
            Some(methods) if methods.iter().any(|method| method == "S256") => Ok(()),
            Some(_) => Err(Error::PkceRefused { issuer: issuer() }),
            None if self.missing_pkce => Ok(()),
            None => Err(Error::PkceUnstated { issuer: issuer() }),
        }
    }

    fn is_private(&self, url: &Url) -> bool {
        !self.reach.allows_private() && is_private_literal(url)
    }

    fn endpoint(&self, name: &'static str) -> Result<Option<Url>, Error> {
        let Some(stated) = self.document.text(name) else {
            return Ok(None);
        };
        let url = Url::parse(stated).ok();
        if let Some(url) = url.as_ref().filter(|url| self.is_private(url)) {
            return Err(Error::PrivateAddress { url: shown(url) });
        }
        match url.as_ref().filter(|url| is_allowed(url, self.reach)) {
            Some(url) => Ok(Some(url.clone())),
            None => Err(Error::RefusedEndpoint {
                issuer: self.issuer.shown(),
                endpoint: name,
                url: url.as_ref().map_or_else(|| "not a URL".to_owned(), shown),
            }),
        }
    }

    fn needed(&self, name: &'static str) -> Result<Url, Error> {
        let missing = || Error::MissingEndpoint {
            issuer: self.issuer.shown(),
            endpoint: name,
        };
        self.endpoint(name)?.ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests;
