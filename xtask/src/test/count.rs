//! How many passed, read from what the test runners print.

use std::{fmt, ops::AddAssign};

/// Tests that passed and that failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Count {
    /// A check that is one thing: it passed or failed.
    pub(super) fn one(passed: bool) -> Self {
        Self {
            passed: u32::from(passed),
            failed: u32::from(!passed),
        }
    }

    /// Of a line such as `test result: ok. 3 passed; 0 failed; …` of `cargo test`, or
    /// `Tests  1 failed | 2 passed (3)` of Vitest.
    pub(super) fn in_line(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let rest = line
            .strip_prefix("test result: ")
            .or_else(|| line.strip_prefix("Tests  "))?;
        let words: Vec<&str> = rest
            .split([' ', ';', '|', '.'])
            .filter(|w| !w.is_empty())
            .collect();
        let before = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        let (passed, failed) = (before("passed"), before("failed"));
        (passed.is_some() || failed.is_some()).then(|| Self {
            passed: passed.unwrap_or_default(),
            failed: failed.unwrap_or_default(),
        })
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    fn count(line: &str) -> Option<(u32, u32)> {
        Count::in_line(line).map(|count| (count.passed, count.failed))
    }

    #[test]
    fn the_closing_lines_of_the_runners_are_understood() {
        let cargo =
            "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(count(cargo), Some((12, 1)));
        assert_eq!(
            count("      Tests  1 failed | 111 passed (112)"),
            Some((111, 1))
        );
        assert_eq!(count("      Tests  112 passed (112)"), Some((112, 0)));
        assert_eq!(count(" Test Files  20 passed (20)"), None);
        assert_eq!(count("test sign_in ... ok"), None);
    }

    #[test]
    fn the_last_line_is_one_that_machines_read() {
        assert_eq!(
            Count {
                passed: 7,
                failed: 0
            }
            .to_string(),
            "7 passed, 0 failed"
        );
    }
}
