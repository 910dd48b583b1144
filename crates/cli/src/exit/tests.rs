//! That no error of the engine was forgotten.

mod codes;
mod literal;
mod page;
mod samples;

use std::collections::BTreeSet;

use self::codes::of_the_engine;
use super::{Exit, TABLE, exit_of};
use crate::words;

#[test]
fn every_code_of_the_engine_has_its_exit() {
    let known: BTreeSet<&str> = TABLE
        .iter()
        .flat_map(|(_, codes)| *codes)
        .copied()
        .collect();
    let codes = of_the_engine();
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
fn nobody_at_a_terminal_is_sent_to_a_button_that_is_not_there() {
    let of_the_window = [
        "in the settings",
        "in its settings",
        "'s settings",
        "sign-in settings",
        "in the preferences",
        "Press ",
        "Reconnect",
        "choose Headers",
        "window of Drawbridge",
        "choose a key file",
        "Open that entry",
    ];
    for view in samples::all().into_iter().chain(samples::notes()) {
        for server in [None, Some("Notes")] {
            let told = words::told(view.clone(), server).remedy.unwrap_or_default();
            let sends = of_the_window.iter().any(|words| told.contains(words));
            let where_it_is = told.contains("the Drawbridge app");
            assert!(!sends || where_it_is, "{}: {told}", view.code);
        }
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
