//! Text from elsewhere, made fit to be shown.

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
pub(crate) fn clean_without(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "<redacted>");
    }
    clean(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
