//! From the metadata to the sign-in page: who Drawbridge would be, and what it would ask for.

use drawbridge_oauth::{BearerChallenge, RedirectUri, ResourceMetadata, Scopes, ServerMetadata};

use super::patient::Patient;
use super::redirect;
use super::report::{Check, Report};
use super::words::{listed, told};
use crate::activity::decision;
use crate::core::Core;
use crate::error::Error;
use crate::grant::{Client, needed};
use crate::sign_in::{Prospect, asked_scopes, not_of_another, prospect};
use crate::store::ServerRow;
use crate::view::Decision;

/// Everything that can be said without registering.
pub(super) async fn judge(
    core: &Core,
    patient: &Patient,
    metadata: &ServerMetadata,
    resource: Option<&ResourceMetadata>,
    challenge: Option<&BearerChallenge>,
    report: &mut Report,
) {
    let server = &patient.server;
    match client(core, server, metadata).await {
        Ok((found, by_hand)) => {
            report.ok(Check::Registration, found + &authentication(metadata));
            redirect::judge(core, server, metadata, by_hand.as_ref(), report).await;
        }
        Err(error) => report.problem(Check::Registration, &told_of(patient, error)),
    }
    let asked = asked_scopes(core, server, challenge, resource, metadata).await;
    match (asked, needed(core, &server.id).await) {
        (Ok(asked), Ok(needed)) => scopes(&asked, &needed, report),
        (Err(error), _) | (_, Err(error)) => report.problem(Check::Scopes, &error),
    }
    match &metadata.revocation_endpoint {
        Some(_) => report.ok(Check::Revocation, "Signing out gives the tokens back."),
        None => report.note(
            Check::Revocation,
            "There is no way to give tokens back: signing out forgets them here alone.",
        ),
    }
}

fn scopes(asked: &Scopes, needed: &Scopes, report: &mut Report) {
    if asked.is_empty() {
        report.ok(Check::Scopes, "None are named: the sign-in server decides.");
        return;
    }
    let asked = format!("Would be asked for: {}.", told(&asked.to_string()));
    if needed.is_empty() {
        report.ok(Check::Scopes, asked);
        return;
    }
    let needed = told(&needed.to_string());
    report.note(
        Check::Scopes,
        format!("{asked} The server wants more than the sign-in gave: {needed}."),
    );
}

/// Who Drawbridge would be, and where that comes back to, if it is registered by hand.
async fn client(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
) -> Result<(String, Option<RedirectUri>), Error> {
    if server.signs_in_by_itself() {
        Client::own(core, server)?;
        not_of_another(core, server, metadata).await?;
        return Ok((typed_in(server), None));
    }
    let found = match prospect(core, server, metadata).await? {
        Prospect::TypedIn(redirect) => return Ok((typed_in(server), Some(redirect))),
        Prospect::Document => decision(Decision::ClientDocument).0.to_owned(),
        Prospect::Kept => decision(Decision::ClientKnown).0.to_owned(),
        Prospect::New => {
            "Drawbridge can register itself; whether it is admitted shows only then.".to_owned()
        }
    };
    Ok((found, None))
}

fn typed_in(server: &ServerRow) -> String {
    let has_credentials = server.client_secret.is_some() || server.client_key.is_some();
    let credentials = if has_credentials { "with" } else { "without" };
    format!("The client id that you entered is used, {credentials} credentials.")
}

/// The address to register is made for a server when it is added.
fn told_of(patient: &Patient, error: Error) -> Error {
    match error {
        Error::ClientIdNeeded { why, .. } if !patient.listed => Error::ClientIdNeeded {
            redirect: None,
            why,
        },
        error => error,
    }
}

fn authentication(metadata: &ServerMetadata) -> String {
    let methods = &metadata.token_endpoint_auth_methods;
    if methods.is_empty() {
        return String::new();
    }
    format!(" Clients authenticate by {}.", listed(methods))
}
