#![doc = include_str!("../README.md")]

mod authorization;
mod callback;
mod challenge;
mod client_auth;
mod client_key;
mod document;
mod endpoint;
mod error;
mod freshness;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod identifier;
mod issuer;
mod reach;
mod refusal;
mod registration;
mod resource_metadata;
mod retry_after;
mod revocation;
mod scopes;
mod secret;
mod server_metadata;
mod token;
#[cfg(test)]
mod wire;
mod words;

pub use crate::authorization::{
    AuthorizationRequest, AuthorizationUrl, authorize, requested_scopes, without_unlisted_offline,
};
pub use crate::callback::{Answer, Callback, check_issuer, parse_callback};
pub use crate::challenge::{BearerChallenge, Challenge, bearer, parse_challenges};
pub use crate::client_auth::{ClientAuth, secret_method};
pub use crate::client_key::ClientKey;
pub use crate::endpoint::is_loopback;
pub use crate::error::Error;
pub use crate::http::{
    Answered, Equipment, Http, HttpOptions, McpAnswer, McpError, Observer, PretendedNames,
    ProxyRule, Trust,
};
pub use crate::identifier::{AuthMethod, ClientId, RedirectUri, Resource};
pub use crate::issuer::Issuer;
pub use crate::reach::Reach;
pub use crate::registration::{Registrar, Registration, registration_offer};
pub use crate::resource_metadata::{ResourceMetadata, discover_resource, resource_metadata_urls};
pub use crate::retry_after::retry_after;
pub use crate::revocation::{Revocable, revoke};
pub use crate::scopes::Scopes;
pub use crate::secret::{
    AccessToken, AuthorizationCode, ClientSecret, PkceVerifier, RefreshToken, State,
};
pub use crate::server_metadata::{
    Found, IssuerMatch, Leniency, ServerMetadata, discover_at_origin, discover_server,
    server_metadata_urls,
};
pub use crate::token::{
    Account, TokenError, TokenFailure, Tokens, client_credentials, exchange_code, refresh,
};
pub use crate::words::{clean, clean_without, is_hidden};
