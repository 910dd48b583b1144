//! Server-sent events.
#![no_main]

use drawbridge_engine::fuzzing::events;
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 1 << 10;

fuzz_target!(|stream: &[u8]| {
    let whole = events(&[stream], LIMIT);
    for size in [1, 2, 7] {
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        assert_eq!(events(&chunks, LIMIT), whole);
    }
});
