//! Every rule of `docs/rulebook.md` is shown by a test, and every test that names one names one that
//! is there.
#![expect(clippy::unwrap_used, reason = "the readers are test code too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what others wrote, or what is made.
const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", "gen", ".git", "bindings"];

/// The ids in the first column of the rulebook's tables.
fn rules(book: &str) -> BTreeSet<String> {
    book.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" |"))
        .map(|(id, _)| id.to_owned())
        .filter(|id| id != "id")
        .collect()
}

/// The ids that a line names.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let list = line.trim_start().strip_prefix("// rule: ");
    list.into_iter()
        .flat_map(|list| list.split(','))
        .map(str::trim)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !NOT_OURS.contains(&&*name) {
                sources(&path, found);
            }
        } else if path
            .extension()
            .is_some_and(|kind| kind == "rs" || kind == "ts")
        {
            found.push(path);
        }
    }
}

/// Where each id is named.
fn tests(root: &Path) -> BTreeMap<String, Vec<String>> {
    let mut files = Vec::new();
    sources(root, &mut files);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let shown = file.strip_prefix(root).unwrap_or(&file).display();
        for (at, line) in text.lines().enumerate() {
            for id in named(line) {
                let place = format!("{shown}:{}", at + 1);
                found.entry(id.to_owned()).or_default().push(place);
            }
        }
    }
    found
}

#[test]
fn every_rule_is_shown_by_a_test_and_no_test_names_another() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = rules(&fs::read_to_string(root.join("docs/rulebook.md")).unwrap());
    let tests = tests(root);
    let unshown: Vec<&String> = rules.iter().filter(|id| !tests.contains_key(*id)).collect();
    let unknown: Vec<_> = tests
        .iter()
        .filter(|(id, _)| !rules.contains(*id))
        .collect();
    assert!(rules.len() > 50, "the rulebook was not read: {rules:?}");
    assert!(
        unshown.is_empty() && unknown.is_empty(),
        "rules without a test: {unshown:?}\nnot in the rulebook: {unknown:#?}"
    );
}

#[test]
fn a_line_may_name_several_rules() {
    assert_eq!(
        named("    // rule: T3, N5").collect::<Vec<_>>(),
        ["T3", "N5"]
    );
    assert_eq!(named("let rule = 1; // rule: T3").count(), 0);
    assert_eq!(
        rules("| id | level |\n|---|---|\n| G5a | M |\n"),
        BTreeSet::from(["G5a".to_owned()])
    );
}
