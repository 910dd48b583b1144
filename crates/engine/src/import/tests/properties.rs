//! Whatever the text, reading it ends, and every entry comes back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// JSON with the words of this trade in it.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "mcpServers",
        "servers",
        "mcp",
        "url",
        "command",
        "args",
        "headers",
        "npx",
        "mcp-remote",
        "https://a.example/mcp",
        "--header",
        "A: ${B}",
        "${",
        "}",
        "source",
        "type",
        "sse",
        "stdio",
        "name",
        "env",
        "disabled",
        "oauth",
        "clientId",
        "projects",
        "settings",
        "\u{0}",
        "",
    ]);
    let leaf = prop_oneof![
        words.clone().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let key = prop_oneof![words.clone().prop_map(str::to_owned), "[a-z]{1,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,300}") {
        let _ = read(&text);
    }

    #[test]
    fn any_json_is_read_without_a_panic(value in any_json()) {
        let _ = read(&value.to_string());
    }

    #[test]
    fn every_entry_of_a_list_comes_back_in_its_place(
        values in prop::collection::vec(("[a-zA-Z0-9 _-]{1,12}", any_json()), 1..20)
    ) {
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        // Written out by hand, because a map would drop the second of two entries with one name.
        let inside: Vec<String> = values
            .iter()
            .map(|(name, value)| format!("{}: {value}", json!(name)))
            .collect();
        let is_one_server = values.iter().any(|(name, _)| ["url", "uri", "command"].contains(&name.as_str()));
        prop_assume!(!is_one_server);
        let read = read(&format!("{{ \"mcpServers\": {{ {} }} }}", inside.join(", "))).unwrap();
        prop_assert_eq!(read.entries.len(), names.len());
        for (entry, name) in read.entries.iter().zip(names) {
            let kept = entry.name() == name.trim();
            let unnamed = name.trim().is_empty();
            prop_assert!(kept || unnamed, "{:?} became {:?}", name, entry.name());
        }
    }

    #[test]
    fn no_value_of_a_header_is_sent_with_a_placeholder_in_it(
        before in "[A-Za-z ]{0,8}", name in "[A-Z]{1,8}", after in "[A-Za-z]{0,8}",
        bridge in any::<bool>(),
    ) {
        let value = format!("{before}${{{name}}}{after}");
        let server = if bridge {
            json!({ "command": "npx", "args": ["mcp-remote", "https://a.example/mcp", "--header", format!("X-A: {value}")] })
        } else {
            json!({ "url": "https://a.example/mcp", "headers": { "X-A": value } })
        };
        let mut import = read(&server.to_string()).unwrap();
        let Entry::Ready(ready) = import.entries.remove(0) else {
            return Err(TestCaseError::fail("it was skipped"));
        };
        prop_assert!(ready.server.headers.is_empty());
        prop_assert_eq!(ready.needs_value, ["x-a"]);
    }
}
