//! Tools that ask the person something before they answer: in their answer (MCP 2026-07-28, multi round-trip
//! requests), or by a refusal (MCP 2025-11-25).

use rmcp::{
    ErrorData,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ElicitRequest,
        ElicitRequestParams, ErrorCode, InputRequest, InputRequests, InputRequiredResult,
    },
};
use serde_json::{Value, json};

/// Its only question.
const QUESTION: &str = "question";

/// Asks; whoever comes with the answer gets it back as text.
pub(super) fn respond(
    request: &CallToolRequestParams,
    question: &Value,
) -> Result<CallToolResponse, ErrorData> {
    let answers = request.input_responses.as_ref();
    if let Some(answer) = answers.and_then(|answers| answers.get(QUESTION)) {
        let told = vec![ContentBlock::text(answer.to_string())];
        return Ok(CallToolResult::success(told).into());
    }
    let params: ElicitRequestParams = serde_json::from_value(question.clone())
        .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
    let asked = InputRequest::Elicitation(ElicitRequest::new(params));
    let requests = InputRequests::from([(QUESTION.to_owned(), asked)]);
    Ok(InputRequiredResult::from_input_requests(requests).into())
}

/// The refusal of a tool that does nothing before the person has been on a page (MCP 2025-11-25).
pub(super) fn not_before(url: &str) -> ErrorData {
    let elicitation = json!({
        "mode": "url", "elicitationId": "e-1", "url": url, "message": "Link your files first.",
    });
    let data = json!({ "elicitations": [elicitation] });
    ErrorData::new(ErrorCode(-32042), "This needs your files.", Some(data))
}
