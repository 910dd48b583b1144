//! A tool that asks the person something before it answers (MCP 2026-07-28, multi round-trip
//! requests).

use rmcp::{
    ErrorData,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ElicitRequest,
        ElicitRequestParams, InputRequest, InputRequests, InputRequiredResult,
    },
};
use serde_json::Value;

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
