//! What is read of an answer, whatever the answer is.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::entry::listing;
use crate::view::{RegistryServer, Transport};

fn read(server: &Value) -> Option<RegistryServer> {
    let body = json!({ "servers": [{ "server": server }] });
    listing(body.to_string().as_bytes())?.servers.pop()
}

fn minimal(remote: &Value) -> Value {
    json!({ "name": "com.example/search", "description": "Finds.", "version": "1.0.0",
            "remotes": [remote] })
}

#[test]
fn an_address_keeps_what_the_person_has_to_give() {
    let server = read(&minimal(&json!({
        "type": "streamable-http",
        "url": "https://{region}.example/{tenant}/mcp?v={version}",
        "variables": {
            "region": { "choices": ["eu", "us"], "default": "eu" },
            "version": { "value": "2" }
        },
        "headers": [
            { "name": "Authorization", "value": "Bearer {key}", "isRequired": true,
              "variables": { "key": { "isSecret": true, "description": "From your account" } } },
            { "name": "X-Client", "value": "any" },
            { "name": "Host", "value": "evil.example" }
        ]
    })))
    .unwrap();
    let remote = &server.remotes[0];
    assert_eq!(remote.url, "https://{region}.example/{tenant}/mcp?v=2");
    assert_eq!(remote.name, None);
    let variables: Vec<_> = remote
        .variables
        .iter()
        .map(|input| (input.name.as_str(), input.required, input.choices.len()))
        .collect();
    assert_eq!(variables, [("region", true, 2), ("tenant", true, 0)]);
    let headers: Vec<_> = remote
        .headers
        .iter()
        .map(|header| (header.input.name.as_str(), header.value.as_deref()))
        .collect();
    assert_eq!(
        headers,
        [("Authorization", None), ("X-Client", Some("any"))]
    );
    let key = &remote.headers[0].input;
    assert!(key.required && key.secret);
    assert_eq!(key.placeholder.as_deref(), Some("Bearer {key}"));
    assert_eq!(key.description.as_deref(), Some("From your account"));
}

#[test]
fn what_cannot_be_used_is_marked_or_left_out() {
    let sse = read(&minimal(
        &json!({ "type": "sse", "url": "https://a.example/sse" }),
    ))
    .unwrap();
    assert_eq!(sse.remotes[0].transport, Transport::Sse);
    assert_eq!(sse.title, "search");
    for remote in [
        json!({ "type": "stdio" }),
        json!({ "type": "sse" }),
        json!(7),
    ] {
        assert_eq!(read(&minimal(&remote)), None, "{remote}");
    }
    assert_eq!(
        read(&json!({ "name": "com.example/program", "packages": [] })),
        None
    );
}

#[test]
fn old_versions_and_what_was_taken_back_are_left_out() {
    let remote = json!({ "type": "streamable-http", "url": "https://a.example/mcp" });
    let entry = |meta: Value| {
        json!({ "server": minimal(&remote),
                "_meta": { "io.modelcontextprotocol.registry/official": meta } })
    };
    let body = json!({ "servers": [
        entry(json!({ "status": "active", "isLatest": true })),
        entry(json!({ "status": "active", "isLatest": false })),
        entry(json!({ "status": "deleted" })),
        entry(json!({ "status": "deprecated" })),
        entry(json!({})),
        { "server": "nonsense" },
        null,
    ], "metadata": { "nextCursor": "", "count": 7 } });
    let listing = listing(body.to_string().as_bytes()).unwrap();
    assert_eq!((listing.servers.len(), listing.next), (2, None));
}

fn any_answer() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "servers",
        "server",
        "name",
        "title",
        "description",
        "remotes",
        "type",
        "url",
        "headers",
        "variables",
        "value",
        "choices",
        "metadata",
        "nextCursor",
        "streamable-http",
        "sse",
        "https://{a}.example/{b}",
        "Bearer {",
        "}",
        "a",
        "b",
        "\u{202e}",
        "isSecret",
        "default",
    ]);
    let leaf = prop_oneof![
        words.clone().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(6, 80, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(words.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_answer_is_read_without_a_panic(answer in any_answer(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = listing(&bytes);
        let _ = listing(answer.to_string().as_bytes());
        let body = json!({ "servers": [{ "server": answer }] });
        for server in listing(body.to_string().as_bytes()).unwrap().servers {
            prop_assert!(!server.id.is_empty() && !server.remotes.is_empty());
            for remote in server.remotes {
                let filled = remote.variables.iter().fold(remote.url, |url, input| {
                    url.replace(&format!("{{{}}}", input.name), "x")
                });
                prop_assert!(!filled.contains("{a}"), "{}", filled);
            }
        }
    }
}
