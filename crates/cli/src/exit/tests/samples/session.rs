//! Errors of an MCP session.

use drawbridge_engine::Error;
use drawbridge_engine::session::{AuthFailure, SessionError};
use drawbridge_engine::view::{ErrorView, ReauthReason};

use super::engine::scopes;
use super::network::out_of_order;

pub(super) fn all() -> Vec<SessionError> {
    let mut all = vec![
        SessionError::Unreachable("connection refused".into()),
        SessionError::Timeout,
        SessionError::Cancelled,
        SessionError::Lost,
        SessionError::Interrupted,
        SessionError::Refused {
            status: 404,
            retry_after: None,
        },
        SessionError::Refused {
            status: 500,
            retry_after: None,
        },
        SessionError::TooLarge {
            limit: 16 * 1024 * 1024,
        },
        SessionError::Protocol("its answer is not JSON".into()),
        SessionError::Rpc {
            code: -32602,
            message: "Unknown tool: greet".into(),
        },
        SessionError::PageNeeded { opened: true },
        SessionError::PageNeeded { opened: false },
    ];
    all.extend(access().into_iter().map(SessionError::from));
    all
}

fn access() -> Vec<AuthFailure> {
    vec![
        AuthFailure::SignInNeeded,
        AuthFailure::ReauthRequired {
            reason: ReauthReason::InvalidGrant,
            at: 0,
        },
        AuthFailure::CredentialsRefused(ReauthReason::InvalidGrant),
        AuthFailure::MoreAccessNeeded { needed: scopes() },
        AuthFailure::InsufficientScope { needed: scopes() },
        AuthFailure::Refused { status: 403 },
        unavailable(Error::Token(out_of_order()).view()),
        unavailable(ErrorView {
            code: "refresh_busy".into(),
            message: "Another refresh does not end.".into(),
            remedy: None,
        }),
    ]
}

fn unavailable(error: ErrorView) -> AuthFailure {
    AuthFailure::Unavailable { error, retry_at: 0 }
}
