//! What programs say of their age.

/// Major and minor number of a line such as `v20.19.4` or `Python 3.11.7`.
pub(super) fn number(line: &str) -> Option<(u32, u32)> {
    let mut parts = line
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn versions_are_numbers_and_no_words() {
        assert_eq!(number("v20.19.4"), Some((20, 19)));
        assert_eq!(number("Python 3.11.7\n"), Some((3, 11)));
        assert!(number("v20.9.0") < number("v20.19.0"));
        assert_eq!(number("nonsense"), None);
    }
}
