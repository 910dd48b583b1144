//! An example of every error, as the window and the command get it.

mod engine;
mod network;
mod session;
mod stored;

use drawbridge_engine::import::{Reason, Warning};
use drawbridge_engine::view::ErrorView;
use drawbridge_engine::{Error, key_refused};

use crate::failure::Failure;
use crate::find::find;
use crate::shape::tests::server;

/// Every error that ends something.
pub(super) fn all() -> Vec<ErrorView> {
    let network = network::oauth().into_iter().map(Error::OAuth);
    let tokens = network::tokens().into_iter().map(Error::Token);
    let sessions = session::all().into_iter().map(Error::Session);
    let all = engine::all()
        .into_iter()
        .chain(network)
        .chain(tokens)
        .chain(sessions)
        .chain(stored::all());
    let mut views: Vec<ErrorView> = all.map(|error| error.view()).collect();
    views.push(key_refused());
    views.extend(
        [
            Failure::usage("A header is NAME: VALUE."),
            Failure::other("The program cannot start: out of memory."),
            ambiguous(),
        ]
        .map(view),
    );
    views
}

/// What is said of one entry of an import.
pub(super) fn notes() -> Vec<ErrorView> {
    let name = || "Notes".to_owned();
    let reasons = [
        Reason::RunsHere {
            program: "npx".into(),
        },
        Reason::Extension,
        Reason::NoAddress,
        Reason::NotAnObject,
        Reason::BadAddress {
            why: "the address names no host",
        },
        Reason::AddressNeedsValue {
            name: Some("team".into()),
        },
        Reason::SameAsEarlier { name: name() },
        Reason::AlreadyThere { name: name() },
        Reason::NotChosen,
        Reason::NotInText,
    ];
    let warnings = [
        Warning::Sse,
        Warning::HeaderNeedsValue {
            header: "Authorization".into(),
            from: Some("API_KEY".into()),
        },
        Warning::HeaderLeftOut {
            header: "Host".into(),
            why: "Drawbridge sets it by itself",
        },
        Warning::ClientLeftOut,
        Warning::TrustLeftOut,
        Warning::SwitchedOff,
        Warning::NameChanged,
        Warning::SameName,
        Warning::SameAddress { name: name() },
    ];
    let reasons = reasons.iter().map(Reason::view);
    reasons.chain(warnings.iter().map(Warning::view)).collect()
}

fn ambiguous() -> Failure {
    let [one, other] = [("0198a1", "Notes"), ("0198b2", "notes")]
        .map(|(id, name)| server(id, name, "https://notes.example/mcp"));
    find(&[one, other], "notes").unwrap_err()
}

fn view(failure: Failure) -> ErrorView {
    ErrorView {
        code: failure.code,
        message: failure.message,
        remedy: failure.remedy,
    }
}
