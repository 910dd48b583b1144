//! One call of one tool.

use std::time::{Duration, Instant};

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use rmcp::service::{Peer, PeerRequestOptions, RequestHandle, RoleClient};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{SessionError, failure, json};
use crate::view::{CallOutcome, ToolContent};

/// See [`super::Session::call_tool`].
pub(super) async fn call(
    peer: &Peer<RoleClient>,
    name: &str,
    arguments: Map<String, Value>,
    limit: Duration,
    cancelled: CancellationToken,
) -> Result<CallOutcome, SessionError> {
    let began = Instant::now();
    let params = CallToolRequestParams::new(name.to_owned()).with_arguments(arguments);
    let asked = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let mut handle = peer
        .send_request_with_option(asked, PeerRequestOptions::no_options())
        .await
        .map_err(failure::of_request)?;
    let answer = tokio::select! {
        biased;
        answer = &mut handle.rx => answer,
        () = cancelled.cancelled() => {
            withdraw(handle, "cancelled by the person");
            return Err(SessionError::Cancelled);
        }
        () = tokio::time::sleep(limit) => {
            withdraw(handle, "it took too long");
            return Err(SessionError::Timeout);
        }
    };
    let result = answer
        .map_err(|_| SessionError::Interrupted)?
        .map_err(failure::of_request)?;
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    outcome(json::of_result(&result)?, millis)
}

/// Tells the server (`notifications/cancelled`) without waiting for it.
fn withdraw(handle: RequestHandle<RoleClient>, reason: &'static str) {
    tokio::spawn(async move {
        if handle.cancel(Some(reason.into())).await.is_err() {
            tracing::debug!("the server was not told that a call was cancelled");
        }
    });
}

fn outcome(mut result: Value, duration_millis: u64) -> Result<CallOutcome, SessionError> {
    let kind = json::text(&result, "resultType");
    if kind.as_deref() == Some("input_required") {
        return Err(SessionError::Protocol(
            "the tool asks for an answer that Drawbridge cannot give".into(),
        ));
    }
    let structured = result.get_mut("structuredContent").map(Value::take);
    let pieces = match result.get_mut("content").map(Value::take) {
        Some(Value::Array(pieces)) => pieces,
        None if structured.is_some() => Vec::new(),
        _ => {
            return Err(SessionError::Protocol(
                "a tool's answer without content".into(),
            ));
        }
    };
    Ok(CallOutcome {
        content: pieces.into_iter().map(content).collect(),
        structured,
        is_error: result
            .get("isError")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        duration_millis,
    })
}

/// A kind that is unknown, or lacks what its kind should have, is shown as it came.
fn content(piece: Value) -> ToolContent {
    let field = |name| json::text(&piece, name);
    let known = match piece.get("type").and_then(Value::as_str) {
        Some("text") => field("text").map(|text| ToolContent::Text { text }),
        Some("image") => field("data")
            .zip(field("mimeType"))
            .map(|(data, mime_type)| ToolContent::Image { data, mime_type }),
        Some("audio") => field("data")
            .zip(field("mimeType"))
            .map(|(data, mime_type)| ToolContent::Audio { data, mime_type }),
        Some("resource_link") => field("uri").map(|uri| {
            let name = field("title")
                .or_else(|| field("name"))
                .unwrap_or_else(|| uri.clone());
            ToolContent::Link { uri, name }
        }),
        _ => None,
    };
    known.unwrap_or(ToolContent::Other { json: piece })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::text(
        json!({ "type": "text", "text": "hello" }),
        ToolContent::Text { text: "hello".into() }
    )]
    #[case::image(
        json!({ "type": "image", "data": "AA==", "mimeType": "image/png" }),
        ToolContent::Image { data: "AA==".into(), mime_type: "image/png".into() }
    )]
    #[case::link(
        json!({ "type": "resource_link", "uri": "file:///a", "name": "a" }),
        ToolContent::Link { uri: "file:///a".into(), name: "a".into() }
    )]
    #[case::of_tomorrow(
        json!({ "type": "hologram", "x": 1 }),
        ToolContent::Other { json: json!({ "type": "hologram", "x": 1 }) }
    )]
    #[case::incomplete(
        json!({ "type": "image", "data": "AA==" }),
        ToolContent::Other { json: json!({ "type": "image", "data": "AA==" }) }
    )]
    fn every_kind_of_content_is_shown(#[case] piece: Value, #[case] shown: ToolContent) {
        assert_eq!(content(piece), shown);
    }

    #[test]
    fn a_tool_may_say_itself_that_it_failed() {
        let outcome = outcome(json!({ "content": [], "isError": true }), 3).unwrap();
        assert!(outcome.is_error);
        assert_eq!(outcome.duration_millis, 3);
    }

    #[test]
    fn an_answer_may_be_structured_only() {
        let outcome = outcome(json!({ "structuredContent": { "n": 1 } }), 0).unwrap();
        assert_eq!(outcome.structured, Some(json!({ "n": 1 })));
    }
}
