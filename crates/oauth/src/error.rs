//! What can go wrong, once, in the words a person sees.

use std::time::Duration;

use crate::Issuer;
use crate::token::TokenError;

/// Why something did not work. No text holds a secret, a query or a body.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The HTTP client could not be set up.
    #[error("The HTTP client could not be set up: {reason}")]
    Setup {
        /// What the TLS or proxy settings were refused for.
        reason: String,
    },
    /// The client's private key cannot sign.
    #[error("The private key cannot be used")]
    UnusableKey,
    /// The extra certificates are none.
    #[error("The certificates to trust beside the system's cannot be used: {reason}")]
    UnusableRoots {
        /// What is wrong with them.
        reason: String,
    },
    /// Something on the internet points into a private network (rule N2).
    #[error("{url} is on a private network, and a server on the internet named it")]
    PrivateAddress {
        /// Where.
        url: String,
    },
    /// A URL is neither https nor http on this computer.
    #[error("Nothing was sent to {url}, because it is not https")]
    InsecureEndpoint {
        /// Where.
        url: String,
    },
    /// There was no answer.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        url: String,
        /// The innermost cause.
        reason: String,
        /// Whether the request may have gone out: a connection there was.
        sent: bool,
    },
    /// The exchange took too long.
    #[error("{url} did not finish its answer within {after:?}")]
    TimedOut {
        /// Where.
        url: String,
        /// The limit.
        after: Duration,
    },
    /// The answer is larger than any honest one.
    #[error("{url} answered with more than {limit} bytes")]
    TooLarge {
        /// Where.
        url: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A redirect that is not followed.
    #[error("{url} redirects to {to}, which is not followed")]
    Redirected {
        /// From where.
        url: String,
        /// The origin it points to.
        to: String,
    },
    /// The server is in trouble, by its own account.
    #[error("{url} answered with status {status}")]
    Unavailable {
        /// Where.
        url: String,
        /// The status code.
        status: u16,
        /// When to try again, if it said so.
        retry_after: Option<Duration>,
    },
    /// Not an issuer identifier.
    #[error("\"{issuer}\" is not the https address of an authorization server")]
    InvalidIssuer {
        /// What was stated.
        issuer: String,
    },
    /// The resource metadata speaks of another server.
    #[error("The server at {server} says that it is \"{stated}\"")]
    ResourceMismatch {
        /// What the document says.
        stated: String,
        /// What was asked.
        server: String,
    },
    /// No metadata document at any of the places.
    #[error("The authorization server {issuer} publishes no metadata")]
    NoServerMetadata {
        /// Who was asked.
        issuer: String,
    },
    /// The metadata speaks of another issuer.
    #[error("The authorization server {expected} says that it is \"{stated}\"")]
    IssuerMismatch {
        /// Who was asked.
        expected: String,
        /// What the document says.
        stated: String,
    },
    /// The metadata lacks an endpoint that nothing goes without.
    #[error("The authorization server {issuer} does not name its {endpoint}")]
    MissingEndpoint {
        /// Who was asked.
        issuer: String,
        /// The missing member.
        endpoint: &'static str,
    },
    /// The metadata names an endpoint that is not safe to use.
    #[error(
        "The authorization server {issuer} names \"{url}\" as its {endpoint}, which is not https"
    )]
    RefusedEndpoint {
        /// Who was asked.
        issuer: String,
        /// The member.
        endpoint: &'static str,
        /// Its value, without a query.
        url: String,
    },
    /// PKCE is there, and S256 is not.
    #[error("The authorization server {issuer} does not offer PKCE with S256")]
    PkceRefused {
        /// Who was asked.
        issuer: String,
    },
    /// The metadata does not say whether there is PKCE.
    #[error("The authorization server {issuer} does not say whether it supports PKCE")]
    PkceUnstated {
        /// Who was asked.
        issuer: String,
    },
    /// There is no registration endpoint.
    #[error("The authorization server {issuer} does not let apps register themselves")]
    NoRegistration {
        /// Who was asked.
        issuer: String,
    },
    /// None of the listed ways to authenticate is one of ours.
    #[error("The authorization server {issuer} offers no way for Drawbridge to identify itself")]
    NoAuthMethod {
        /// Who was asked.
        issuer: String,
    },
    /// The server does not want this client.
    #[error("The authorization server {issuer} refused to register Drawbridge{}", told(error.as_deref(), description.as_deref(), *status))]
    RegistrationRefused {
        /// Who was asked.
        issuer: String,
        /// The status code.
        status: u16,
        /// RFC 7591 §3.2.2.
        error: Option<String>,
        /// In the server's words.
        description: Option<String>,
    },
    /// The server registered something that cannot be used.
    #[error("The authorization server {issuer} answered the registration with {problem}")]
    RegistrationUnusable {
        /// Who was asked.
        issuer: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Not a callback.
    #[error("This is not the address that the sign-in page led back to: {problem}")]
    MalformedCallback {
        /// What is wrong with it; never what it says.
        problem: &'static str,
    },
    /// The callback comes from somebody else (RFC 9207 §2.4).
    #[error("The sign-in was answered by somebody other than {expected}")]
    CallbackIssuerMismatch {
        /// Who was asked.
        expected: String,
    },
    /// The callback does not say who it is from, although its sender promised (RFC 9207 §2.4).
    #[error("The answer to the sign-in does not say that it comes from {expected}")]
    CallbackIssuerMissing {
        /// Who was asked.
        expected: String,
    },
    /// Tokens cannot be revoked here.
    #[error("The authorization server {issuer} offers no way to revoke a token")]
    NoRevocation {
        /// Who was asked.
        issuer: String,
    },
    /// The token endpoint.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Where nothing that the person sets would help.
const FOR_THE_OPERATOR: &str = "Tell whoever runs the server: only they can mend this.";

/// The server's words in brackets, or at least its status.
fn told(error: Option<&str>, description: Option<&str>, status: u16) -> String {
    match (error, description) {
        (_, Some(description)) => format!(": {description}"),
        (Some(error), None) => format!(": {error}"),
        (None, None) => format!(" (status {status})"),
    }
}

impl Error {
    /// Who was asked says that it is another.
    #[must_use]
    pub fn issuer_mismatch(expected: &Issuer, stated: &str) -> Self {
        let (expected, stated) = Issuer::told_apart(expected.as_str(), stated);
        Self::IssuerMismatch { expected, stated }
    }

    /// A stable name for scripts and other programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setup { .. } => "http_setup",
            Self::UnusableKey => "unusable_key",
            Self::UnusableRoots { .. } => "unusable_certificates",
            Self::PrivateAddress { .. } => "private_address",
            Self::InsecureEndpoint { .. } => "insecure_endpoint",
            Self::Unreachable { .. } => "unreachable",
            Self::TimedOut { .. } => "timed_out",
            Self::TooLarge { .. } => "answer_too_large",
            Self::Redirected { .. } => "redirect_refused",
            Self::Unavailable { .. } => "server_unavailable",
            Self::InvalidIssuer { .. } => "invalid_issuer",
            Self::ResourceMismatch { .. } => "resource_mismatch",
            Self::NoServerMetadata { .. } => "no_server_metadata",
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::MissingEndpoint { .. } => "missing_endpoint",
            Self::RefusedEndpoint { .. } => "refused_endpoint",
            Self::PkceRefused { .. } => "pkce_refused",
            Self::PkceUnstated { .. } => "pkce_unstated",
            Self::NoRegistration { .. } => "no_registration",
            Self::NoAuthMethod { .. } => "no_auth_method",
            Self::RegistrationRefused { status: 403, .. } => "client_not_allowed",
            Self::RegistrationRefused { .. } => "registration_refused",
            Self::RegistrationUnusable { .. } => "registration_unusable",
            Self::MalformedCallback { .. } => "malformed_callback",
            Self::CallbackIssuerMismatch { .. } => "callback_issuer_mismatch",
            Self::CallbackIssuerMissing { .. } => "callback_issuer_missing",
            Self::NoRevocation { .. } => "no_revocation",
            Self::Token(error) => error.code(),
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Unavailable { .. } => {
                "Check the connection, or try again later."
            }
            Self::RegistrationRefused { status: 403, .. } => {
                "The provider admits only apps that it knows: register one with it and enter its client id."
            }
            Self::NoRegistration { .. }
            | Self::NoAuthMethod { .. }
            | Self::RegistrationRefused { .. } => {
                "Register an app with the provider and enter its client id."
            }
            Self::UnusableKey => {
                "Give it as PEM in PKCS#8 form, without a password: RSA, P-256, P-384 or Ed25519."
            }
            Self::MalformedCallback { .. } => {
                "Copy the whole address from the browser's address bar."
            }
            Self::CallbackIssuerMismatch { .. } | Self::CallbackIssuerMissing { .. } => {
                "Start the sign-in again; if this comes back, do not sign in there."
            }
            Self::ResourceMismatch { .. } => {
                "Check the server's URL; the stated one may be the right one."
            }
            Self::UnusableRoots { .. } => "Choose a PEM file with at least one certificate.",
            Self::PrivateAddress { .. } => {
                "If both are your own, use the server by its private address; if not, do not use it."
            }
            Self::IssuerMismatch { .. } => {
                "If you trust both, accept this issuer in the sign-in settings of the server."
            }
            Self::PkceUnstated { .. } => {
                "If its provider says that it supports PKCE, allow that in the sign-in settings of the server."
            }
            Self::Setup { .. } => "Check the proxy and the certificates in the preferences.",
            Self::TooLarge { .. }
            | Self::Redirected { .. }
            | Self::InsecureEndpoint { .. }
            | Self::InvalidIssuer { .. }
            | Self::NoServerMetadata { .. }
            | Self::MissingEndpoint { .. }
            | Self::RefusedEndpoint { .. }
            | Self::PkceRefused { .. }
            | Self::RegistrationUnusable { .. }
            | Self::NoRevocation { .. } => FOR_THE_OPERATOR,
            Self::Token(error) => error.remedy(),
        }
    }

    /// Whether the registration may have been refused for its redirect URI (RFC 7591 §3.2.2), so
    /// that it is worth trying another. Many servers say no more than 400 or 422.
    #[must_use]
    pub fn blames_redirect(&self) -> bool {
        let Self::RegistrationRefused {
            status: 400 | 422,
            error,
            description,
            ..
        } = self
        else {
            return false;
        };
        let words = description.as_deref().unwrap_or_default();
        match error.as_deref() {
            None | Some("invalid_redirect_uri" | "invalid_client_metadata") => true,
            Some(_) => words.to_ascii_lowercase().contains("redirect"),
        }
    }

    /// Whether the same thing may work later, with nobody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Unavailable { .. } => true,
            Self::Token(error) => error.is_transient(),
            _ => false,
        }
    }
}
