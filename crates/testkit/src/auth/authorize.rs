//! The authorization endpoint (RFC 6749 §4.1.1) with its login and consent pages.

use std::{collections::HashMap, time::Instant};

use axum::{
    Form,
    extract::RawQuery,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::{AuthBehaviour, AuthServer, Iss, book::Agreement, client_auth, pages};
use crate::random;

/// By this cookie a page that asks nothing knows whoever comes again.
const KNOWS_YOU: &str = "knows-you=1; Path=/; Max-Age=86400; HttpOnly";

/// An authorization that waits for its person.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) agreement: Agreement,
    pub(super) client_name: String,
    state: Option<String>,
    signed_in: bool,
}

/// `GET /authorize`
pub(super) async fn begin(server: AuthServer, RawQuery(query): RawQuery) -> Response {
    let asked = match client_auth::form(&query.unwrap_or_default()) {
        Ok(asked) => asked,
        Err(refusal) => return dead_end(&server, &refusal.description),
    };
    let client = asked
        .get("client_id")
        .and_then(|id| server.0.book.with(|book| book.clients.get(id).cloned()));
    // RFC 6749 §4.1.2.1: to an unknown client or redirect URI nothing is ever sent.
    let Some(client) = client else {
        let canned = server.behave(|behaviour| behaviour.stranger_answer.clone());
        return canned.map_or_else(
            || dead_end(&server, "This app is not known here."),
            IntoResponse::into_response,
        );
    };
    let redirect = asked.get("redirect_uri").filter(|uri| client.accepts(uri));
    let Some(redirect) = redirect else {
        return dead_end(
            &server,
            "The app asked to go back to an address it never registered.",
        );
    };
    let state = asked.get("state").cloned();
    let agreement = match server.behave(|behaviour| agreement(behaviour, &asked)) {
        Ok(agreement) => Agreement {
            client_id: client.id.clone(),
            redirect_uri: redirect.clone(),
            ..agreement
        },
        Err(error) => return redirect_error(&server, redirect, state.as_deref(), &error),
    };
    let within = |scope: &String| client.may_ask_for(scope);
    if server.behave(|behaviour| behaviour.binds_scopes) && !agreement.scopes.iter().all(within) {
        return redirect_error(&server, redirect, state.as_deref(), "invalid_scope");
    }
    let pending = Pending {
        agreement,
        client_name: client.name,
        state,
        signed_in: false,
    };
    if server.behave(|behaviour| behaviour.consents_at_once) {
        return ([(header::SET_COOKIE, KNOWS_YOU)], allow(&server, pending)).into_response();
    }
    server.count(|counters| counters.authorize_pages += 1);
    let id = random::name("request");
    let page = pages::login(&server.0.path, &id, &pending.client_name, None);
    server.0.pending.with(|all| all.insert(id, pending));
    show(&server, page)
}

/// Checks what was asked for. The client and redirect URI are filled in by the caller.
fn agreement(
    behaviour: &AuthBehaviour,
    asked: &HashMap<String, String>,
) -> Result<Agreement, String> {
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    if let Some(error) = &behaviour.authorize_error {
        return Err(error.clone());
    }
    if !is("response_type", "code") {
        return Err("unsupported_response_type".to_owned());
    }
    let challenge = asked
        .get("code_challenge")
        .filter(|challenge| challenge.len() == 43);
    let Some(challenge) = challenge.filter(|_| is("code_challenge_method", "S256")) else {
        return Err("invalid_request".to_owned());
    };
    let mut scopes: Vec<String> = asked
        .get("scope")
        .map(|all| {
            all.split(' ')
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    if scopes.iter().any(|scope| !behaviour.scopes.contains(scope)) {
        return Err("invalid_scope".to_owned());
    }
    if scopes.is_empty() {
        scopes.extend(behaviour.scopes.first().cloned());
    }
    Ok(Agreement {
        client_id: String::new(),
        redirect_uri: String::new(),
        scopes,
        resource: asked.get("resource").cloned(),
        challenge: challenge.clone(),
    })
}

#[derive(Deserialize)]
pub(super) struct Login {
    request: String,
    user: String,
    password: String,
}

/// `POST /login`
pub(super) async fn log_in(server: AuthServer, Form(login): Form<Login>) -> Response {
    let known = login.user.trim().eq_ignore_ascii_case("ada") && !login.password.is_empty();
    let pending = server.0.pending.with(|all| {
        let pending = all.get_mut(&login.request)?;
        pending.signed_in |= known;
        Some(pending.clone())
    });
    let path = &server.0.path;
    match pending {
        None => dead_end(&server, "This sign-in is over. Start it again in the app."),
        Some(pending) if pending.signed_in => {
            show(&server, pages::consent(path, &login.request, &pending))
        }
        Some(pending) => {
            let hint = Some("Nobody of that name lives here. Try ada, with any password.");
            show(
                &server,
                pages::login(path, &login.request, &pending.client_name, hint),
            )
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Consent {
    request: String,
    decision: String,
}

/// `POST /consent`
pub(super) async fn consent(server: AuthServer, Form(consent): Form<Consent>) -> Response {
    let pending = server.0.pending.with(|all| {
        let signed_in = all
            .get(&consent.request)
            .is_some_and(|pending| pending.signed_in);
        signed_in.then(|| all.remove(&consent.request)).flatten()
    });
    match pending {
        None => dead_end(&server, "This sign-in is over. Start it again in the app."),
        Some(pending) if consent.decision == "allow" => allow(&server, pending),
        Some(pending) => {
            let to = &pending.agreement.redirect_uri;
            redirect_error(&server, to, pending.state.as_deref(), "access_denied")
        }
    }
}

fn allow(server: &AuthServer, mut pending: Pending) -> Response {
    pending.agreement.scopes = server.within_grant(pending.agreement.scopes);
    let to = pending.agreement.redirect_uri.clone();
    let code = server
        .0
        .book
        .with(|book| book.agree(pending.agreement, Instant::now()));
    server.0.secrets.note(&code);
    redirect(server, &to, pending.state.as_deref(), &[("code", &code)])
}

fn redirect_error(server: &AuthServer, to: &str, state: Option<&str>, error: &str) -> Response {
    let description = match error {
        "access_denied" => "The person said no.",
        _ => "The authorization server refused.",
    };
    redirect(
        server,
        to,
        state,
        &[("error", error), ("error_description", description)],
    )
}

/// The way back. The redirect URI's own text stays as it was registered.
fn redirect(
    server: &AuthServer,
    to: &str,
    state: Option<&str>,
    answer: &[(&str, &str)],
) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answer);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    match server.behave(|behaviour| behaviour.iss.clone()) {
        Iss::Advertised => drop(query.append_pair("iss", &server.issuer())),
        Iss::Wrong(other) | Iss::Unadvertised(other) => drop(query.append_pair("iss", &other)),
        Iss::Missing | Iss::Absent => {}
    }
    let joint = if to.contains('?') { '&' } else { '?' };
    let location = format!("{to}{joint}{}", query.finish());
    (
        StatusCode::FOUND,
        [(header::LOCATION, location), no_store()],
    )
        .into_response()
}

fn show(server: &AuthServer, page: String) -> Response {
    let policy =
        pages::content_security_policy(server.behave(|behaviour| behaviour.strict_form_action));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        no_store(),
    ];
    (headers, Html(page)).into_response()
}

fn dead_end(server: &AuthServer, message: &str) -> Response {
    (
        StatusCode::BAD_REQUEST,
        show(server, pages::dead_end(message)),
    )
        .into_response()
}

fn no_store() -> (header::HeaderName, String) {
    (header::CACHE_CONTROL, "no-store".to_owned())
}
