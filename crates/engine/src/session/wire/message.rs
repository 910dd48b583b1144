//! Reading what a server says.

use rmcp::model::{
    CallToolResult, ClientJsonRpcMessage, ClientRequest, JsonRpcResponse, ServerJsonRpcMessage,
    ServerResult,
};

/// Reads the answer to `asked`, or what comes in its place. That of a tool may be large, so it is not
/// held against everything else that it might be.
pub(super) fn read(bytes: &[u8], asked: &ClientJsonRpcMessage) -> Option<ServerJsonRpcMessage> {
    if calls_tool(asked)
        && let Ok(answer) = serde_json::from_slice::<JsonRpcResponse<CallToolResult>>(bytes)
    {
        let result = ServerResult::CallToolResult(answer.result);
        return Some(ServerJsonRpcMessage::response(result, answer.id));
    }
    serde_json::from_slice(bytes).ok()
}

/// Whether it is the answer to `asked`, good or bad.
pub(super) fn answers(message: &ServerJsonRpcMessage, asked: &ClientJsonRpcMessage) -> bool {
    let ClientJsonRpcMessage::Request(asked) = asked else {
        return false;
    };
    match message {
        ServerJsonRpcMessage::Response(answer) => answer.id == asked.id,
        ServerJsonRpcMessage::Error(error) => error.id.as_ref() == Some(&asked.id),
        _ => false,
    }
}

fn calls_tool(asked: &ClientJsonRpcMessage) -> bool {
    matches!(
        asked,
        ClientJsonRpcMessage::Request(asked)
            if matches!(asked.request, ClientRequest::CallToolRequest(_))
    )
}
