//! What `--json` prints: the documented shape of a server, made from the engine's view.

use drawbridge_engine::Stored;
use drawbridge_engine::view::{
    AuthKind, Authorization, ErrorView, Millis, ReauthReason, RedirectPin, ServerView, SignInFlow,
    Status,
};
use serde::Serialize;

use crate::words::retry_now;

/// A server as it is stored.
#[derive(Debug, Serialize)]
pub(crate) struct Server {
    id: String,
    name: String,
    url: String,
    description: String,
    enabled: bool,
    auth: AuthKind,
    /// In one word.
    pub(crate) status: &'static str,
    /// How many it listed the last time.
    pub(crate) tools: usize,
    account: Option<String>,
    grant: Option<Grant>,
    reauth: Option<Reauth>,
    settings: Settings,
}

#[derive(Debug, Serialize)]
struct Grant {
    issuer: String,
    scopes: Vec<String>,
    /// Seconds since the Unix epoch.
    expires_at: Option<i64>,
    renewable: bool,
    needs: Vec<String>,
    /// Seconds since the Unix epoch.
    signed_in_at: Option<i64>,
    /// Seconds since the Unix epoch.
    renewed_at: Option<i64>,
    asked: Option<Vec<String>>,
    put_off: Option<PutOff>,
}

/// That its renewal waits for the sign-in server.
#[derive(Debug, Serialize)]
struct PutOff {
    /// Seconds since the Unix epoch.
    until: i64,
    stops_calls: bool,
    problem: ErrorView,
}

/// That only a person can mend the sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Reauth {
    reason: ReauthReason,
    /// Seconds since the Unix epoch.
    at: i64,
}

impl Reauth {
    /// Why, and since when.
    pub(crate) fn new(reason: ReauthReason, at: Millis) -> Self {
        let at = seconds(at);
        Self { reason, at }
    }
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the JSON")]
struct Settings {
    timeout_seconds: u32,
    header_names: Vec<String>,
    client_id: Option<String>,
    has_client_secret: bool,
    has_client_key: bool,
    client_metadata_url: Option<String>,
    scopes: Option<Vec<String>>,
    flow: SignInFlow,
    redirect: RedirectPin,
    allow_missing_pkce: bool,
    omit_resource: bool,
    remember_page: bool,
}

impl Server {
    /// From what is stored.
    pub(crate) fn stored(stored: Stored) -> Self {
        let mut server = Self::new(stored.server, stored.tools);
        if let (Some(waiting), Some(grant)) = (stored.waiting, &mut server.grant) {
            if waiting.stops_calls {
                server.status = CANT_REACH;
            }
            grant.put_off = Some(PutOff {
                until: seconds(waiting.until),
                stops_calls: waiting.stops_calls,
                problem: ErrorView {
                    remedy: Some(retry_now(&server.name)),
                    ..waiting.error
                },
            });
        }
        server
    }

    /// From what the engine shows, with the number of tools that are known.
    pub(crate) fn new(view: ServerView, tools: usize) -> Self {
        let (grant, reauth) = match view.authorization {
            Authorization::SignedIn {
                expires_at,
                scopes,
                issuer,
                renewable,
                needs,
                signed_in_at,
                renewed_at,
                asked,
            } => {
                let grant = Grant {
                    issuer,
                    scopes,
                    expires_at: expires_at.map(seconds),
                    renewable,
                    needs,
                    signed_in_at: signed_in_at.map(seconds),
                    renewed_at: renewed_at.map(seconds),
                    asked,
                    put_off: None,
                };
                (Some(grant), None)
            }
            Authorization::ReauthRequired { reason, at } => (None, Some(Reauth::new(reason, at))),
            _ => (None, None),
        };
        let needs_more = grant.as_ref().is_some_and(|grant| !grant.needs.is_empty());
        let options = view.sign_in;
        Self {
            status: match view.status {
                Status::Ready | Status::Connected { .. } if needs_more => "more_access_needed",
                status => word(&status),
            },
            id: view.id,
            name: view.name,
            url: view.url,
            description: view.description,
            enabled: view.enabled,
            auth: view.auth,
            tools,
            account: view.account,
            grant,
            reauth,
            settings: Settings {
                timeout_seconds: view.timeout_seconds,
                header_names: view.header_names,
                client_id: options.client_id,
                has_client_secret: view.has_client_secret,
                has_client_key: view.has_client_key,
                client_metadata_url: options.client_metadata_url,
                scopes: options.scopes,
                flow: options.flow,
                redirect: options.redirect,
                allow_missing_pkce: options.allow_missing_pkce,
                omit_resource: options.omit_resource,
                remember_page: options.remember_page,
            },
        }
    }
}

fn seconds(at: Millis) -> i64 {
    at.div_euclid(1000)
}

const CANT_REACH: &str = "cant_reach";

/// The status in a stable word.
fn word(status: &Status) -> &'static str {
    match status {
        Status::Off => "off",
        Status::NotSignedIn => "not_signed_in",
        Status::FindingOut => "finding_out",
        Status::WaitingForYou => "waiting_for_you",
        Status::SigningIn => "signing_in",
        Status::Connecting => "connecting",
        Status::Connected { .. } => "connected",
        Status::Ready => "ready",
        Status::SignInAgain => "sign_in_again",
        Status::MoreAccessNeeded => "more_access_needed",
        Status::CantReach { .. } => CANT_REACH,
        Status::KeyRefused => "key_refused",
        Status::Failed => "failed",
    }
}

/// A word as it is shown to people.
pub(crate) fn shown(word: &str) -> String {
    match word {
        CANT_REACH => "can't reach".to_owned(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use drawbridge_engine::view::{
        AuthKind, Authorization, Connection, ServerView, SignInOptions, Status,
    };

    use super::Server;

    /// A server that nobody has signed in to.
    pub(crate) fn server(id: &str, name: &str, url: &str) -> ServerView {
        ServerView {
            id: id.to_owned(),
            revision: 0,
            name: name.to_owned(),
            url: url.to_owned(),
            host: String::new(),
            description: String::new(),
            enabled: true,
            timeout_seconds: 30,
            auth: AuthKind::OAuth,
            header_names: Vec::new(),
            sign_in: SignInOptions::default(),
            accepted_issuer: None,
            has_client_secret: false,
            has_client_key: false,
            port_by_hand: 20_000,
            redirect_by_hand: String::new(),
            redirect_uri: None,
            account: None,
            authorization: Authorization::SignedOut,
            connection: Connection::Idle,
            status: Status::NotSignedIn,
            action: None,
            error: None,
        }
    }

    #[test]
    fn a_grant_that_falls_short_is_told_even_when_nothing_is_open() {
        let mut view = server("1", "Notes", "https://notes.example/");
        view.status = Status::Ready;
        view.authorization = Authorization::SignedIn {
            expires_at: Some(1_999),
            scopes: Vec::new(),
            issuer: String::new(),
            renewable: true,
            needs: vec!["admin".to_owned()],
            signed_in_at: None,
            renewed_at: None,
            asked: None,
        };
        let shape = Server::new(view, 2);
        assert_eq!(shape.status, "more_access_needed");
        assert_eq!(shape.grant.unwrap().expires_at, Some(1));
    }
}
