//! What Drawbridge itself has written: nothing is guessed, and nobody is asked.

use std::collections::HashSet;

use super::headers::{Written, take_headers};
use super::{Entry, Ready, Reason, Warning};
use crate::error::Error;
use crate::export::{Export, ExportedServer, FORMAT};
use crate::server::{checked_name, server_url, suggested_name};
use crate::view::{IssuerTrust, NewServer, SignInOptions};

/// The entries of such a text; nothing if it is another one.
pub(super) fn entries(text: &str) -> Option<Vec<Entry>> {
    let export: Export = serde_json::from_str(text).ok()?;
    if export.format != FORMAT || export.servers.is_empty() {
        return None;
    }
    let mut seen = HashSet::new();
    let entries = export.servers.into_iter().map(|server| {
        let name = server.name.clone();
        match ready(server) {
            Ok(mut ready) => {
                // Two accounts at one address were two before.
                ready.server.same_url = !seen.insert(ready.server.url.clone());
                Entry::Ready(Box::new(ready))
            }
            Err(reason) => Entry::Skipped { name, reason },
        }
    });
    Some(entries.collect())
}

fn ready(server: ExportedServer) -> Result<Ready, Reason> {
    let url = server_url(&server.url).map_err(|error| match error {
        Error::InvalidUrl(why) => Reason::BadAddress { why },
        _ => Reason::NoAddress,
    })?;
    let mut warnings = Vec::new();
    let name = checked_name(&server.name).unwrap_or_else(|_| {
        warnings.push(Warning::NameChanged);
        suggested_name(&url)
    });
    let written = server.headers.into_iter().map(|header| Written {
        name: header.name,
        value: String::new(),
    });
    let headers = take_headers(written.collect(), &mut warnings);
    if !server.enabled {
        warnings.push(Warning::SwitchedOff);
    }
    let mut new = NewServer::at(url.as_str(), server.auth);
    new.name = Some(name.clone());
    new.description = Some(server.description);
    new.timeout_seconds = server.timeout_seconds;
    new.sign_in = without_trust(server.sign_in, &mut warnings);
    Ok(Ready {
        name,
        server: new,
        auth: Some(server.auth),
        enabled: server.enabled,
        needs_value: headers.needs_value,
        warnings,
    })
}

/// Trust is given by a person in front of a server (rules A2, A3), and by no file.
fn without_trust(given: SignInOptions, warnings: &mut Vec<Warning>) -> SignInOptions {
    if given.issuer != IssuerTrust::Exact || given.allow_missing_pkce {
        warnings.push(Warning::TrustLeftOut);
    }
    SignInOptions {
        issuer: IssuerTrust::Exact,
        allow_missing_pkce: false,
        ..given
    }
}
