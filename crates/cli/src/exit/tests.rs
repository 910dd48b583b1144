//! That no error of the engine was forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Exit, TABLE, exit_of};

/// Every code that a `fn code(&self) -> &'static str` of these crates can answer with.
fn codes_in_the_source() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&crates.join("engine/src"), &mut files);
    collect(&crates.join("oauth/src"), &mut files);
    // Notes on an import are told beside its result; they end nothing.
    files.retain(|file| !file.ends_with("import/note.rs"));
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (at, start) in text.match_indices("fn code(&self) -> &'static str {") {
            let body = &text[at + start.len()..];
            let body = &body[..body.find("\n    }\n").unwrap()];
            let arms = body.split("=>").skip(1);
            codes.extend(arms.filter_map(|arm| {
                let literal = arm.trim_start().strip_prefix('"')?;
                Some(literal[..literal.find('"')?].to_owned())
            }));
        }
    }
    codes
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

#[test]
fn every_code_of_the_engine_has_its_exit() {
    let known: BTreeSet<&str> = TABLE
        .iter()
        .flat_map(|(_, codes)| *codes)
        .copied()
        .collect();
    let codes = codes_in_the_source();
    assert!(codes.contains("reauth_required") && codes.contains("vault_locked"));
    assert!(codes.contains("issuer_mismatch") && codes.contains("invalid_grant"));
    let forgotten: Vec<_> = codes
        .iter()
        .filter(|code| !known.contains(code.as_str()))
        .collect();
    assert!(forgotten.is_empty(), "give these an exit: {forgotten:?}");
}

#[test]
fn no_code_has_two_exits() {
    let mut seen = BTreeSet::new();
    for code in TABLE.iter().flat_map(|(_, codes)| *codes) {
        assert!(seen.insert(code), "{code}");
    }
}

#[test]
fn scripts_can_tell_what_to_do_next() {
    assert_eq!(exit_of("reauth_required"), Exit::ReauthRequired);
    assert_eq!(exit_of("unreachable"), Exit::Unreachable);
    assert_eq!(exit_of("vault_locked"), Exit::NoVault);
    assert_eq!(exit_of("sign_in_cancelled"), Exit::Cancelled);
    assert_eq!(exit_of("something_new"), Exit::Other);
}
