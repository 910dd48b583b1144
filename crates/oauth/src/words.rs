//! Text from elsewhere, made fit to be shown.

use url::form_urlencoded;

/// How much of somebody else's text is shown, in characters.
const LONGEST: usize = 250;

/// The text on one line, without control characters, at most 250 characters long.
#[must_use]
pub fn clean(text: &str) -> String {
    let visible = text.chars().map(|c| if is_hidden(c) { ' ' } else { c });
    let visible: String = visible.collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some(_) => line.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

/// Control characters, and the invisible ones that can make text read backwards or hide in it.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The same, and what was sent in confidence does not come back: some servers repeat it.
#[must_use]
pub fn clean_without(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        for form in forms(secret) {
            text = text.replace(&form, "<redacted>");
        }
    }
    clean(&text)
}

/// How a text looks where somebody repeats it: as it is, and as it was sent in a form or could stand in
/// a URL, with hexadecimal digits of either case.
fn forms(text: &str) -> [String; 5] {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let url = form.replace('+', "%20");
    let (small_form, small_url) = (small_hex(&form), small_hex(&url));
    [text.to_owned(), form, url, small_form, small_url]
}

fn small_hex(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.push('%');
        text.push_str(&hex.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    // rule: N5, T8
    #[rstest]
    #[case::as_it_is("a+B/c= d")]
    #[case::in_a_form("a%2BB%2Fc%3D+d")]
    #[case::in_a_url("a%2BB%2Fc%3D%20d")]
    #[case::in_a_form_in_small_letters("a%2bB%2fc%3d+d")]
    #[case::in_a_url_in_small_letters("a%2bB%2fc%3d%20d")]
    fn a_secret_is_taken_out_however_it_is_written(#[case] written: &str) {
        let text = format!("bad secret={written}&x=y");
        let told = clean_without(&text, &["a+B/c= d"]);
        assert_eq!(told, "bad secret=<redacted>&x=y");
    }

    // rule: T8
    #[test]
    fn words_are_one_clean_line() {
        assert_eq!(
            clean(" a\r\n\u{1b}[31mb\u{202e}c\u{0}  d\u{61c} "),
            "a [31mb c d"
        );
        assert_eq!(
            clean_without("token abc or abc", &["abc", ""]),
            "token <redacted> or <redacted>"
        );
    }

    proptest! {
        // rule: T8
        #[test]
        fn no_text_is_long_or_controls_anything(text in "(?s).{0,600}") {
            let cleaned = clean(&text);
            prop_assert!(cleaned.chars().count() <= LONGEST);
            prop_assert!(!cleaned.chars().any(is_hidden));
        }
    }
}
