//! The list of tools: page by page, within limits, and without giving up over one odd tool.

use std::collections::HashSet;

use rmcp::model::{ClientRequest, ErrorCode, ListToolsRequest, PaginatedRequestParams};
use rmcp::service::{Peer, RoleClient, ServiceError};
use serde_json::{Map, Value};

use super::{Session, SessionError, failure, json, request};
use crate::view::ToolView;

const MOST_PAGES: usize = 50;
const MOST_TOOLS: usize = 1_000;
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// See [`super::Session::list_tools`]. What arrived before a limit was reached is kept; of two tools of
/// one name, which could not be called apart, the first.
pub(super) async fn list(session: &Session) -> Result<Vec<ToolView>, SessionError> {
    let limit = session.timeout;
    let mut tools = Vec::new();
    let mut bytes = 0;
    let (mut names, mut seen) = (HashSet::new(), HashSet::new());
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let over = async {
            tokio::time::sleep(limit).await;
            ServiceError::Timeout { timeout: limit }
        };
        let page = match page(session, cursor.take(), over).await {
            Err(SessionError::Rpc { code, .. })
                if code == ErrorCode::METHOD_NOT_FOUND.0 && !declares_tools(&session.peer) =>
            {
                return Ok(tools);
            }
            page => page.map_err(failure::of_harmless)?,
        };
        for tool in page
            .get("tools")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            bytes += tool.to_string().len();
            if tools.len() == MOST_TOOLS || bytes > MOST_BYTES {
                tracing::warn!(tools = tools.len(), "the list of tools was cut short");
                return Ok(tools);
            }
            if let Some(tool) = view(tool)
                && names.insert(tool.name.clone())
            {
                tools.push(tool);
            }
        }
        match json::text(&page, "nextCursor") {
            // A cursor that comes again would go round for ever.
            Some(next) if !next.is_empty() && seen.insert(next.clone()) => cursor = Some(next),
            _ => return Ok(tools),
        }
    }
    tracing::warn!(pages = MOST_PAGES, "the list of tools was cut short");
    Ok(tools)
}

/// Servers that have resources or prompts alone do not; some that have tools forget it.
fn declares_tools(peer: &Peer<RoleClient>) -> bool {
    let info = peer.peer_info();
    info.is_none_or(|info| info.capabilities.tools.is_some())
}

/// One page of the list, unless `end` comes first.
pub(super) async fn page(
    session: &Session,
    cursor: Option<String>,
    end: impl Future<Output = ServiceError>,
) -> Result<Value, SessionError> {
    let params = cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
    let asked = ClientRequest::ListToolsRequest(ListToolsRequest {
        params,
        ..Default::default()
    });
    let result = request::ask(session, asked, |_| (), end).await;
    let result = result.map_err(|error| failure::of_request(error, &session.confided))?;
    let page = json::of_result(&result)?;
    if page.get("tools").is_some_and(Value::is_array) {
        Ok(page)
    } else {
        Err(SessionError::Protocol(
            "a list of tools that is no list".into(),
        ))
    }
}

/// A tool without a name cannot be called, so it is no tool; everything else is forgiven.
fn view(tool: &Value) -> Option<ToolView> {
    let name = json::text(tool, "name").filter(|name| !name.is_empty())?;
    let annotations = tool.get("annotations").cloned().unwrap_or_default();
    let hint = |name: &str| annotations.get(name).and_then(Value::as_bool);
    let read_only = hint("readOnlyHint").unwrap_or(false);
    Some(ToolView {
        name,
        title: json::text(tool, "title").or_else(|| json::text(&annotations, "title")),
        description: json::text(tool, "description"),
        input_schema: tool
            .get("inputSchema")
            .filter(|schema| schema.is_object())
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new())),
        read_only,
        destructive: !read_only && hint("destructiveHint").unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_passed_on_as_it_came() {
        let schema = json!({
            "type": ["object", "null"],
            "properties": { "a": { "type": ["string", "integer"], "enum": [1, "x", null] },
                            "b": { "type": "array", "items": [{ "type": "string" }, true] } },
        });
        let tool = view(&json!({ "name": "odd", "inputSchema": schema })).unwrap();
        assert_eq!(tool.input_schema, schema);
    }

    #[test]
    fn a_tool_without_a_schema_takes_anything() {
        let tool = view(&json!({ "name": "bare", "inputSchema": null, "description": 7 })).unwrap();
        assert_eq!(tool.input_schema, json!({}));
        assert_eq!(tool.description, None);
    }

    #[test]
    fn a_tool_without_a_name_is_no_tool() {
        assert_eq!(view(&json!({ "description": "nameless" })), None);
        assert_eq!(view(&json!("text")), None);
    }

    #[test]
    fn hints_and_titles_are_read_where_they_are() {
        let tool = view(&json!({
            "name": "drop_table",
            "annotations": { "title": "Drop table", "destructiveHint": true },
        }));
        let tool = tool.unwrap();
        assert_eq!(tool.title.as_deref(), Some("Drop table"));
        assert!(tool.destructive && !tool.read_only);
    }
}
