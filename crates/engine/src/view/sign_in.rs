//! How signing in to one server differs from what Drawbridge does by itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a sign-in page opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Surface {
    /// A window of the app.
    Popup,
    /// The browser of the system.
    Browser,
}

/// Which redirect URI authorization servers are given (rule R5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum RedirectPin {
    /// The first that the authorization server takes.
    #[default]
    Auto,
    /// The custom scheme of the app.
    DeepLink,
    /// `http://127.0.0.1:{port}{path}`.
    Loopback {
        /// Left out: one that is free.
        #[serde(default)]
        #[ts(optional)]
        port: Option<u16>,
        /// Left out: `/callback`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        path: Option<String>,
    },
    /// `http://localhost:{port}{path}`.
    Localhost {
        /// Left out: one that is free.
        #[serde(default)]
        #[ts(optional)]
        port: Option<u16>,
        /// Left out: `/callback`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        path: Option<String>,
    },
}

/// What to do with metadata whose `issuer` is another than the one asked for (rule A2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum IssuerTrust {
    /// Refuse it.
    #[default]
    Exact,
    /// Accept the next one that is met, and remember it as [`IssuerTrust::Accepted`].
    AcceptNext,
    /// Accept exactly this pair.
    Accepted {
        /// The issuer that the address was built from.
        expected: String,
        /// The issuer that the document names.
        stated: String,
    },
}

/// The pair of [`IssuerTrust::Accepted`], for display alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct IssuerPair {
    /// The issuer that the address was built from.
    pub expected: String,
    /// The issuer that the document names.
    pub stated: String,
}

/// Who signs in (RFC 6749 §4.1 and §4.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInFlow {
    /// A person, with the authorization code flow.
    #[default]
    Person,
    /// The program itself, with its client id and its secret or private key.
    ClientCredentials,
}

/// One more parameter of the authorization request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AuthorizeParameter {
    /// Its name; not one that the protocol sets itself.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The person's own wishes for one server; empty, Drawbridge does what the servers say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct SignInOptions {
    /// Left out: as the preferences say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface: Option<Surface>,
    /// Popups keep what their pages store, such as who is signed in there, for this server alone.
    pub remember_page: bool,
    /// A change ends the grant.
    pub redirect: RedirectPin,
    /// The id of a client that was registered by hand (rule R1). A change ends the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The client-id metadata document to use at this server instead of the preferences' one. A
    /// change ends the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata_url: Option<String>,
    /// Takes the place of every scope that Drawbridge would ask for (rule T5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Sent with the authorization request.
    pub authorize_parameters: Vec<AuthorizeParameter>,
    /// See [`IssuerTrust`].
    pub issuer: IssuerTrust,
    /// Go on when the metadata does not say that PKCE is supported (rule A3).
    pub allow_missing_pkce: bool,
    /// Leave out `resource` (rule T4).
    pub omit_resource: bool,
    /// A change ends the grant.
    pub flow: SignInFlow,
}

impl SignInOptions {
    /// Whether a grant that was made with `self` is worth nothing with `new` (rule G10).
    pub(crate) fn grant_ends_with(&self, new: &Self) -> bool {
        self.redirect != new.redirect
            || self.client_id != new.client_id
            || self.client_metadata_url != new.client_metadata_url
            || self.flow != new.flow
    }
}

/// A secret that is typed in and never shown again.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(from = "Option<String>")]
#[ts(export, type = "string | null")]
pub enum SecretChange {
    /// Left out: it stays as it is.
    #[default]
    Keep,
    /// `null`: it is forgotten.
    Clear,
    /// A new value.
    Set(String),
}

impl From<Option<String>> for SecretChange {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl std::fmt::Debug for SecretChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Clear => "Clear",
            Self::Set(_) => "Set(<redacted>)",
        })
    }
}
