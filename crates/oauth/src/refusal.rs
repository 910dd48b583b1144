//! How servers say no, in the standard's way (RFC 6749 §5.2) and in their own.

use http::Response;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use url::form_urlencoded;

use crate::document::Document;
use crate::words::clean_without;

/// Where servers put their words, the standard's place first.
const WORDS: [&str; 6] = [
    "error_description",
    "message",
    "msg",
    "detail",
    "error_message",
    "title",
];

/// The error code and the words of a refusal, fit to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: Option<String>,
    pub(crate) description: Option<String>,
}

impl Refusal {
    /// Reads a body. What was sent in confidence is taken out of it.
    pub(crate) fn read(response: &Response<Vec<u8>>, secrets: &[&str]) -> Self {
        let body = response.body();
        match Document::parse(body).or_else(|| form(response)) {
            Some(document) => Self::of(&document, secrets),
            // Of a success it may be the token itself, in a way that nobody reads.
            None if is(response, "text/plain") && !response.status().is_success() => {
                let text = clean_without(&String::from_utf8_lossy(body), secrets);
                Self {
                    error: None,
                    description: Some(text).filter(|text| !text.is_empty()),
                }
            }
            None => Self::default(),
        }
    }

    /// Reads a document, whatever its status was.
    pub(crate) fn of(document: &Document, secrets: &[&str]) -> Self {
        let tidy = |text: &str| Some(clean_without(text, secrets)).filter(|text| !text.is_empty());
        let words = |member: &dyn Fn(&str) -> Option<String>| WORDS.into_iter().find_map(member);
        let own = words(&|name| document.text(name).and_then(tidy));
        match document.get("error") {
            Some(Value::String(error)) => Self {
                error: tidy(error),
                description: own,
            },
            // `{"error": {"code": …, "message": …}}`
            Some(Value::Object(error)) => {
                let inner = |name: &str| error.get(name).and_then(Value::as_str).and_then(tidy);
                Self {
                    error: ["code", "type", "error"].into_iter().find_map(inner),
                    description: words(&inner).or(own),
                }
            }
            _ => Self {
                error: None,
                description: own,
            },
        }
    }

    /// Whether it says, in whatever place and words, that the client is not known.
    pub(crate) fn says_client_is_unknown(&self) -> bool {
        let said = [&self.error, &self.description];
        said.into_iter()
            .flatten()
            .any(|text| says_client_is_unknown(text))
    }
}

/// Whether a text says that the client is not known. Whole phrases only: pages speak of clients for
/// many reasons, and a client's certificate or `invalid_client_metadata` is another matter.
pub(crate) fn says_client_is_unknown(text: &str) -> bool {
    const PHRASES: [&str; 13] = [
        "unrecognized client",
        "unrecognised client",
        "unknown client",
        "unregistered client",
        "invalid client",
        "no such client",
        "client not found",
        "client was not found",
        "client does not exist",
        "client not registered",
        "client is not registered",
        "client id not found",
        "client id does not exist",
    ];
    /// What after such a phrase is not known instead.
    const OTHERS: [&str; 6] = [
        "metadata",
        "certificate",
        "ip",
        "address",
        "version",
        "type",
    ];
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let line = words.join(" ");
    let is_meant = |(at, phrase): (usize, &str)| {
        let next = line[at + phrase.len()..].split_whitespace().next();
        !next.is_some_and(|next| OTHERS.contains(&next))
    };
    let mut said = PHRASES.iter().flat_map(|phrase| line.match_indices(phrase));
    said.any(is_meant)
}

fn form(response: &Response<Vec<u8>>) -> Option<Document> {
    if !is(response, "application/x-www-form-urlencoded") {
        return None;
    }
    let pairs: Vec<_> = form_urlencoded::parse(response.body()).collect();
    Some(
        pairs
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect(),
    )
}

fn is(response: &Response<Vec<u8>>, media_type: &str) -> bool {
    let stated = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let stated = stated.and_then(|value| value.split(';').next());
    stated.is_some_and(|stated| stated.trim().eq_ignore_ascii_case(media_type))
}
