//! Answers of the registry of MCP servers.
#![no_main]

use drawbridge_engine::fuzzing::registry_page;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    registry_page(body);
});
