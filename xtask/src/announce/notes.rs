//! What is new in a version, from the changelog.

/// The section of this version, without its heading.
pub(super) fn of(changelog: &str, version: &str) -> Option<String> {
    let heading = format!("## [{version}]");
    let mut lines = changelog.lines();
    lines.find(|line| line.starts_with(&heading))?;
    let section: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    Some(section.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_notes_of_a_version_are_its_section_alone() {
        let changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-25\n\n### Added\n\n- A bridge.\n\n## [1.2.2]\n\n- Old.\n";
        assert_eq!(
            of(changelog, "1.2.3").as_deref(),
            Some("### Added\n\n- A bridge.")
        );
        assert_eq!(of(changelog, "1.2"), None);
    }
}
