//! A server that refuses a call until the person has been on a page (MCP 2025-11-25, Elicitation, URL
//! Elicitation Required Error).

use rmcp::model::ElicitRequestParams;
use rmcp::service::ServiceError;
use serde::Deserialize as _;
use serde_json::Value;

use super::SessionError;
use super::question::{Answer, Question, Questions, question};

const REQUIRED: i32 = -32042;

/// The pages; nothing where it refused for another reason, or names none that a person could be sent to.
pub(super) fn pages(error: &ServiceError) -> Option<Vec<Question>> {
    let ServiceError::McpError(error) = error else {
        return None;
    };
    if error.code.0 != REQUIRED {
        return None;
    }
    let named = error.data.as_ref()?.get("elicitations")?.as_array()?;
    let pages: Option<Vec<_>> = named.iter().map(page).collect();
    pages.filter(|pages| !pages.is_empty())
}

fn page(named: &Value) -> Option<Question> {
    let asked = ElicitRequestParams::deserialize(named).ok()?;
    let is_page = matches!(
        &asked,
        ElicitRequestParams::UrlElicitationParams { elicitation_id, .. } if !elicitation_id.is_empty()
    );
    is_page.then(|| question(asked)).flatten()
}

/// Asks the person to go there. How the call ends then: with what the server said, unless they go to all of
/// them. Only they know when they are done there, so the call is not made again.
pub(super) async fn send_there(
    questions: &Questions,
    pages: Vec<Question>,
    said: SessionError,
) -> SessionError {
    if !questions.are_answered() {
        return SessionError::PageNeeded { opened: false };
    }
    for page in pages {
        if !matches!(questions.ask(page).await, Answer::Given(_)) {
            return said;
        }
    }
    SessionError::PageNeeded { opened: true }
}
