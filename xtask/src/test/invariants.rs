//! The commands of `ARCHITECTURE.md` print what is said there of them.

use anyhow::{Result, ensure};

use crate::{place, step::command};

/// Each invariant in one line.
fn invariants(page: &str) -> Vec<String> {
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("Invariants"));
    let rules = section.unwrap_or_default().split("\n- ").skip(1);
    rules
        .map(|rule| rule.split("\n\n").next().unwrap_or(rule))
        .map(|rule| rule.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The code in a text: every other piece between backticks.
fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The files that a command prints, or prints lines of.
fn printed(search: &str) -> Result<Vec<String>> {
    let done = command("sh").args(["-c", search]).output()?;
    // Where nothing is found, which is what is hoped for, it ends with 1. In a pipe, only its
    // complaint tells that a folder is gone.
    let complaint = String::from_utf8_lossy(&done.stderr);
    let ended = matches!(done.status.code(), Some(0 | 1));
    ensure!(ended && complaint.is_empty(), "`{search}`: {complaint}");
    let lines = String::from_utf8(done.stdout)?;
    let files = lines
        .lines()
        .map(|line| line.split(':').next().unwrap_or(line));
    Ok(files.map(str::to_owned).collect())
}

#[test]
fn a_search_in_a_folder_that_is_gone_finds_no_invariant() {
    assert!(printed("grep -rn tauri crates/nowhere").is_err());
    assert!(printed("grep -rn tauri crates/nowhere | grep -v /tests/").is_err());
    assert!(
        printed("grep -n nothing-of-the-kind Cargo.toml")
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_invariants_of_the_architecture_hold() {
    let page = std::fs::read_to_string(place::root().join("ARCHITECTURE.md")).unwrap();
    let mut searches = 0;
    for rule in invariants(&page) {
        let code = code(&rule);
        for search in code.iter().filter(|code| code.starts_with("grep ")) {
            searches += 1;
            let (_, said) = rule.split_once(&format!("`{search}`")).unwrap();
            let printed = printed(search).unwrap();
            for file in &printed {
                let named = code
                    .iter()
                    .any(|name| file.ends_with(&format!("/{name}")) || file == name);
                assert!(named, "`{search}` prints a line of {file}");
            }
            let names_some = said.starts_with(" names ");
            assert_eq!(
                names_some,
                !printed.is_empty(),
                "`{search}` prints {printed:?}"
            );
        }
    }
    assert!(searches > 7, "{searches}");
}
