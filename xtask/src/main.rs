#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    reason = "telling what happens is this program's work"
)]
#![expect(clippy::print_stderr, reason = "telling what failed, too")]

mod announce;
mod bench;
mod book;
mod bundle;
mod demo;
mod deny;
#[cfg(target_os = "linux")]
mod elsewhere;
mod gallery;
mod machine;
mod place;
mod release_check;
mod run;
mod soak;
mod step;
mod test;
mod test_bundle;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "cargo xtask run | demo [--headless] | test [SUITE…] | bench [--no-window | PART…] | soak [--minutes N] [--seed N] | bundle [--target TRIPLE] [--into FOLDER] [KIND…] | test-bundle | check-elsewhere | book [--pictures] | gallery | release-check [TAG] | announce FOLDER ORIGIN | deny";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        ["run", arguments @ ..] => run::run(arguments),
        ["demo", arguments @ ..] => demo::demo(arguments),
        ["test", suites @ ..] => test::test(suites),
        ["bench", parts @ ..] => bench::bench(parts),
        ["soak", options @ ..] => soak::soak(options),
        ["book", options @ ..] => book::book(options),
        ["bundle", words @ ..] => bundle::bundle(words),
        ["test-bundle"] => test_bundle::test_bundle(),
        #[cfg(target_os = "linux")]
        ["check-elsewhere"] => elsewhere::check_elsewhere(),
        ["gallery"] => gallery::gallery(),
        ["deny"] => deny::deny(),
        ["announce", folder, origin] => announce::announce(folder, origin),
        ["release-check"] => release_check::release_check(None),
        ["release-check", tag] => release_check::release_check(Some(tag)),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("that is not one of: {USAGE}"),
    }
}
