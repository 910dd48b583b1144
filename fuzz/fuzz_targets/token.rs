//! What the token endpoint answers (rules T7 and T8).
#![no_main]

use drawbridge_oauth::fuzzing::token_answer;
use http::Response;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const SECRET: &str = "s3cret-that-was-sent";

fuzz_target!(|data: &[u8]| {
    let Some((&kind, body)) = data.split_first() else {
        return;
    };
    let status = [200, 201, 302, 400, 401, 403, 422, 429, 500, 503][usize::from(kind % 10)];
    let mut answer = Response::builder().status(status);
    if kind & 64 != 0 {
        answer = answer.header("content-type", "text/html");
    }
    let Ok(answer) = answer.body(body.to_vec()) else {
        return;
    };
    match token_answer(&answer, &[SECRET]) {
        Ok(tokens) => {
            let tokens: Value = serde_json::from_slice(&tokens).expect("the standard's form");
            assert!(tokens["access_token"].as_str().is_some_and(|token| !token.is_empty()));
            assert!(status < 300);
            if let Some(account) = tokens.get("account") {
                let name = account.as_str().expect("a name");
                assert!(!name.contains(SECRET) && !name.chars().any(char::is_control), "{name:?}");
                assert!((1..=250).contains(&name.chars().count()), "{name}");
            }
        }
        Err(error) => {
            let told = error.to_string();
            assert!(!told.contains(SECRET), "{told}");
            assert!(!told.chars().any(char::is_control), "{told:?}");
            assert!(told.chars().count() < 700, "{told}");
        }
    }
});
