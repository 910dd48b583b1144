//! How sign-in pages get from the engine to the person, and the person's answers back.

use std::io::BufRead as _;
use std::sync::Arc;

use drawbridge_engine::{AttemptId, SignInPrompt, SignInSurface};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use url::Url;

/// For commands in which nobody is asked to sign in.
pub(crate) struct Nobody;

impl SignInSurface for Nobody {
    fn open(&self, _: SignInPrompt) {}

    fn close(&self, _: &AttemptId) {}

    fn has_popup(&self) -> bool {
        false
    }

    fn receives_deep_links(&self) -> bool {
        false
    }
}

/// Hands the pages over to whoever waits at the terminal.
pub(crate) struct Terminal {
    prompts: UnboundedSender<SignInPrompt>,
}

impl Terminal {
    /// The surface, and the pages it is asked to show.
    pub(crate) fn new() -> (Arc<Self>, UnboundedReceiver<SignInPrompt>) {
        let (prompts, shown) = unbounded_channel();
        (Arc::new(Self { prompts }), shown)
    }
}

impl SignInSurface for Terminal {
    fn open(&self, prompt: SignInPrompt) {
        // Nobody is there any more: the attempt is being cancelled.
        let _ = self.prompts.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}

    fn has_popup(&self) -> bool {
        false
    }

    fn receives_deep_links(&self) -> bool {
        false
    }
}

/// Lines of standard input, until it ends.
pub(crate) fn pasted_lines() -> UnboundedReceiver<String> {
    let (lines, pasted) = unbounded_channel();
    // A read cannot be cut short: it has a thread of its own, which ends with the program.
    let reader = std::thread::Builder::new().name("stdin".into());
    let started = reader.spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    if let Err(error) = started {
        tracing::warn!("standard input is not read: {}", error.kind());
    }
    pasted
}

/// The callback URL that a pasted text stands for: the whole URL, its query, or the code alone; nothing where
/// the answer has to name its issuer, which no code does.
pub(crate) fn callback(pasted: &str, prompt: &SignInPrompt) -> Option<String> {
    let redirect = prompt.redirect.as_str();
    let pasted = pasted.trim();
    addressed(pasted, redirect).or_else(|| {
        let may_be_code = !prompt.iss_parameter_supported;
        may_be_code.then(|| with_code(pasted, redirect, &state(prompt)))
    })
}

fn state(prompt: &SignInPrompt) -> String {
    let url = Url::parse(prompt.url.as_str()).ok();
    let state = url.and_then(|url| {
        let state = url.query_pairs().find(|(name, _)| name == "state");
        state.map(|(_, value)| value.into_owned())
    });
    state.unwrap_or_default()
}

fn addressed(pasted: &str, redirect: &str) -> Option<String> {
    if pasted.contains("://") || pasted.starts_with(redirect) {
        return Some(pasted.to_owned());
    }
    let query = pasted.trim_start_matches('?');
    let is_query = query
        .split('&')
        .any(|pair| matches!(pair.split_once('='), Some(("code" | "error" | "state", _))));
    is_query.then(|| format!("{redirect}?{query}"))
}

fn with_code(code: &str, redirect: &str, state: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("code", code).append_pair("state", state);
    format!("{redirect}?{}", pairs.finish())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{addressed, with_code};

    const LOOPBACK: &str = "http://127.0.0.1:9/callback";
    const DEEP: &str = "dev.drawbridge.desktop:/oauth/callback";

    #[rstest]
    #[case(
        "http://127.0.0.1:9/callback?code=a&state=b",
        LOOPBACK,
        "http://127.0.0.1:9/callback?code=a&state=b"
    )]
    #[case(
        "dev.drawbridge.desktop:/oauth/callback?code=a",
        DEEP,
        "dev.drawbridge.desktop:/oauth/callback?code=a"
    )]
    #[case(
        "?code=a&state=b&iss=c",
        LOOPBACK,
        "http://127.0.0.1:9/callback?code=a&state=b&iss=c"
    )]
    #[case(
        "error=access_denied&state=b",
        DEEP,
        "dev.drawbridge.desktop:/oauth/callback?error=access_denied&state=b"
    )]
    fn an_address_and_its_query_become_the_callback(
        #[case] pasted: &str,
        #[case] redirect: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(addressed(pasted, redirect).as_deref(), Some(expected));
    }

    #[test]
    fn a_code_becomes_the_callback_of_the_page_that_was_shown() {
        let code = "4/0Ab-c=";
        assert_eq!(addressed(code, LOOPBACK), None);
        assert_eq!(
            with_code(code, LOOPBACK, "S"),
            "http://127.0.0.1:9/callback?code=4%2F0Ab-c%3D&state=S"
        );
    }
}
