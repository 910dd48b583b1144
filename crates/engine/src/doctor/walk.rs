//! The walk itself, in the order of a sign-in. Each step that fails ends it.

use drawbridge_oauth::{
    BearerChallenge, Error as OAuthError, Found, Http, Issuer, ResourceMetadata, ServerMetadata,
    discover_resource, resource_metadata_urls,
};
use http::{Method, Request, header};
use url::Url;

use super::patient::Patient;
use super::registration;
use super::report::{Check, Checkup, Report};
use super::words::{listed, masked, shown, told};
use crate::activity::decision;
use crate::core::Core;
use crate::error::Error;
use crate::server::met_challenge;
use crate::sign_in::{ProbeAnswer, in_turn, leads_on, leniency, probe, prospect, stated};
use crate::view::Decision;

/// More than this between two clocks makes tokens look expired, or not yet valid, in seconds.
const SKEW: i64 = 60;
const NOT_COME_TO: &str = "Not come to.";
const NOT_NEEDED: &str = "Not needed.";
const NONE_PUBLISHED: &str = "It publishes none.";

/// What ends a sign-in, unless a resource document is found.
struct Doubt {
    seen: String,
    error: Error,
}

/// Walks as far as it goes.
pub(crate) async fn examine(core: &Core, patient: &Patient) -> Checkup {
    let http = core.http_for(&patient.url).await;
    let mut report = Report::new(shown(&patient.url));
    if !reach(core, &http, &patient.url, &mut report).await {
        return report.finish(NOT_COME_TO);
    }
    let probed = probe(&http, &patient.url, core.limits.probe).await;
    let (challenge, doubt) = answered(core, patient, probed, &mut report).await;
    let resource = discover_resource(&http, &patient.url, challenge.as_ref()).await;
    if let Some(Doubt { seen, error }) = doubt {
        if matches!(resource, Ok(None)) {
            report.problem(Check::Probe, &error);
            report.skip(Check::ResourceMetadata, NONE_PUBLISHED);
            return report.finish(NOT_COME_TO);
        }
        report.note(Check::Probe, seen);
    }
    let resource = match resource {
        Ok(resource) => resource,
        Err(error) => {
            report.problem(Check::ResourceMetadata, &error.into());
            return report.finish(NOT_COME_TO);
        }
    };
    if let Some(resource) = &resource {
        let servers = resource.authorization_servers.iter().map(Issuer::shown);
        let found = format!(
            "{} is protected by {}.",
            masked(resource.resource.as_str()),
            listed(servers)
        );
        report.ok(Check::ResourceMetadata, found);
    } else {
        if challenge.is_none() && !patient.signs_in() {
            report.skip(Check::ResourceMetadata, NONE_PUBLISHED);
            return report.finish(NOT_NEEDED);
        }
        let (found, _) = decision(Decision::NoResource);
        report.note(Check::ResourceMetadata, found);
    }
    let metadata = authorization_server(core, &http, patient, resource.as_ref(), &mut report).await;
    if let Some(metadata) = metadata {
        registration::judge(
            core,
            patient,
            &metadata,
            resource.as_ref(),
            challenge.as_ref(),
            &mut report,
        )
        .await;
    }
    report.finish(NOT_COME_TO)
}

/// Whether anybody answers, whatever the answer; and what time it is there.
async fn reach(core: &Core, http: &Http, url: &Url, report: &mut Report) -> bool {
    let asked = resource_metadata_urls(url, None).pop();
    let asked = asked.unwrap_or_else(|| url.clone());
    let request = Request::builder()
        .method(Method::GET)
        .uri(asked.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Vec::new());
    let answer = match request {
        Ok(request) => http.send(request).await,
        Err(_) => Err(OAuthError::InsecureEndpoint { url: shown(url) }),
    };
    let date = match answer {
        Ok(answer) => answer.headers().get(header::DATE).cloned(),
        Err(
            OAuthError::Redirected { .. }
            | OAuthError::TooLarge { .. }
            | OAuthError::Unavailable { .. },
        ) => None,
        Err(error) => {
            report.problem(Check::Reach, &error.into());
            return false;
        }
    };
    let authority = url.host_str().unwrap_or_default();
    report.ok(Check::Reach, format!("{} answers.", told(authority)));
    let date = date.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let there = date
        .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|date| i64::try_from(date.as_secs()).ok());
    match there.map(|there| there - core.clock.now() / 1000) {
        None => report.skip(Check::Clock, "It does not say what time it is."),
        Some(skew) if skew.abs() <= SKEW => {
            report.ok(Check::Clock, "Its clock and this computer's agree.");
        }
        Some(skew) => {
            let way = if skew > 0 { "ahead of" } else { "behind" };
            report.note(
                Check::Clock,
                format!(
                    "Its clock is {} seconds {way} this computer's: set the clock, or tokens seem \
                     expired when they are not.",
                    skew.abs()
                ),
            );
        }
    }
    true
}

/// What the first MCP request says, and what that leaves in doubt (rule D1).
async fn answered(
    core: &Core,
    patient: &Patient,
    answer: ProbeAnswer,
    report: &mut Report,
) -> (Option<BearerChallenge>, Option<Doubt>) {
    match answer {
        ProbeAnswer::Open => {
            let (seen, _) = decision(Decision::AnswersEveryone);
            report.skip(Check::Challenge, NOT_NEEDED);
            if !patient.signs_in() {
                report.ok(Check::Probe, seen);
                return (None, None);
            }
            let error = match met_challenge(core, &patient.server.id, &patient.url).await {
                Ok(None) => Error::NoSignInOffered,
                Ok(met) => {
                    report.note(Check::Probe, seen);
                    return (met, None);
                }
                Err(error) => error.into(),
            };
            let seen = seen.to_owned();
            (None, Some(Doubt { seen, error }))
        }
        ProbeAnswer::Challenged(challenge) => {
            report.ok(Check::Probe, decision(Decision::AsksWhoCalls).0);
            match &challenge {
                None => report.note(Check::Challenge, decision(Decision::ChallengeBare).0),
                Some(challenge) => report.ok(Check::Challenge, shape(challenge)),
            }
            (challenge, None)
        }
        ProbeAnswer::Unknown(error) => {
            let seen = error.view().message;
            (None, Some(Doubt { seen, error }))
        }
    }
}

fn shape(challenge: &BearerChallenge) -> String {
    let mut says = Vec::new();
    if challenge.resource_metadata.is_some() {
        says.push("where its metadata is".to_owned());
    }
    if let Some(scope) = &challenge.scope {
        says.push(format!("the scopes {}", told(&scope.to_string())));
    }
    if let Some(error) = &challenge.error {
        says.push(format!("the error {}", told(error)));
    }
    if says.is_empty() {
        "It wants a Bearer token, and says no more.".to_owned()
    } else {
        format!("It wants a Bearer token, and names {}.", listed(says))
    }
}

/// Whom a sign-in would ask, in turn.
async fn issuers(
    core: &Core,
    patient: &Patient,
    resource: Option<&ResourceMetadata>,
) -> Result<Vec<Issuer>, Error> {
    let Some(resource) = resource else {
        let own = patient.url.origin().ascii_serialization();
        return Ok(vec![Issuer::parse(&own)?]);
    };
    let server = &patient.server;
    let chosen = core.store.chosen_issuer(&server.id).await?;
    in_turn(core, server, resource, chosen.as_deref()).await
}

/// The first of the listed servers that can be used, as a sign-in would take it (rule D8).
async fn authorization_server(
    core: &Core,
    http: &Http,
    patient: &Patient,
    resource: Option<&ResourceMetadata>,
    report: &mut Report,
) -> Option<ServerMetadata> {
    let leniency = leniency(&patient.server.sign_in);
    let issuers = match issuers(core, patient, resource).await {
        Ok(issuers) => issuers,
        Err(error) => {
            report.problem(Check::ServerMetadata, &error);
            return None;
        }
    };
    let origin_of = resource.is_none().then_some(&patient.url);
    let (mut unusable, mut silent) = (None, None);
    let mut passed = Vec::new();
    for issuer in &issuers {
        let found = match stated(http, issuer, origin_of, &leniency).await {
            Ok(found) => found,
            Err(error) => {
                passed.push(error.view().message);
                silent = silent.or(Some(error));
                continue;
            }
        };
        let page = page(http, patient, &found.metadata).await;
        let obstacle = obstacle(core, patient, &found, &page).await;
        if let Some(error) = obstacle.filter(|error| leads_on(&patient.server, error)) {
            passed.push(error.view().message);
            unusable = unusable.or(Some((found, page)));
            continue;
        }
        return taken(found, page, &passed, report);
    }
    if let Some((found, page)) = unusable {
        return taken(found, page, &[], report);
    }
    let error = silent.unwrap_or(Error::NoResourceMetadata);
    let pkce = matches!(
        error,
        Error::OAuth(OAuthError::PkceRefused { .. } | OAuthError::PkceUnstated { .. })
    );
    if pkce {
        report.ok(Check::ServerMetadata, decision(Decision::MetadataFound).0);
        report.problem(Check::Pkce, &error);
    } else {
        report.problem(Check::ServerMetadata, &error);
    }
    None
}

/// What keeps a person from signing in there, as far as that shows without asking for a client.
async fn obstacle(
    core: &Core,
    patient: &Patient,
    found: &Found,
    page: &Result<(), OAuthError>,
) -> Option<Error> {
    if let Err(error) = page {
        return Some(error.clone().into());
    }
    if patient.server.signs_in_by_itself() {
        return None;
    }
    prospect(core, &patient.server, &found.metadata).await.err()
}

/// Tells of the one that a sign-in would go to, and of those that it passes over.
fn taken(
    found: Found,
    page: Result<(), OAuthError>,
    passed: &[String],
    report: &mut Report,
) -> Option<ServerMetadata> {
    pkce(&found, report);
    if let Err(error) = page {
        report.problem(Check::ServerMetadata, &error.into());
        return None;
    }
    endpoints(&found, passed, report);
    Some(found.metadata)
}

/// Whether a person may be sent to the page, where there is a person.
async fn page(http: &Http, patient: &Patient, metadata: &ServerMetadata) -> Result<(), OAuthError> {
    if patient.server.signs_in_by_itself() {
        return Ok(());
    }
    http.check_page(&metadata.authorization_endpoint).await
}

fn endpoints(found: &Found, passed: &[String], report: &mut Report) {
    let metadata = &found.metadata;
    if !found.published {
        report.note(
            Check::ServerMetadata,
            "It publishes none. /authorize, /token and /register at its origin are used, as in MCP \
             2025-03-26.",
        );
        return;
    }
    let at = |url: &Url| told(url.host_str().unwrap_or_default());
    let found = format!(
        "{}: sign-in at {}, tokens from {}.",
        metadata.issuer.shown(),
        at(&metadata.authorization_endpoint),
        at(&metadata.token_endpoint)
    );
    if passed.is_empty() {
        report.ok(Check::ServerMetadata, found);
        return;
    }
    let passed: Vec<_> = passed.iter().map(|why| why.trim_end_matches('.')).collect();
    let passed = passed.join("; ");
    report.note(
        Check::ServerMetadata,
        format!("{found} What comes before it cannot be used: {passed}."),
    );
}

fn pkce(found: &Found, report: &mut Report) {
    match &found.metadata.code_challenge_methods {
        None if !found.published => report.note(
            Check::Pkce,
            "It does not say; MCP 2025-03-26 demands it of every server.",
        ),
        Some(methods) => report.ok(Check::Pkce, format!("It offers {}.", listed(methods))),
        None => report.note(Check::Pkce, "It does not say; you have allowed that."),
    }
}
