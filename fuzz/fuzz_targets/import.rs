//! Lists of servers of other programs.
#![no_main]

use drawbridge_engine::fuzzing::server_url;
use drawbridge_engine::import::{Entry, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(import) = read(text) else {
        return;
    };
    assert!(!import.entries.is_empty());
    for entry in import.entries {
        assert!(!entry.name().is_empty());
        assert!(!entry.name().chars().any(char::is_control));
        if let Entry::Ready(ready) = entry {
            let url = server_url(&ready.server.url).expect("an address that can be added");
            assert_eq!(url.as_str(), ready.server.url);
            for header in &ready.server.headers {
                let value = header.value.as_deref().expect("a value");
                assert!(!value.contains("${"), "{value}");
                assert!(!ready.needs_value.contains(&header.name));
            }
        }
    }
});
