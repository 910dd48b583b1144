//! Tools, and what they answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::json_text;

/// A tool as its server describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ToolView {
    /// What it is called by.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of its arguments.
    #[ts(type = "unknown")]
    pub input_schema: serde_json::Value,
    /// It promises to change nothing.
    pub read_only: bool,
    /// It says that it may destroy something.
    pub destructive: bool,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CallOutcome {
    /// In the order the server sent it.
    pub content: Vec<ToolContent>,
    /// `structuredContent`, if any: JSON, as text.
    #[serde(serialize_with = "json_text::write")]
    #[ts(type = "string | null")]
    pub structured: Option<serde_json::Value>,
    /// The tool itself says that it failed.
    pub is_error: bool,
    /// From the call to the answer.
    #[ts(type = "number")]
    pub duration_millis: u64,
}

/// One piece of a tool's answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ToolContent {
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image {
        /// Base64.
        data: String,
        /// Media type.
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// Base64.
        data: String,
        /// Media type.
        mime_type: String,
    },
    /// A pointer to a resource.
    Link {
        /// Where it is.
        uri: String,
        /// What it is called.
        name: String,
        /// What it is.
        description: Option<String>,
        /// Media type.
        mime_type: Option<String>,
    },
    /// Anything else, as it came.
    Other {
        /// JSON, as text.
        #[serde(serialize_with = "json_text::write_all")]
        #[ts(type = "string")]
        json: serde_json::Value,
    },
}
