//! Foreign words and addresses in a report.

use drawbridge_oauth::is_hidden;
use url::Url;

/// As much of a foreign text as is shown.
const LIMIT: usize = 250;

/// Cut, and without control and direction characters (rule T8).
pub(crate) fn told(text: &str) -> String {
    text.chars()
        .filter(|c| !is_hidden(*c))
        .take(LIMIT)
        .collect()
}

/// An address without user, query and fragment: they may hold a key.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Only addresses without a host refuse this, and they have no user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    told(url.as_str())
}

/// The same of what need not be an address.
pub(crate) fn masked(address: &str) -> String {
    Url::parse(address).map_or_else(|_| told(address), |url| shown(&url))
}

/// `a, b and c`
pub(super) fn listed(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| told(item.as_ref())).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: N5
    #[test]
    fn an_address_is_shown_without_what_may_be_a_key() {
        let url = Url::parse("https://ada:pw@a.example/mcp?api_key=1#2").unwrap();
        assert_eq!(shown(&url), "https://a.example/mcp");
    }

    // rule: T8
    #[test]
    fn foreign_words_are_cut_and_cleaned() {
        assert_eq!(told("a\u{1b}[31m\u{202e}b"), "a[31mb");
        assert_eq!(told(&"x".repeat(999)).len(), 250);
        assert_eq!(listed(["a", "b", "c"]), "a, b and c");
    }
}
