//! What an answer to a POST means (MCP 2025-11-25, Streamable HTTP, "Sending Messages").

use futures::StreamExt as _;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use reqwest::Response;
use rmcp::ErrorData;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, RequestId, ServerJsonRpcMessage, ServerResult,
};
use rmcp::transport::streamable_http_client::{
    StreamableHttpError, StreamableHttpPostResponse, StreamableHttpResponseLimits,
};

use super::{Failure, WireError, body, first, message, refuses};
use crate::session::confided::Confided;
use crate::session::error::passes;
use crate::session::{SessionError, failure};

/// What a server answers that does not know this way of speaking (JSON-RPC 2.0 §5.1, and what the
/// reference servers say of a request outside a session).
const FOREIGN_CODES: [i32; 3] = [-32600, -32601, -32000];

/// What the reference servers answer to a session that they do not know.
const SESSION_CODES: [i32; 2] = [-32000, -32001];

/// The media type of the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Events,
    Other,
}

pub(super) fn media(response: &Response) -> Media {
    let value = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match essence {
        json if json.eq_ignore_ascii_case("application/json") => Media::Json,
        events if events.eq_ignore_ascii_case("text/event-stream") => Media::Events,
        _ => Media::Other,
    }
}

/// Reads the answer to `message`. 401 and 403 never come here. A server that has answered about its
/// tools before, and now refuses such a request as such, speaks another way than it did.
pub(super) async fn of_post(
    response: Response,
    message: &ClientJsonRpcMessage,
    in_session: bool,
    has_answered: bool,
    confided: &Confided,
    limits: StreamableHttpResponseLimits,
) -> Result<StreamableHttpPostResponse, Failure> {
    let status = response.status();
    let media = media(&response);
    let client = StreamableHttpError::Client;
    if in_session && status == StatusCode::NOT_FOUND {
        return Err(StreamableHttpError::SessionExpired);
    }
    let is_request = matches!(message, ClientJsonRpcMessage::Request(_));
    // Some answer a notification like a request; nobody waits for what they say.
    if matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT)
        || (status.is_success() && !is_request)
    {
        return Ok(StreamableHttpPostResponse::Accepted);
    }
    let may_be_foreign = has_answered && uses_tools(message) && refuses(status.as_u16());
    let unreadable = unreadable(&response);
    let session = response.headers().get("mcp-session-id");
    let session = session.and_then(|id| id.to_str().ok()).map(str::to_owned);
    match media {
        Media::Events if status.is_success() => {
            let events = body::events(response, limits.max_sse_event_size, id(message));
            if !uses_tools(message) {
                return Ok(StreamableHttpPostResponse::Sse(events, session));
            }
            Ok(first::of(events, message, session).await)
        }
        Media::Json => {
            let read = body::read(response, limits.max_json_response_size);
            let bytes = read.await.map_err(client)?;
            let Some(answer) = message::read(&bytes, message) else {
                return Err(client(unreadable));
            };
            match answer {
                ServerJsonRpcMessage::Error(error)
                    if in_session
                        && status == StatusCode::BAD_REQUEST
                        && error.id.is_none()
                        && SESSION_CODES.contains(&error.error.code.0) =>
                {
                    Err(StreamableHttpError::SessionExpired)
                }
                ServerJsonRpcMessage::Error(error)
                    if may_be_foreign && FOREIGN_CODES.contains(&error.error.code.0) =>
                {
                    Err(client(foreign(failure::of_server(&error.error, confided))))
                }
                // What is in trouble may be asked again, where nothing is done by asking.
                ServerJsonRpcMessage::Error(_)
                    if passes(status.as_u16()) && may_be_asked_again(message) =>
                {
                    Err(client(unreadable))
                }
                ServerJsonRpcMessage::Error(error) => Ok(StreamableHttpPostResponse::Json(
                    addressed(error.error, message),
                    session,
                )),
                answer if status.is_success() => {
                    Ok(StreamableHttpPostResponse::Json(answer, session))
                }
                _ => Err(client(unreadable)),
            }
        }
        Media::Other if may_be_foreign => Err(client(foreign(unreadable.into()))),
        Media::Events | Media::Other => Err(client(unreadable)),
    }
}

/// Waits for the whole answer where it comes as a stream.
pub(super) async fn complete(
    response: StreamableHttpPostResponse,
    message: &ClientJsonRpcMessage,
) -> Result<StreamableHttpPostResponse, Failure> {
    let StreamableHttpPostResponse::Sse(mut events, session) = response else {
        return match response {
            StreamableHttpPostResponse::Accepted => Ok(speaks_the_old_way(message)),
            response => Ok(response),
        };
    };
    while let Some(event) = events.next().await {
        let Ok(data) = event.map(|event| event.data.unwrap_or_default()) else {
            break;
        };
        if let Some(answer) = final_answer(&data) {
            return Ok(StreamableHttpPostResponse::Json(answer, session));
        }
    }
    Ok(speaks_the_old_way(message))
}

/// The answer to `initialize`, without which there is no session; a stream is read up to it. `rmcp` would tell
/// one that is missing as a session that was lost.
pub(super) async fn of_beginning(
    answered: StreamableHttpPostResponse,
) -> Result<StreamableHttpPostResponse, Failure> {
    let missing = WireError::Unexpected("it does not answer the first request");
    let StreamableHttpPostResponse::Sse(mut events, session) = answered else {
        return match answered {
            StreamableHttpPostResponse::Accepted => Err(StreamableHttpError::Client(missing)),
            answered => Ok(answered),
        };
    };
    while let Some(event) = events.next().await {
        let Ok(event) = event else {
            return Err(StreamableHttpError::Client(WireError::Broken));
        };
        if let Some(answer) = final_answer(&event.data.unwrap_or_default()) {
            return Ok(StreamableHttpPostResponse::Json(answer, session));
        }
    }
    Err(StreamableHttpError::Client(missing))
}

/// Nothing for what comes before it.
fn final_answer(data: &str) -> Option<ServerJsonRpcMessage> {
    let read = serde_json::from_str(data).ok()?;
    let is_final = matches!(
        read,
        ServerJsonRpcMessage::Response(_) | ServerJsonRpcMessage::Error(_)
    );
    is_final.then_some(read)
}

/// What a server answered to `server/discover`. Some old ones answer anything to a method that
/// they do not know, mostly `{}`.
pub(super) fn of_discovery(
    answered: StreamableHttpPostResponse,
    message: &ClientJsonRpcMessage,
) -> StreamableHttpPostResponse {
    match answered {
        StreamableHttpPostResponse::Json(ServerJsonRpcMessage::Response(response), _)
            if !matches!(response.result, ServerResult::DiscoverResult(_)) =>
        {
            speaks_the_old_way(message)
        }
        answered => answered,
    }
}

/// The answer to `server/discover` that a server before 2026-07-28 should have given.
pub(super) fn speaks_the_old_way(message: &ClientJsonRpcMessage) -> StreamableHttpPostResponse {
    let unknown = ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "server/discover", None);
    StreamableHttpPostResponse::Json(addressed(unknown, message), None)
}

/// The error as the answer to this very request. A server that refuses a request before it has
/// read it leaves the id out, and nobody would ever get that answer.
fn addressed(error: ErrorData, message: &ClientJsonRpcMessage) -> ServerJsonRpcMessage {
    ServerJsonRpcMessage::error(error, id(message))
}

fn id(message: &ClientJsonRpcMessage) -> Option<RequestId> {
    match message {
        ClientJsonRpcMessage::Request(request) => Some(request.id.clone()),
        _ => None,
    }
}

/// Whether it is no error in words.
pub(super) fn is_good(answered: &StreamableHttpPostResponse) -> bool {
    !matches!(
        answered,
        StreamableHttpPostResponse::Json(ServerJsonRpcMessage::Error(_), _)
    )
}

/// What is asked of a session that is open.
pub(super) fn uses_tools(message: &ClientJsonRpcMessage) -> bool {
    matches!(
        message,
        ClientJsonRpcMessage::Request(asked) if matches!(
            asked.request,
            ClientRequest::CallToolRequest(_) | ClientRequest::ListToolsRequest(_)
        )
    )
}

/// All but a call, and the question how a server speaks: some old ones fail over it.
fn may_be_asked_again(message: &ClientJsonRpcMessage) -> bool {
    !matches!(
        message,
        ClientJsonRpcMessage::Request(asked) if matches!(
            asked.request,
            ClientRequest::CallToolRequest(_) | ClientRequest::DiscoverRequest(_)
        )
    )
}

fn foreign(said: SessionError) -> WireError {
    WireError::Foreign(Box::new(said))
}

fn unreadable(response: &Response) -> WireError {
    if response.status().is_success() {
        WireError::Unexpected("an answer that is no MCP message")
    } else {
        WireError::status(response)
    }
}
