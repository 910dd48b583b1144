//! What a browser is shown at the end of a sign-in: plain pages that hold nothing of it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use sha2::{Digest, Sha256};

use super::language::Language;

const STYLE: &str = include_str!("page.css");

/// How a visit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The answer is here; also for whoever brings it twice.
    Done,
    /// It is no answer to a sign-in.
    NoAnswer,
    /// It answers no sign-in that is under way.
    Stranger,
    /// Something on this computer failed.
    Trouble,
    /// Another path.
    Nowhere,
    /// Another method than GET.
    NotAsked,
}

impl Page {
    fn status(self) -> StatusCode {
        match self {
            Self::Done => StatusCode::OK,
            Self::NoAnswer => StatusCode::BAD_REQUEST,
            Self::Stranger => StatusCode::CONFLICT,
            Self::Trouble => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Nowhere => StatusCode::NOT_FOUND,
            Self::NotAsked => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// Headline and sentence. Nothing that came with the request is repeated.
    fn words(self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::English => self.english(),
            Language::German => self.german(),
        }
    }

    fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => (
                "You can go back to Drawbridge",
                "It has the answer and goes on by itself. This page can be closed.",
            ),
            Self::NoAnswer => (
                "This is not the answer to a sign-in",
                "Drawbridge still waits. Go back to the sign-in page, or start again in Drawbridge.",
            ),
            Self::Stranger => (
                "This belongs to no sign-in that is under way",
                "It may be an old page. Go back to Drawbridge and look at what it waits for.",
            ),
            Self::Trouble => (
                "Drawbridge could not take the answer",
                "Go back to Drawbridge and try to sign in once more.",
            ),
            Self::Nowhere | Self::NotAsked => (
                "There is nothing here",
                "Drawbridge waits here for the end of a sign-in, and for nothing else.",
            ),
        }
    }

    fn german(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => (
                "Du kannst zu Drawbridge zurückkehren",
                "Die Antwort ist da, und dort geht es von selbst weiter. Diese Seite kannst du schließen.",
            ),
            Self::NoAnswer => (
                "Das ist keine Antwort auf eine Anmeldung",
                "Drawbridge wartet noch. Geh zurück zur Anmeldeseite oder beginne in Drawbridge von vorn.",
            ),
            Self::Stranger => (
                "Das gehört zu keiner Anmeldung, die gerade läuft",
                "Vielleicht ist es eine alte Seite. Geh zurück zu Drawbridge und sieh nach, worauf es wartet.",
            ),
            Self::Trouble => (
                "Drawbridge konnte die Antwort nicht annehmen",
                "Geh zurück zu Drawbridge und versuche noch einmal, dich anzumelden.",
            ),
            Self::Nowhere | Self::NotAsked => (
                "Hier ist nichts",
                "Drawbridge wartet hier auf das Ende einer Anmeldung und auf nichts anderes.",
            ),
        }
    }

    /// The whole answer.
    pub(super) fn response(self, language: Language) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(self.html(language)));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        let fixed = HeaderValue::from_static;
        headers.insert(CONTENT_TYPE, fixed("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, fixed("no-store"));
        headers.insert(REFERRER_POLICY, fixed("no-referrer"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
        if let Ok(policy) = HeaderValue::from_str(&policy()) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if self == Self::NotAsked {
            headers.insert(ALLOW, fixed("GET"));
        }
        response
    }

    fn html(self, language: Language) -> String {
        let (headline, sentence) = self.words(language);
        let tag = language.tag();
        format!(
            r#"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{headline}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<path d="M8 42V12M16 42V12M32 42V12M40 42V12M6 12V7h12v5zM30 12V7h12v5zM16 35l7-11M32 35l-7-11M3 42h42"/>
</svg>
<h1>{headline}</h1>
<p>{sentence}</p>
</main>
</body>
</html>
"#
        )
    }
}

/// Nothing but the one style of the page: no script, no image, no form, no frame.
fn policy() -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}
