//! Errors of the OAuth requests.

use std::time::Duration;

use drawbridge_oauth::{Error, TokenError};

pub(super) fn oauth() -> Vec<Error> {
    let mut all = requests();
    all.extend(metadata());
    all.extend(registration());
    all
}

fn requests() -> Vec<Error> {
    vec![
        Error::Setup {
            reason: "no certificates were found".into(),
        },
        Error::UnusableKey,
        Error::UnusableRoots {
            reason: "there is no certificate in it".into(),
        },
        Error::PrivateAddress { url: url() },
        Error::InsecureEndpoint {
            url: "http://auth.example.com".into(),
        },
        Error::Unreachable {
            url: url(),
            reason: "connection refused".into(),
            sent: false,
        },
        Error::TimedOut {
            url: url(),
            after: Duration::from_secs(30),
        },
        Error::TooLarge {
            url: url(),
            limit: 1024 * 1024,
        },
        Error::Redirected {
            url: url(),
            to: "https://login.example.org".into(),
        },
        Error::Unavailable {
            url: url(),
            status: 503,
            retry_after: None,
        },
    ]
}

fn metadata() -> Vec<Error> {
    vec![
        Error::InvalidIssuer {
            issuer: "auth.example.com".into(),
        },
        Error::ResourceMismatch {
            stated: "https://other.example.com/mcp".into(),
            server: "https://mcp.example.com/mcp".into(),
        },
        Error::NoServerMetadata { issuer: url() },
        Error::IssuerMismatch {
            expected: url(),
            stated: "https://login.example.org".into(),
        },
        Error::MissingEndpoint {
            issuer: url(),
            endpoint: "token_endpoint",
        },
        Error::RefusedEndpoint {
            issuer: url(),
            endpoint: "token_endpoint",
            url: "http://auth.example.com/token".into(),
        },
        Error::PkceRefused { issuer: url() },
        Error::PkceUnstated { issuer: url() },
        Error::NoAuthMethod { issuer: url() },
        Error::MalformedCallback {
            problem: "it has no state",
        },
        Error::CallbackIssuerMismatch { expected: url() },
        Error::CallbackIssuerMissing { expected: url() },
        Error::NoRevocation { issuer: url() },
    ]
}

fn registration() -> Vec<Error> {
    let refused = |status| Error::RegistrationRefused {
        issuer: url(),
        status,
        error: None,
        description: None,
    };
    vec![
        Error::NoRegistration { issuer: url() },
        refused(400),
        refused(403),
        Error::RegistrationUnusable {
            issuer: url(),
            problem: "no client id",
        },
    ]
}

/// One for each of the ways in which a token request can fail.
pub(super) fn tokens() -> Vec<TokenError> {
    let refused = |error: &str, description: &str| TokenError::Refused {
        error: error.into(),
        description: Some(description.into()),
        status: 400,
    };
    vec![
        refused("invalid_grant", "the refresh token is no longer good"),
        TokenError::ClientUnknown {
            description: None,
            status: 401,
        },
        refused("invalid_scope", "the scope is unknown"),
        TokenError::Unusable {
            reason: "it is not https".into(),
        },
        TokenError::RefusedWithoutReason {
            status: 400,
            description: None,
        },
        out_of_order(),
    ]
}

pub(super) fn out_of_order() -> TokenError {
    TokenError::Transient {
        status: Some(503),
        sent: true,
        retry_after: None,
        reason: "status 503".into(),
    }
}

fn url() -> String {
    "https://auth.example.com".into()
}
