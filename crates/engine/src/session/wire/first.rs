//! An answer that comes as a stream of events, and is the first of them.

use futures::{StreamExt as _, stream};
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::StreamableHttpPostResponse;
use sse_stream::Sse;

use super::{Events, message};

/// Waits for the first event. Where that is the answer, `rmcp` is spared the stream: to follow it costs
/// as much as all else that it does for a call. Nothing but its end is left, which hyper waits for.
pub(super) async fn of(
    mut events: Events,
    asked: &ClientJsonRpcMessage,
    session: Option<String>,
) -> StreamableHttpPostResponse {
    let first = events.next().await;
    let event = first.as_ref().and_then(|event| event.as_ref().ok());
    match event.and_then(|event| answer(event, asked)) {
        Some(answer) => StreamableHttpPostResponse::Json(answer, session),
        None => StreamableHttpPostResponse::Sse(stream::iter(first).chain(events).boxed(), session),
    }
}

fn answer(event: &Sse, asked: &ClientJsonRpcMessage) -> Option<ServerJsonRpcMessage> {
    let is_message = matches!(event.event.as_deref(), None | Some("" | "message"));
    let data = event.data.as_ref().filter(|_| is_message)?;
    let message = message::read(data.as_bytes(), asked)?;
    message::answers(&message, asked).then_some(message)
}
