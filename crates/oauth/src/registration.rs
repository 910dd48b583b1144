//! A client that introduces itself (RFC 7591).

mod answer;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;

use std::time::SystemTime;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response};
use serde_json::{Value, json};
use url::Url;

use crate::endpoint::shown;
use crate::{
    AuthMethod, ClientId, ClientSecret, Error, Http, Issuer, RedirectUri, Scopes, ServerMetadata,
};

/// Who we are to one authorization server, with one redirect URI.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Our name there.
    pub client_id: ClientId,
    /// Our secret there, if it gave us one.
    pub client_secret: Option<ClientSecret>,
    /// How to authenticate there.
    pub auth_method: AuthMethod,
    /// When the secret ends; nothing if it does not.
    pub secret_expires_at: Option<SystemTime>,
    /// The one redirect URI of this registration.
    pub redirect_uri: RedirectUri,
    /// Where it is good.
    pub issuer: Issuer,
}

/// Registers Drawbridge at one server, with one redirect URI after another until one is taken.
///
/// A field that the server refused by name is left out of every later try, so that none is refused
/// for it twice.
#[derive(Debug)]
pub struct Registrar<'a> {
    http: &'a Http,
    server: &'a ServerMetadata,
    scopes: &'a Scopes,
    preferred: Option<AuthMethod>,
    left_out: Vec<&'static str>,
}

impl<'a> Registrar<'a> {
    /// Asks for `scopes`, and for the `preferred` way to authenticate rather than the first of ours
    /// that the server lists.
    #[must_use]
    pub fn new(
        http: &'a Http,
        server: &'a ServerMetadata,
        scopes: &'a Scopes,
        preferred: Option<AuthMethod>,
    ) -> Self {
        Self {
            http,
            server,
            scopes,
            preferred,
            left_out: Vec::new(),
        }
    }

    /// Registers with one redirect URI: one that the server does not like would sink the others
    /// (RFC 7591 §3.1). If it stumbles over a field, it is asked again without that one: without
    /// `application_type`, which RFC 7591 does not have, and without `scope`, where it refuses the
    /// scopes that its own resource asks for. Each is left out once, so there is no loop.
    pub async fn register(&mut self, redirect: &RedirectUri) -> Result<Registration, Error> {
        let server = self.server;
        let (endpoint, method) = registration_offer(server, self.preferred)?;
        let mut metadata = client_metadata(redirect, self.scopes, method);
        let mut left_out = self.left_out.clone();
        if let Some(fields) = metadata.as_object_mut() {
            fields.retain(|name, _| !left_out.contains(&name.as_str()));
        }
        let mut response = post(self.http, endpoint, &metadata).await?;
        while let Some(unwanted) = answer::unwanted_field(&response)
            && let Some(fields) = metadata.as_object_mut()
            && fields.remove(unwanted.field).is_some()
        {
            // A guess may be wrong, and is forgotten unless it helped.
            if unwanted.named {
                self.left_out.push(unwanted.field);
            }
            left_out.push(unwanted.field);
            response = post(self.http, endpoint, &metadata).await?;
        }
        let registration = answer::read(&response, server, redirect, method)?;
        self.left_out = left_out;
        Ok(registration)
    }
}

/// Where a client may introduce itself, and how it authenticates from then on; fails where
/// [`Registrar::register`] would without asking anybody.
pub fn registration_offer(
    server: &ServerMetadata,
    preferred: Option<AuthMethod>,
) -> Result<(&Url, AuthMethod), Error> {
    let issuer = || server.issuer.shown();
    let Some(endpoint) = &server.registration_endpoint else {
        return Err(Error::NoRegistration { issuer: issuer() });
    };
    let method = preferred.or_else(|| choose(&server.token_endpoint_auth_methods));
    let method = method.ok_or_else(|| Error::NoAuthMethod { issuer: issuer() })?;
    Ok((endpoint, method))
}

/// `none` where it is listed or nothing is, else one of those listed.
fn choose(listed: &[String]) -> Option<AuthMethod> {
    let ours = [
        AuthMethod::None,
        AuthMethod::ClientSecretBasic,
        AuthMethod::ClientSecretPost,
    ];
    if listed.is_empty() {
        return Some(AuthMethod::None);
    }
    ours.into_iter()
        .find(|method| listed.iter().any(|name| name == method.as_str()))
}

/// What Drawbridge says of itself (RFC 7591 §2; `application_type` is OIDC's).
fn client_metadata(redirect: &RedirectUri, scopes: &Scopes, method: AuthMethod) -> Value {
    let mut metadata = json!({
        "client_name": "Drawbridge",
        "application_type": "native",
        "redirect_uris": [redirect.as_str()],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method.as_str(),
    });
    if !scopes.is_empty() {
        metadata["scope"] = scopes.to_string().into();
    }
    metadata
}

async fn post(http: &Http, endpoint: &Url, body: &Value) -> Result<Response<Vec<u8>>, Error> {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    let mut request = Request::new(body.to_string().into_bytes());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = endpoint
        .as_str()
        .parse()
        .map_err(|_| Error::InsecureEndpoint {
            url: shown(endpoint),
        })?;
    request.headers_mut().insert(CONTENT_TYPE, JSON);
    request.headers_mut().insert(ACCEPT, JSON);
    http.send(request).await
}

#[cfg(test)]
mod tests;
