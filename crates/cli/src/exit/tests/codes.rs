//! The codes that are in the source, whoever can meet them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every code that a `fn code(&self) -> &'static str` of engine and protocol can answer with.
pub(super) fn of_the_engine() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for file in sources(&["crates/engine/src", "crates/oauth/src"]) {
        // Notes on an import are told beside its result; they end nothing.
        if !file.ends_with("import/note.rs") {
            codes.extend(arms(&fs::read_to_string(file).unwrap()));
        }
    }
    codes
}

/// Those of the notes on the entries of an import.
pub(super) fn of_notes() -> BTreeSet<String> {
    let file = root().join("crates/engine/src/import/note.rs");
    arms(&fs::read_to_string(file).unwrap())
        .into_iter()
        .collect()
}

/// What the arms of `fn code` answer with.
fn arms(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for (at, start) in text.match_indices("fn code(&self) -> &'static str {") {
        let body = &text[at + start.len()..];
        let body = &body[..body.find("\n    }\n").unwrap()];
        codes.extend(body.split("=>").skip(1).filter_map(|arm| {
            let literal = arm.trim_start().strip_prefix('"')?;
            Some(literal[..literal.find('"')?].to_owned())
        }));
    }
    codes
}

/// The Rust files in these folders of the work tree.
pub(super) fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    files
}

/// The work tree.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
