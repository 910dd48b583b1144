//! A server as a person types it in: found out, added, changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AuthKind, ErrorView, SecretChange, SignInOptions};

/// What an unauthenticated look at a URL found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Detection {
    /// The URL that was looked at.
    pub url: String,
    /// What the server needs; nothing here means *unknown*: `problem` says why.
    pub auth: Option<AuthKind>,
    /// A name for it, from its host.
    pub suggested_name: String,
    /// Who would be asked to sign the person in.
    pub issuer: Option<String>,
    /// Why it is not known what the server needs.
    pub problem: Option<ErrorView>,
    /// The server that already has this URL.
    pub existing: Option<String>,
}

/// A header to send with every MCP request.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct HeaderInput {
    /// Field name.
    pub name: String,
    /// Field value; left out for a header that is kept as it is.
    pub value: Option<String>,
}

impl std::fmt::Debug for HeaderInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeaderInput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A server to add.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewServer {
    /// `https`, or `http` for a server on this computer.
    pub url: String,
    /// Left out: made from the host.
    #[ts(optional)]
    pub name: Option<String>,
    /// Left out: empty.
    #[ts(optional)]
    pub description: Option<String>,
    /// What detection found, or what the person chose instead.
    pub auth: AuthKind,
    /// Static headers.
    #[serde(default)]
    pub headers: Vec<HeaderInput>,
    /// 1 to 300; left out: 30.
    #[ts(optional)]
    pub timeout_seconds: Option<u32>,
    /// What the person wants otherwise when signing in.
    #[serde(default)]
    #[ts(as = "Option<SignInOptions>", optional)]
    pub sign_in: SignInOptions,
    /// The secret of a client that was registered by hand.
    #[serde(default)]
    #[ts(as = "Option<SecretChange>", optional)]
    pub client_secret: SecretChange,
    /// Its private key, as PEM (RFC 7523).
    #[serde(default)]
    #[ts(as = "Option<SecretChange>", optional)]
    pub client_key: SecretChange,
    /// Add it although another entry has the same URL: another account, told apart by its name.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub same_url: bool,
}

impl NewServer {
    /// A server with nothing else said of it.
    #[must_use]
    pub fn at(url: impl Into<String>, auth: AuthKind) -> Self {
        Self {
            url: url.into(),
            name: None,
            description: None,
            auth,
            headers: Vec::new(),
            timeout_seconds: None,
            sign_in: SignInOptions::default(),
            client_secret: SecretChange::Keep,
            client_key: SecretChange::Keep,
            same_url: false,
        }
    }
}

/// A change to a server; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ServerChange {
    /// A new name.
    pub name: Option<String>,
    /// A new URL: ends the grant.
    pub url: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// On or off.
    pub enabled: Option<bool>,
    /// A new kind: ends the grant.
    pub auth: Option<AuthKind>,
    /// The whole new list of headers; one without a value keeps the value it has.
    pub headers: Option<Vec<HeaderInput>>,
    /// 1 to 300.
    pub timeout_seconds: Option<u32>,
    /// The whole new options.
    pub sign_in: Option<SignInOptions>,
    /// A change ends the grant.
    #[ts(as = "Option<SecretChange>")]
    pub client_secret: SecretChange,
    /// A change ends the grant.
    #[ts(as = "Option<SecretChange>")]
    pub client_key: SecretChange,
    /// See [`NewServer::same_url`].
    #[ts(as = "Option<bool>")]
    pub same_url: bool,
}
