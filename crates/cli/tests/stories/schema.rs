//! The JSON Schemas of `docs/cli.md`, which are what the program is held to.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

const PAGE: &str = include_str!("../../../../docs/cli.md");

/// Every block that begins with ```` ```json schema:NAME ````.
fn documented() -> Map<String, Value> {
    let blocks = PAGE.split("```json schema:").skip(1);
    blocks
        .map(|block| {
            let (name, rest) = block.split_once('\n').unwrap();
            let text = rest.split("```").next().unwrap();
            let schema = serde_json::from_str(text).expect(name);
            (name.trim().to_owned(), schema)
        })
        .collect()
}

fn validator(name: &str) -> Validator {
    let definitions = documented();
    assert!(definitions.contains_key(name), "{name} is not documented");
    let schema = json!({ "$ref": format!("#/$defs/{name}"), "$defs": definitions });
    jsonschema::validator_for(&schema).unwrap()
}

pub(crate) fn assert_documented(name: &str, object: &Value) {
    let validator = validator(name);
    let faults: Vec<String> = validator
        .iter_errors(object)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:#?}\n{object:#}");
}

#[test]
fn what_is_not_documented_is_noticed() {
    let validator = validator("error");
    let good = json!({
        "error": { "code": "x", "message": "y", "remedy": null, "server": null, "reauth": null },
    });
    assert!(validator.is_valid(&good));
    let mut more = good.clone();
    more["error"]["trace"] = json!("z");
    assert!(!validator.is_valid(&more));
}

/// Whether the page names this to be typed, and not something longer that begins so.
fn is_named(what: &str) -> bool {
    let ends = |(at, _)| PAGE[at + what.len()..].starts_with([' ', '`', ',']);
    PAGE.match_indices(what).any(ends)
}

#[test]
fn every_command_is_documented_with_its_options() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_drawbridge"))
        .args(["man"])
        .output()
        .unwrap();
    let page = String::from_utf8(help.stdout).unwrap();
    // Without its changes of typeface.
    let page = ["\\fB", "\\fI", "\\fR", "\\"]
        .iter()
        .fold(page, |page, mark| page.replace(mark, ""));
    let (mut commands, mut options) = (0, 0);
    for line in page.lines() {
        let command = line.strip_prefix("drawbridge-");
        let command = command.and_then(|line| line.strip_suffix("(1)"));
        // Every program has it.
        if let Some(command) = command.filter(|command| *command != "help") {
            commands += 1;
            let row = format!("| `{command}");
            assert!(is_named(&row), "{command} is not in docs/cli.md");
        }
        if !line.starts_with('-') {
            continue;
        }
        let long = line.split([' ', ',']).filter(|word| word.starts_with("--"));
        // Every program has the first two, and the third is documented as `-v`.
        for option in long.filter(|word| !["--help", "--version", "--verbose"].contains(word)) {
            options += 1;
            let named = is_named(&format!("`{option}"));
            assert!(named, "{option} is not in docs/cli.md");
        }
    }
    assert!(commands > 10 && options > 20, "{commands}, {options}");
}
