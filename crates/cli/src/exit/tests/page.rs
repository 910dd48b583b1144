//! `docs/guide/src/errors.md`: every error code with what it says and what to do, made from the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use drawbridge_engine::view::ErrorView;

use super::super::{Exit, TABLE};
use super::codes::{of_notes, of_the_engine, root};
use super::{literal, samples};

const PAGE: &str = "docs/guide/src/errors.md";

const BEGINNING: &str = "\
# Every error code

<!-- Made by the tests of crates/cli from the code; a change here is lost. -->

The window shows the sentence and what to do. The command shows the same, with `--json` the code too, and
ends with the number that stands over each table; where the window has a button or a setting, it names a
command or an option. Names, addresses and numbers in the sentences are examples. One code may have several
sentences. Where the last column is empty, nothing in Drawbridge helps: it is what you asked for, or it is for whoever runs the server.
";

/// The sections that go with the exit codes, in the order of the page.
const SECTIONS: &[(Exit, &str)] = &[
    (Exit::ReauthRequired, "You have to sign in"),
    (Exit::Unreachable, "Nobody answers"),
    (Exit::Refused, "The server or its sign-in refuses"),
    (Exit::NoVault, "The key cannot be had"),
    (Exit::Cancelled, "Cancelled, or too late"),
    (Exit::Usage, "What was typed or chosen"),
    (Exit::Other, "This computer, and anything else"),
];

/// The sentences of a code, each with its remedy.
type Sayings = BTreeMap<String, Vec<(String, String)>>;

fn sayings(views: impl IntoIterator<Item = ErrorView>) -> Sayings {
    let mut sayings = Sayings::new();
    for view in views {
        let mut sentence = view.message;
        if !sentence.ends_with(['.', '!', '?']) {
            sentence.push('.');
        }
        let saying = (sentence, view.remedy.unwrap_or_default());
        let known = sayings.entry(view.code).or_default();
        if !known.contains(&saying) {
            known.push(saying);
        }
    }
    sayings
}

fn page(all: &Sayings, notes: &Sayings) -> String {
    let mut page = BEGINNING.to_owned();
    let mut rest: BTreeSet<&String> = all.keys().collect();
    for (exit, title) in SECTIONS {
        let (_, codes) = TABLE.iter().find(|(row, _)| row == exit).unwrap();
        let here: BTreeSet<&String> = all
            .keys()
            .filter(|code| codes.contains(&code.as_str()))
            .collect();
        rest.retain(|code| !here.contains(code));
        let number = *exit as u8;
        table(
            &mut page,
            &format!("{title} (exit code {number})"),
            all,
            here,
        );
    }
    table(&mut page, "In the window alone", all, rest);
    table(
        &mut page,
        "About one entry of an import",
        notes,
        notes.keys(),
    );
    page
}

fn table<'a>(
    page: &mut String,
    title: &str,
    sayings: &Sayings,
    codes: impl IntoIterator<Item = &'a String>,
) {
    write!(
        page,
        "\n## {title}\n\n| code | says | what to do |\n|---|---|---|\n"
    )
    .unwrap();
    for code in codes {
        for (at, (sentence, remedy)) in sayings[code].iter().enumerate() {
            // The first row is where links lead.
            let name = if at == 0 {
                format!("<a id=\"{code}\"></a>`{code}`")
            } else {
                format!("`{code}`")
            };
            writeln!(page, "| {name} | {} | {} |", cell(sentence), cell(remedy)).unwrap();
        }
    }
}

/// Text that Markdown leaves as it is.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[test]
fn every_error_is_on_the_page_that_is_made_from_the_code() {
    let all = sayings(
        samples::all()
            .into_iter()
            .chain(literal::failures("crates/cli/src"))
            .chain(literal::failures("src-tauri")),
    );
    let notes = sayings(samples::notes());

    let in_table = TABLE
        .iter()
        .flat_map(|(_, codes)| *codes)
        .map(|code| (*code).to_owned());
    let wanted: BTreeSet<String> = of_the_engine().into_iter().chain(in_table).collect();
    let missing: Vec<_> = wanted
        .iter()
        .filter(|code| !all.contains_key(*code))
        .collect();
    assert!(
        missing.is_empty(),
        "give these an example in exit/tests/samples: {missing:?}"
    );
    let shown: BTreeSet<String> = notes.keys().cloned().collect();
    let why = "every note on an import has an example, too";
    assert_eq!(shown, of_notes(), "{why}");

    let made = page(&all, &notes);
    let path = root().join(PAGE);
    if fs::read_to_string(&path).unwrap_or_default() != made {
        fs::write(&path, made).unwrap();
        panic!("{PAGE} was out of date and is written anew: look at it, and commit it");
    }
}
