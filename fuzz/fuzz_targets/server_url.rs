//! The address of a server as it is typed.
#![no_main]

use drawbridge_engine::fuzzing::server_url;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    let Some(url) = server_url(typed) else {
        return;
    };
    let plain = url.scheme() == "http" && drawbridge_oauth::is_loopback(&url);
    assert!(url.scheme() == "https" || plain);
    assert!(url.host().is_some());
    assert!(url.username().is_empty() && url.password().is_none());
    assert_eq!(url.fragment(), None);
    // What is stored can be typed again, and is the same server.
    assert_eq!(server_url(url.as_str()), Some(url.clone()));
});
