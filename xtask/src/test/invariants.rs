//! The commands of `ARCHITECTURE.md` print what is said there of them.

use anyhow::Result;

use crate::{
    place,
    step::{command, read},
};

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
    // `grep` fails where it finds nothing, which is what is hoped for.
    let search = format!("{search} || true");
    let lines = read(command("sh").args(["-c", &search]))?;
    let files = lines
        .lines()
        .map(|line| line.split(':').next().unwrap_or(line));
    Ok(files.map(str::to_owned).collect())
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
