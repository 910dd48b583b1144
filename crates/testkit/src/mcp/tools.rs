//! The tools on offer, as they are listed.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Scope without which a tool answers 403 `insufficient_scope`.
pub(super) fn needed_scope(tool: &str) -> Option<&'static str> {
    (tool == "admin_report").then_some("admin")
}

/// A tool that a test adds.
pub(super) fn plain(name: &str) -> Tool {
    Tool::new(
        name.to_owned(),
        "Answers with its own name.",
        object(json!({ "type": "object" })),
    )
}

/// The eight tools of the beginning.
pub(super) fn all() -> Vec<Tool> {
    vec![
        tool(
            "greet",
            "Greet somebody",
            "Says hello, in a few languages.",
            json!({
                "type": "object",
                "properties": {
                    "name": { "type": "string", "description": "Whom to greet" },
                    "language": { "enum": ["en", "de", "fr"], "default": "en" }
                },
                "required": ["name"]
            }),
        ),
        tool(
            "draw_bridge",
            "Draw a bridge",
            "Draws a drawbridge as a PNG picture.",
            json!({
                "type": "object",
                "properties": {
                    "open": {
                        "type": "integer", "minimum": 0, "maximum": 70, "default": 40,
                        "description": "How far it is open, in degrees"
                    }
                }
            }),
        ),
        tool(
            "fail",
            "Fail",
            "Always ends in an error, of the tool or of the protocol.",
            json!({
                "type": "object",
                "properties": { "kind": { "enum": ["tool", "protocol"], "default": "tool" } }
            }),
        ),
        tool(
            "slow",
            "Take your time",
            "Works for some seconds, reports its progress and can be cancelled.",
            json!({
                "type": "object",
                "properties": {
                    "seconds": { "type": "number", "minimum": 0, "maximum": 600, "default": 5 }
                }
            }),
        ),
        weather(),
        tool(
            "form",
            "Fill in a form",
            "Takes every JSON Schema type and gives it back.",
            form(),
        ),
        tool(
            "admin_report",
            "Read the admin report",
            "Needs the scope admin, which is not asked for at first.",
            json!({ "type": "object" }),
        ),
        tool(
            "revoke_my_sign_in",
            "Revoke my sign-in",
            "Ends your grant at the authorization server: the next request finds you signed out.",
            json!({ "type": "object" }),
        )
        .with_annotations(ToolAnnotations::new().read_only(false).destructive(true)),
    ]
}

fn weather() -> Tool {
    tool(
        "weather",
        "Look at the weather",
        "Tells the weather at a place, as structured output.",
        json!({
            "type": "object",
            "properties": { "place": { "type": "string", "minLength": 1 } },
            "required": ["place"]
        }),
    )
    .with_raw_output_schema(Arc::new(object(json!({
        "type": "object",
        "properties": {
            "place": { "type": "string" },
            "celsius": { "type": "number" },
            "sky": { "enum": ["clear", "cloudy", "rain"] }
        },
        "required": ["place", "celsius", "sky"]
    }))))
}

/// One property of every kind that a schema may hold.
fn form() -> Value {
    json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "minLength": 1, "maxLength": 80, "description": "A line" },
            "email": { "type": "string", "format": "email" },
            "day": { "type": "string", "format": "date" },
            "moment": { "type": "string", "format": "date-time" },
            "link": { "type": "string", "format": "uri" },
            "code": { "type": "string", "pattern": "^[A-Z]{3}-[0-9]+$" },
            "colour": { "type": "string", "enum": ["red", "green", "blue"], "default": "green" },
            "level": { "enum": [1, "two", true, null] },
            "kind": { "const": "form" },
            "amount": { "type": "number", "exclusiveMinimum": 0, "default": 1.5 },
            "count": { "type": "integer", "minimum": 0, "maximum": 10, "multipleOf": 2 },
            "agree": { "type": "boolean", "default": false },
            "tags": {
                "type": "array", "items": { "type": "string" }, "uniqueItems": true, "maxItems": 5
            },
            "point": {
                "type": "array", "items": [{ "type": "number" }, { "type": "number" }],
                "minItems": 2
            },
            "address": {
                "type": "object",
                "properties": { "street": { "type": "string" }, "number": { "type": "integer" } },
                "required": ["street"]
            },
            "extra": { "type": "object", "additionalProperties": { "type": "string" } },
            "note": { "type": ["string", "null"], "default": null },
            "size": { "anyOf": [{ "type": "integer" }, { "enum": ["small", "large"] }] },
            "nothing": { "type": "null" },
            "anything": {}
        },
        "required": ["text", "agree"]
    })
}

fn tool(name: &'static str, title: &str, description: &'static str, input: Value) -> Tool {
    Tool::new(name, description, object(input))
        .with_title(title)
        .with_annotations(ToolAnnotations::new().read_only(true))
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}
