//! What a server asks the person while one of its tools runs (MCP 2025-11-25, Elicitation).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::json_text;

/// A question that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct QuestionView {
    /// Its own id.
    pub id: String,
    /// The server's id.
    pub server: String,
    /// The server's name.
    pub server_name: String,
    /// Why it asks, in its own words: at most 2,000 characters.
    pub message: String,
    /// What it wants.
    pub wanted: WantedView,
}

/// What a server wants of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum WantedView {
    /// A form.
    Form {
        /// JSON Schema of one object with simple properties: JSON, as text.
        #[serde(serialize_with = "json_text::write_all")]
        #[ts(type = "string")]
        schema: Value,
    },
    /// A page that the person visits; what happens there is between them and the page.
    Page {
        /// Where it is.
        url: String,
        /// Whose it is.
        origin: String,
    },
}

/// What the person did with a question.
#[derive(Clone, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
#[ts(export)]
pub enum QuestionAnswer {
    /// Filled the form in.
    Accept {
        /// What was filled in; what is left out takes the default of the schema, where it has one. JSON, as text.
        #[serde(deserialize_with = "json_text::read")]
        #[ts(type = "string")]
        content: Map<String, Value>,
    },
    /// Said no.
    Decline,
    /// Put it away without saying anything.
    Cancel,
}
