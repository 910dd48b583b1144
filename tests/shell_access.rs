//! Who may call what, by the access rules that are built into the program.

mod shell;

use drawbridge_desktop::commands::names::PLUGINS;
use rstest::rstest;
use serde_json::json;
use shell::{HOME, Shell, call};

/// What a sign-in page says it is.
const LOGIN_PAGE: &str = "https://login.example/authorize";

fn our_commands() -> impl Iterator<Item = String> {
    PLUGINS.iter().flat_map(|(plugin, commands)| {
        commands
            .iter()
            .map(move |command| format!("plugin:{plugin}|{command}"))
    })
}

/// Rights that no page needs: Rust has them.
const NEVER: [&str; 20] = [
    "plugin:event|emit",
    "plugin:event|emit_to",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:window|close",
    "plugin:window|create",
    "plugin:app|version",
    "plugin:path|resolve_directory",
    "plugin:opener|open_url",
    "plugin:opener|open_path",
    "plugin:clipboard-manager|read_text",
    "plugin:clipboard-manager|write_text",
    "plugin:notification|notify",
    "plugin:deep-link|get_current",
    "plugin:deep-link|register",
    "plugin:resources|close",
    "plugin:updater|check",
    "plugin:updater|download",
    "plugin:updater|install",
    "plugin:updater|download_and_install",
];

fn is_denied(answer: &Result<serde_json::Value, serde_json::Value>) -> bool {
    answer.as_ref().is_err_and(|error| {
        error
            .as_str()
            .is_some_and(|text| text.contains("not allowed"))
    })
}

/// Allowed, and nobody is there to do it.
fn is_missing(answer: &Result<serde_json::Value, serde_json::Value>) -> bool {
    answer.as_ref().is_err_and(|error| {
        error
            .as_str()
            .is_some_and(|text| text.ends_with(" not found"))
    })
}

#[rstest]
fn a_sign_in_popup_may_call_nothing(#[values(HOME, LOGIN_PAGE)] page: &str) {
    let shell = Shell::start();
    let popup = shell.window("sign-in-0192f7a6", LOGIN_PAGE);
    let listening = ["plugin:event|listen", "plugin:event|unlisten"].map(str::to_owned);
    for command in our_commands()
        .chain(NEVER.map(str::to_owned))
        .chain(listening)
    {
        let answer = call(&popup, page, &command, json!({}));
        assert!(is_denied(&answer), "{command} from {page}: {answer:?}");
    }
}

#[test]
fn a_strange_page_in_the_main_window_may_call_nothing() {
    let shell = Shell::start();
    let main = shell.main();
    for command in our_commands() {
        let answer = call(&main, LOGIN_PAGE, &command, json!({}));
        assert!(is_denied(&answer), "{command}: {answer:?}");
    }
}

#[test]
fn the_main_window_may_call_each_command_and_listen() {
    let shell = Shell::start();
    let main = shell.main();
    for command in our_commands().chain(["plugin:event|listen".to_owned()]) {
        if command == "plugin:desktop|quit" {
            // Nobody is left to be answered.
            continue;
        }
        let answer = call(&main, HOME, &command, json!({}));
        assert!(
            !is_denied(&answer) && !is_missing(&answer),
            "{command}: {answer:?}"
        );
    }
}

#[test]
fn the_main_window_has_no_right_that_it_does_not_need() {
    let shell = Shell::start();
    let main = shell.main();
    for command in NEVER {
        let answer = call(&main, HOME, command, json!({}));
        assert!(is_denied(&answer), "{command}: {answer:?}");
    }
}
