//! What a server was told in confidence, and does not come back in its words: those of an error are stored,
//! reported and pasted.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use drawbridge_oauth::{AccessToken, clean_without};
use http::HeaderMap;
use zeroize::Zeroizing;

use crate::core::lock;

/// A token may be good for seconds, and the answer to what was asked with it may take minutes.
const MOST_TOKENS: usize = 32;
/// What is shorter, in bytes, is no secret, and stands in the midst of other words.
const SHORTEST: usize = 4;

/// Of one session; a clone is the same one.
#[derive(Clone)]
pub(super) struct Confided(Arc<Inner>);

struct Inner {
    headers: Vec<Zeroizing<String>>,
    /// The newest last.
    tokens: Mutex<VecDeque<AccessToken>>,
}

impl Confided {
    /// The values of the person's own headers; tokens come later.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.values();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        Self(Arc::new(Inner {
            headers: values.flat_map(|value| secrets_in(&value)).collect(),
            tokens: Mutex::default(),
        }))
    }

    /// The server is shown this token.
    pub(super) fn note(&self, token: &AccessToken) {
        let mut tokens = lock(&self.0.tokens);
        if tokens.iter().any(|known| known.expose() == token.expose()) {
            return;
        }
        if tokens.len() == MOST_TOKENS {
            tokens.pop_front();
        }
        tokens.push_back(token.clone());
    }

    /// Somebody else's text made fit to be shown (rule T8), without any of it (rule N5).
    pub(super) fn clean(&self, text: &str) -> String {
        let tokens = lock(&self.0.tokens);
        let headers = self.0.headers.iter().map(|value| value.as_str());
        let secrets = headers.chain(tokens.iter().map(AccessToken::expose));
        let mut secrets: Vec<&str> = secrets.filter(|it| it.len() >= SHORTEST).collect();
        // One may be the beginning of another.
        secrets.sort_by_key(|secret| Reverse(secret.len()));
        clean_without(text, &secrets)
    }
}

/// The value, what stands behind its scheme (RFC 9110 §11.4), and the password in that (RFC 7617 §2).
fn secrets_in(value: &str) -> Vec<Zeroizing<String>> {
    let credentials = value.split_once(' ').map(|(_, rest)| rest.trim());
    let decoded = credentials.and_then(|it| BASE64_STANDARD.decode(it).ok());
    let decoded = Zeroizing::new(decoded.unwrap_or_default());
    let password = std::str::from_utf8(&decoded)
        .ok()
        .and_then(|pair| pair.split_once(':'))
        .map(|(_, password)| password);
    [Some(value), credentials, password]
        .into_iter()
        .flatten()
        .map(|secret| Zeroizing::new(secret.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    fn confided(value: &'static str) -> Confided {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", HeaderValue::from_static(value));
        Confided::of(&headers)
    }

    // rule: N5
    #[rstest]
    #[case::a_key("sk-1", "bad key: sk-1", "bad key: <redacted>")]
    #[case::with_its_scheme("Bearer sk-1", "no Bearer sk-1", "no <redacted>")]
    #[case::without_its_scheme("Bearer sk-1", "Bearer token sk-1?", "Bearer token <redacted>?")]
    #[case::as_in_a_url("a/b+c=", "bad key=a%2fb%2bc%3d", "bad key=<redacted>")]
    #[case::a_password("Basic YWRhOm9wZW4=", "ada may not open", "ada may not <redacted>")]
    #[case::what_is_in_any_word("on", "no connection", "no connection")]
    fn what_a_header_says_does_not_come_back(
        #[case] value: &'static str,
        #[case] said: &str,
        #[case] shown: &str,
    ) {
        assert_eq!(confided(value).clean(said), shown);
    }

    // rule: N5
    #[test]
    fn one_secret_may_be_the_beginning_of_another() {
        let confided = confided("abcd");
        confided.note(&AccessToken::new("abcd-efgh"));
        assert_eq!(confided.clean("abcd-efgh abcd"), "<redacted> <redacted>");
    }

    #[test]
    fn only_so_many_tokens_are_remembered_and_each_once() {
        let confided = confided("key");
        for number in 0..=MOST_TOKENS {
            for _ in 0..2 {
                confided.note(&AccessToken::new(format!("token-{number}.")));
            }
        }
        assert_eq!(confided.clean("token-0."), "token-0.");
        assert_eq!(confided.clean("token-1."), "<redacted>");
    }
}
