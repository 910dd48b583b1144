//! JSON documents at well-known places, read with patience: what is missing, `null` or of the wrong
//! type is not there.

use std::time::Duration;

use http::header::ACCEPT;
use http::{Method, Request};
use serde_json::{Map, Value};
use tracing::debug;
use url::{Origin, Url};

use crate::endpoint::shown;
use crate::freshness::freshness;
use crate::retry_after::retry_after;
use crate::{Error, Http, Scopes};

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    members: Map<String, Value>,
    /// How long it may be used without asking again.
    pub(crate) fresh_for: Duration,
}

impl Document {
    /// The object in a body, if there is one.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        // A byte order mark is not JSON, and some servers send one.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let members = serde_json::from_slice(body).ok()?;
        Some(Self {
            members,
            fresh_for: Duration::ZERO,
        })
    }

    /// The member itself.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A string that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// The strings of an array.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let items = self.get(name)?.as_array()?;
        Some(
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Scopes, as an array or as one string.
    pub(crate) fn scopes(&self, name: &str) -> Option<Scopes> {
        let scopes = match self.text(name) {
            Some(list) => Scopes::parse(list),
            None => self.texts(name)?.into_iter().collect(),
        };
        Some(scopes).filter(|scopes| !scopes.is_empty())
    }

    /// A switch; off unless it is on.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Document {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(members: I) -> Self {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        Self {
            members,
            fresh_for: Duration::ZERO,
        }
    }
}

/// A walk over the places where a document may be.
pub(crate) struct Search<'a> {
    http: &'a Http,
    /// Where nobody answers, so that one dead host costs one deadline.
    silent: Vec<Origin>,
    failure: Option<Error>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(http: &'a Http) -> Self {
        Self {
            http,
            silent: Vec::new(),
            failure: None,
        }
    }

    /// The document at `url`. A refusal or something that is not JSON means that it is not there;
    /// trouble is remembered.
    pub(crate) async fn at(&mut self, url: &Url) -> Option<Document> {
        if self.silent.contains(&url.origin()) {
            return None;
        }
        match get(self.http, url).await {
            Ok(document) => document,
            Err(error) => {
                debug!(
                    url = shown(url),
                    code = error.code(),
                    "no document: {error}"
                );
                let barred = matches!(error, Error::PrivateAddress { .. });
                if error.is_transient() || barred {
                    if !barred && !matches!(error, Error::Unavailable { .. }) {
                        self.silent.push(url.origin());
                    }
                    self.failure.get_or_insert(error);
                }
                None
            }
        }
    }

    /// The first trouble that may pass, or place that was not asked, if there was any: then "not
    /// there" is not proved.
    pub(crate) fn failure(self) -> Option<Error> {
        self.failure
    }
}

async fn get(http: &Http, url: &Url) -> Result<Option<Document>, Error> {
    let mut request = Request::new(Vec::new());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = url
        .as_str()
        .parse()
        .map_err(|_| Error::InsecureEndpoint { url: shown(url) })?;
    request
        .headers_mut()
        .insert(ACCEPT, http::HeaderValue::from_static("application/json"));
    let response = http.send(request).await?;
    let status = response.status();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(Error::Unavailable {
            url: shown(url),
            status: status.as_u16(),
            retry_after: retry_after(response.headers()),
        });
    }
    if !status.is_success() {
        return Ok(None);
    }
    Ok(Document::parse(response.body()).map(|document| Document {
        fresh_for: freshness(response.headers()),
        ..document
    }))
}
