//! Reads results as JSON, so that what `rmcp` has no type for is not lost.

use rmcp::model::ServerResult;
use serde_json::Value;

use super::SessionError;

/// The result as it came, or nearly so.
pub(super) fn of_result(result: &ServerResult) -> Result<Value, SessionError> {
    serde_json::to_value(result)
        .map_err(|_| SessionError::Protocol("a result that cannot be read".into()))
}

/// The string under that name.
pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}
