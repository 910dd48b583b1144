//! Errors of the list and of the sign-in.

use std::io::ErrorKind;

use drawbridge_engine::import::ImportError;
use drawbridge_engine::registry::RegistryError;
use drawbridge_engine::session::SessionError;
use drawbridge_engine::view::ReauthReason;
use drawbridge_engine::{Error, ServerId};
use drawbridge_oauth::{RedirectUri, Scopes};

pub(super) fn all() -> Vec<Error> {
    let mut all = typed();
    all.extend(sign_in());
    all.extend(imports().into_iter().map(Error::Import));
    all.extend(registry().into_iter().map(Error::Registry));
    all
}

/// What was typed, and what is asked of the list.
fn typed() -> Vec<Error> {
    let away = SessionError::Unreachable("connection refused".into());
    vec![
        Error::InvalidUrl("the address names no host"),
        Error::InvalidName,
        Error::InvalidDescription,
        Error::InvalidTimeout,
        Error::InvalidHeader {
            name: "Host".into(),
            why: "Drawbridge sets it by itself",
        },
        Error::InvalidOption("a port is between 1 and 65535"),
        Error::InvalidProxy("it names no host"),
        Error::CaFile {
            path: "company.pem".into(),
            source: ErrorKind::PermissionDenied.into(),
        },
        Error::InvalidArguments,
        Error::DuplicateUrl {
            id: server(),
            name: "Notes".into(),
        },
        Error::UnknownServer,
        Error::Disabled {
            name: "Notes".into(),
        },
        Error::QuestionGone,
        Error::NotConnected,
        Error::Away(Box::new(Error::Session(away).view())),
    ]
}

fn sign_in() -> Vec<Error> {
    vec![
        Error::NoResourceMetadata,
        Error::NoSignInOffered,
        Error::Unreachable,
        Error::ProbeTimedOut,
        Error::NotMcp { status: 404 },
        Error::UnknownCallback,
        Error::AccessDenied,
        Error::AuthorizationRefused {
            error: "invalid_scope".into(),
            description: Some("The scope is unknown".into()),
        },
        Error::FindingOutTimedOut,
        Error::SignInTimedOut,
        Error::SignInCancelled,
        Error::NoSignIn,
        Error::ClientRejected,
        Error::ClientIdNeeded {
            redirect: Some(RedirectUri::new("http://127.0.0.1:8976/callback")),
            why: Box::new(drawbridge_oauth::Error::NoRegistration {
                issuer: "https://auth.example.com".into(),
            }),
        },
        Error::ClientOfAnotherIssuer {
            registered: "https://auth.example.com".into(),
            stated: "https://login.example.org".into(),
        },
        Error::RedirectOfTheApp {
            registered: RedirectUri::new(RedirectUri::DEEP_LINK),
            here: RedirectUri::new("http://127.0.0.1:8976/callback"),
        },
        Error::PortBusy { port: 8976 },
        Error::NoListener(ErrorKind::PermissionDenied.into()),
        Error::SignInNeeded,
        Error::ReauthRequired {
            server: server(),
            reason: ReauthReason::InvalidGrant,
            at: 0,
        },
        Error::CredentialsMissing,
        Error::CredentialsRefused(None),
        Error::MoreAccessNeeded {
            server: server(),
            scopes: scopes(),
        },
        Error::AccessNotGiven(scopes()),
    ]
}

fn imports() -> Vec<ImportError> {
    vec![
        ImportError::Empty,
        ImportError::TooLong,
        ImportError::FileTooLong,
        ImportError::Unreadable {
            why: "permission denied".into(),
        },
        ImportError::Gone,
        ImportError::NotJson {
            line: 3,
            column: 14,
            what: "a comma is missing".into(),
        },
        ImportError::NoServers,
        ImportError::TooMany { count: 1612 },
    ]
}

fn registry() -> Vec<RegistryError> {
    vec![
        RegistryError::QueryTooLong,
        RegistryError::Unreachable(drawbridge_oauth::Error::UnusableKey),
        RegistryError::TimedOut,
        RegistryError::Refused { status: 503 },
        RegistryError::NotUnderstood,
        RegistryError::TooLarge,
    ]
}

fn server() -> ServerId {
    "0198a1".into()
}

pub(super) fn scopes() -> Scopes {
    Scopes::parse("notes:write")
}
