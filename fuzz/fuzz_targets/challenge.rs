//! `WWW-Authenticate`, several lines of it (rule D5).
#![no_main]

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(16) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    let all = drawbridge_oauth::parse_challenges(&headers);
    for one in &all {
        assert!(!one.scheme.is_empty());
        assert!(one.params.iter().all(|(name, _)| !name.is_empty()));
    }
    let any_bearer = all
        .iter()
        .any(|one| one.scheme.eq_ignore_ascii_case("bearer"));
    match drawbridge_oauth::bearer(&headers) {
        Some(bearer) => {
            assert!(any_bearer);
            for words in [bearer.error, bearer.error_description].into_iter().flatten() {
                assert!(words.chars().count() <= 250);
                assert!(!words.chars().any(char::is_control));
            }
        }
        None => assert!(!any_bearer),
    }
});
