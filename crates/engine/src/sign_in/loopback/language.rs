//! Which language a page speaks: that which the visitor's browser would rather have.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

impl Language {
    /// By `Accept-Language` (RFC 9110 §12.5.4); English, where it asks for neither.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let wishes = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|wishes| wishes.to_str().ok());
        let mut best = (Self::English, 0.0);
        for (language, weight) in wishes.unwrap_or_default().split(',').filter_map(wish) {
            // The first of two that are wished for as much.
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// Its tag, for the page.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// One of the list, if it is a language that is spoken here, and its weight.
fn wish(range: &str) -> Option<(Language, f32)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let language = match tag.split('-').next()?.trim() {
        code if code.eq_ignore_ascii_case("de") => Language::German,
        code if code.eq_ignore_ascii_case("en") => Language::English,
        _ => return None,
    };
    let weight = weight.trim().strip_prefix(['q', 'Q'])?.strip_prefix('=')?;
    Some((language, weight.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("de", Language::German)]
    #[case("DE-at,en;q=0.8", Language::German)]
    #[case("fr, de;q=0.7, en;q=0.3", Language::German)]
    #[case("en;q=0.3, de;q=0.7", Language::German)]
    #[case("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", Language::German)]
    #[case("en-US,en;q=0.9,de;q=0.8", Language::English)]
    #[case("en;q=0.8, de;q=0.8", Language::English)]
    #[case("den", Language::English)]
    #[case("de;q=0", Language::English)]
    #[case("de;q=NaN", Language::English)]
    #[case("de;q=", Language::English)]
    #[case("*", Language::English)]
    #[case(",;,", Language::English)]
    #[case("", Language::English)]
    fn german_is_for_those_who_would_rather_have_it(
        #[case] wishes: &str,
        #[case] expected: Language,
    ) {
        let mut headers = HeaderMap::new();
        assert_eq!(Language::of(&headers), Language::English);
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(wishes).unwrap());
        assert_eq!(Language::of(&headers), expected);
    }
}
