//! Bodies with a limit (rule N1): whole ones, and streams of events.

use std::future::ready;

use futures::{StreamExt as _, stream};
use reqwest::Response;
use rmcp::ErrorData;
use rmcp::model::{ErrorCode, RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::Sse;

use super::decoder::{Decoder, TooLarge};
use super::{Events, WireError};

/// Of our own, and of no server: JSON-RPC and MCP give out codes from -32768 to -32000.
const TOO_LARGE: i32 = i32::MIN;

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(mut answer: Response, limit: usize) -> Result<Vec<u8>, WireError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Err(WireError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads events of at most `limit` bytes each. A larger one ends the stream; where it is to answer
/// `asked`, that is told in its place: a stream that just ends would be taken up again.
pub(super) fn events(answer: Response, limit: usize, asked: Option<RequestId>) -> Events {
    let mut decoder = Decoder::new(limit);
    let read = answer.bytes_stream().map(move |chunk| {
        let events = decoder.read(&chunk?);
        events.map_err(|TooLarge| WireError::TooLarge(limit))
    });
    read.scan(false, |is_over, events| {
        let wanted = !*is_over;
        *is_over = events.is_err();
        ready(wanted.then_some(events))
    })
    .flat_map(|events| match events {
        Ok(events) => stream::iter(events).map(Ok).left_stream(),
        Err(error) => stream::once(ready(Err(error))).right_stream(),
    })
    .map(move |event| match (event, &asked) {
        (Err(WireError::TooLarge(limit)), Some(asked)) => Ok(said_of(asked, limit)),
        (event, _) => event.map_err(|error| SseError::Body(Box::new(error))),
    })
    .boxed()
}

fn said_of(asked: &RequestId, limit: usize) -> Sse {
    let error = ErrorData::new(ErrorCode(TOO_LARGE), "too large", Some(limit.into()));
    let answer = ServerJsonRpcMessage::error(error, Some(asked.clone()));
    Sse::default().data(serde_json::to_string(&answer).unwrap_or_default())
}

/// The limit, in bytes, that the answer to a request went over.
pub(in crate::session) fn too_large(error: &ErrorData) -> Option<usize> {
    let limit = error.data.as_ref().filter(|_| error.code.0 == TOO_LARGE)?;
    limit.as_u64()?.try_into().ok()
}
