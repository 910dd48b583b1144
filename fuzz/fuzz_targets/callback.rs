//! What comes back through the browser (rules T2 and T3).
#![no_main]

use drawbridge_oauth::{Answer, Issuer, check_issuer, parse_callback};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for url in [
        text.to_owned(),
        format!("dev.drawbridge.desktop:/oauth/callback?{text}"),
    ] {
        let Ok(callback) = parse_callback(&url) else {
            continue;
        };
        assert!(!callback.state.expose().is_empty());
        match &callback.answer {
            Answer::Code(code) => assert!(!code.expose().is_empty()),
            Answer::Error { error, description } => {
                for words in std::iter::once(error).chain(description) {
                    assert!(words.chars().count() <= 250);
                    assert!(!words.chars().any(char::is_control));
                }
            }
        }
        let expected = Issuer::parse("https://as.example").expect("an issuer");
        let admitted = check_issuer(&callback, &expected, true).is_ok();
        assert_eq!(admitted, callback.issuer.as_deref() == Some("https://as.example"));
    }
});
