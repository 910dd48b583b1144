//! From the metadata to the sign-in page: who Drawbridge would be, and what it would ask for.

use drawbridge_oauth::{BearerChallenge, ResourceMetadata, Scopes, ServerMetadata};

use super::patient::Patient;
use super::report::{Check, Report};
use super::words::{listed, told};
use crate::activity::decision;
use crate::core::Core;
use crate::error::Error;
use crate::grant::needed;
use crate::sign_in::{Rung, asked_scopes, not_of_another, redirect_by_hand};
use crate::store::ServerRow;
use crate::view::{Decision, RedirectPin, SignInFlow};

/// Everything that can be said without registering.
pub(super) async fn judge(
    core: &Core,
    patient: &Patient,
    metadata: &ServerMetadata,
    resource: Option<&ResourceMetadata>,
    challenge: Option<&BearerChallenge>,
    report: &mut Report,
) {
    client(core, patient, metadata, report).await;
    redirect(core, patient, metadata, report).await;
    let server = &patient.server;
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

async fn client(core: &Core, patient: &Patient, metadata: &ServerMetadata, report: &mut Report) {
    if let Err(error) = not_of_another(core, &patient.server, metadata).await {
        report.problem(Check::Registration, &error);
        return;
    }
    let options = &patient.server.sign_in;
    let document = options
        .client_metadata_url
        .clone()
        .or_else(|| core.preferences().client_metadata_url);
    let takes_public_clients = metadata.token_endpoint_auth_methods.is_empty()
        || metadata
            .token_endpoint_auth_methods
            .iter()
            .any(|method| method == "none");
    let found = if options.client_id.is_some() {
        let secret = if has_credentials(&patient.server) {
            "with"
        } else {
            "without"
        };
        format!("The client id that you entered is used, {secret} credentials.")
    } else if document.is_some()
        && metadata.client_id_metadata_document_supported
        && takes_public_clients
    {
        decision(Decision::ClientDocument).0.to_owned()
    } else if metadata.registration_endpoint.is_some() {
        "Drawbridge can register itself; whether it is admitted shows only then.".to_owned()
    } else {
        let issuer = metadata.issuer.shown();
        let error = drawbridge_oauth::Error::NoRegistration { issuer };
        report.problem(Check::Registration, &Error::OAuth(error));
        return;
    };
    let methods = &metadata.token_endpoint_auth_methods;
    let ways = if methods.is_empty() {
        String::new()
    } else {
        format!(" Clients authenticate by {}.", listed(methods))
    };
    report.ok(Check::Registration, found + &ways);
}

async fn redirect(core: &Core, patient: &Patient, metadata: &ServerMetadata, report: &mut Report) {
    if patient.server.sign_in.flow == SignInFlow::ClientCredentials {
        report.skip(
            Check::Redirect,
            "Nobody is sent anywhere: the client signs in itself.",
        );
        return;
    }
    // What is remembered of the issuer is of clients that registered themselves.
    if patient.server.sign_in.redirect == RedirectPin::Auto
        && patient.server.sign_in.client_id.is_some()
    {
        by_hand(core, &patient.server, report).await;
        return;
    }
    let took = core.store.redirect_of(metadata.issuer.as_str()).await;
    let named = |rung: Rung| rung.origin().unwrap_or("the app's own address");
    let remembered = took.ok().flatten().map(named);
    let found = match (&patient.server.sign_in.redirect, remembered) {
        (RedirectPin::DeepLink, _) => "The app's own address, as you have set.".to_owned(),
        (RedirectPin::Loopback { port, path }, _) => {
            pinned(named(Rung::Loopback), *port, path.as_deref())
        }
        (RedirectPin::Localhost { port, path }, _) => {
            pinned(named(Rung::Localhost), *port, path.as_deref())
        }
        (RedirectPin::Auto, Some(took)) => format!("{took}, which it took before."),
        (RedirectPin::Auto, None) => {
            "The app's own address, http://127.0.0.1 or http://localhost: the first that it takes."
                .to_owned()
        }
    };
    report.ok(Check::Redirect, found);
}

fn has_credentials(server: &ServerRow) -> bool {
    server.client_secret.is_some() || server.client_key.is_some()
}

/// Of a client that the person registered by hand: where it has to be registered for.
async fn by_hand(core: &Core, entry: &ServerRow, report: &mut Report) {
    let own = match core.store.redirect_by_hand(&entry.id).await {
        Ok(own) => own,
        Err(error) => {
            report.problem(Check::Redirect, &error.into());
            return;
        }
    };
    let deep_links = core.takes_deep_links(core.surface_for(&entry.sign_in));
    let redirect = redirect_by_hand(&entry.id, own.as_deref(), deep_links);
    let found = format!("{redirect}, which your client has to be registered with.");
    report.ok(Check::Redirect, found);
}

fn pinned(origin: &str, port: Option<u16>, path: Option<&str>) -> String {
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!(
        "{origin}{port}{}, as you have set.",
        path.unwrap_or_default()
    )
}
