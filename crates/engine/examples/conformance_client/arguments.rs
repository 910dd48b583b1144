//! Arguments that a tool's schema takes.

use serde_json::{Map, Value, json};

/// Something for every required property.
pub(crate) fn for_schema(schema: &Value) -> Value {
    let required = schema.get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    let filled: Map<String, Value> = names
        .map(|name| (name.to_owned(), example(&schema["properties"][name])))
        .collect();
    Value::Object(filled)
}

fn example(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("number" | "integer") => json!(2),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        Some("object") => json!({}),
        _ => json!("something"),
    }
}
