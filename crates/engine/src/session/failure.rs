//! From what `rmcp` says to what we say: by type, never by the words of a message.

use rmcp::ErrorData;
use rmcp::service::{ClientInitializeError, ServiceError};
use rmcp::transport::DynamicTransportError;
use rmcp::transport::streamable_http_client::StreamableHttpError;

use super::SessionError;
use super::confided::Confided;
use super::wire::{WireError, body};

/// Where nothing is done at the server, a broken connection is like none.
pub(super) fn of_harmless(error: SessionError) -> SessionError {
    match error {
        SessionError::Interrupted => SessionError::Unreachable("the connection broke".into()),
        error => error,
    }
}

/// A request over an open session failed.
pub(super) fn of_request(error: ServiceError, confided: &Confided) -> SessionError {
    match error {
        ServiceError::McpError(error) => of_server(&error, confided),
        ServiceError::TransportSend(error) => of_transport(&error),
        ServiceError::TransportClosed => SessionError::Interrupted,
        ServiceError::Cancelled { .. } => SessionError::Cancelled,
        ServiceError::Timeout { .. } => SessionError::Timeout,
        _ => SessionError::Protocol("an answer of another kind than was asked for".into()),
    }
}

/// What the server said that refused a request as one that it does not know.
pub(super) fn said_of_unknown(error: &ServiceError) -> Option<SessionError> {
    let ServiceError::TransportSend(error) = error else {
        return None;
    };
    match error.error.downcast_ref()? {
        StreamableHttpError::Client(WireError::Foreign(said)) => Some(*said.clone()),
        _ => None,
    }
}

/// The session could not be opened. `last` is what went wrong on the wire: `rmcp` keeps it to
/// itself where the failure is not in the first request.
pub(super) fn of_opening(
    error: ClientInitializeError,
    last: Option<WireError>,
    confided: &Confided,
) -> SessionError {
    match error {
        ClientInitializeError::JsonRpcError(error) => of_server(&error, confided),
        ClientInitializeError::TransportError { error, .. } => match of_transport(&error) {
            SessionError::Interrupted => last.map_or(SessionError::Lost, SessionError::from),
            known => known,
        },
        ClientInitializeError::ConnectionClosed(_) => {
            last.map_or(SessionError::Lost, SessionError::from)
        }
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => {
            of_opening(*fallback, last, confided)
        }
        ClientInitializeError::NoCompatibleProtocolVersion { .. } => {
            SessionError::Protocol("it knows no version that Drawbridge knows".into())
        }
        ClientInitializeError::Cancelled => SessionError::Cancelled,
        _ => SessionError::Protocol("its first answer is not the one that was asked for".into()),
    }
}

fn of_transport(error: &DynamicTransportError) -> SessionError {
    match error.error.downcast_ref::<StreamableHttpError<WireError>>() {
        Some(StreamableHttpError::Client(error)) => error.clone().into(),
        // The server has forgotten the session, and does not open one in its place as it did before.
        Some(
            StreamableHttpError::SessionExpired | StreamableHttpError::ReinitializationFailed(_),
        ) => SessionError::Lost,
        Some(
            StreamableHttpError::UnexpectedServerResponse(_)
            | StreamableHttpError::UnexpectedContentType(_)
            | StreamableHttpError::Deserialize(_),
        ) => SessionError::Protocol("an answer that is no MCP message".into()),
        _ => SessionError::Interrupted,
    }
}

pub(super) fn of_server(error: &ErrorData, confided: &Confided) -> SessionError {
    if let Some(limit) = body::too_large(error) {
        return SessionError::TooLarge { limit };
    }
    // In the server's words (rule T8).
    SessionError::said(error.code.0, confided.clean(&error.message))
}

impl From<WireError> for SessionError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Auth(failure) => failure.into(),
            WireError::Unreachable(reason) => Self::Unreachable(reason),
            WireError::Barred(error) => Self::Barred {
                code: error.code(),
                message: error.to_string(),
                remedy: match &error {
                    drawbridge_oauth::Error::Redirected { .. } => {
                        "If you trust the other address, use it as the server's."
                    }
                    error => error.remedy(),
                },
            },
            WireError::Broken => Self::Interrupted,
            WireError::Foreign(_) => Self::Lost,
            WireError::Status {
                status,
                retry_after,
            } => Self::Refused {
                status,
                retry_after,
            },
            WireError::TooLarge(limit) => Self::TooLarge { limit },
            WireError::Unexpected(what) => Self::Protocol(what.into()),
        }
    }
}
