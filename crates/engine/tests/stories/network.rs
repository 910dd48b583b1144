//! Certificates and proxies: how requests leave this computer.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, ErrorView, Event, Preferences, ProxyChoice, ServerChange, ServerView, Theme,
};
use drawbridge_oauth::{HttpOptions, PretendedNames};
use drawbridge_testkit::{Person, Proxy, Sample, TlsFront};
use serde_json::json;

use crate::desk::{Desk, is_connected, limits};

const AS: &str = "as.example";
const MCP: &str = "mcp.example";
const INSIDE: &str = "inside.example";

/// The sample servers on the internet, another server on a private network, and TLS for all.
pub(crate) struct Internet {
    pub(crate) desk: Desk,
    front: TlsFront,
    /// Must never be asked for anything.
    pub(crate) inside: Sample,
}

impl Internet {
    /// Every name is found.
    pub(crate) async fn start() -> Self {
        Self::with(|name, socket| {
            let judged = if name == INSIDE {
                "10.1.2.3"
            } else {
                "1.1.1.1"
            };
            Some((judged.parse().unwrap(), socket))
        })
        .await
    }

    pub(crate) async fn with(
        find: impl Fn(&str, SocketAddr) -> Option<(IpAddr, SocketAddr)>,
    ) -> Self {
        let builder = Sample::builder().known_as("https://as.example", "https://mcp.example");
        let sample = builder.start().await.unwrap();
        let inside = Sample::start().await;
        let servers = [
            (AS, sample.auth.address()),
            (MCP, sample.mcp.address()),
            (INSIDE, inside.auth.address()),
        ];
        let front = TlsFront::start(&servers).await.unwrap();
        let mut names = PretendedNames::default();
        for (name, _) in servers {
            if let Some((judged, socket)) = find(name, front.address()) {
                names = names.with(name, judged, socket);
            }
        }
        let http = HttpOptions {
            pretended_names: Some(names),
            ..HttpOptions::default()
        };
        let desk = Desk::on(sample, limits(), http).await;
        Self {
            desk,
            front,
            inside,
        }
    }

    /// A file of the data folder with the authority of the front.
    fn authority(&self) -> String {
        let path = self.desk.folder.path().join("authority.pem");
        std::fs::write(&path, self.front.authority()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Trusts the front.
    pub(crate) async fn trust(&self) {
        let preferences = Preferences {
            extra_ca_file: Some(self.authority()),
            ..Preferences::default()
        };
        self.desk.engine.set_preferences(preferences).await.unwrap();
    }

    /// Names another place in the metadata of the authorization server.
    pub(crate) fn name(&self, endpoint: &str, place: &str) {
        self.desk.sample.auth.behave(|b| {
            b.metadata_patch.insert(endpoint.to_owned(), json!(place));
        });
    }

    /// Presses Connect, signs in, and comes back. The person reaches the page without TLS.
    pub(crate) async fn come_back(&mut self, id: &ServerId) {
        self.desk.engine.connect(id).await.unwrap();
        let prompt = self.desk.screen.prompt().await;
        let plain = format!("http://{}", self.desk.sample.auth.address());
        let page = prompt
            .url
            .as_str()
            .replacen("https://as.example", &plain, 1);
        let callback = Person::ada().follow(&page).await.unwrap();
        self.desk.engine.receive_callback(&callback).await.unwrap();
    }

    pub(crate) async fn sign_in(&mut self, id: &ServerId) {
        self.come_back(id).await;
        self.desk.wait_for(id, is_connected).await;
    }

    /// Uses every leg that there is: look, metadata, registration, code, session, refresh, revocation.
    pub(crate) async fn every_leg(&mut self) {
        let url = self.desk.sample.mcp_url();
        let found = self.desk.engine.detect(url.as_str()).await.unwrap();
        assert_eq!((found.auth, found.problem), (Some(AuthKind::OAuth), None));
        let id = self.desk.add().await;
        self.sign_in(&id).await;
        self.desk.sample.auth.expire_access_tokens();
        let arguments = json!({ "name": "Ada" });
        let call = self.desk.engine.call_tool(&id, "1", "greet", arguments);
        call.await.unwrap();
        self.desk.engine.sign_out(&id).await.unwrap();
        let revoked =
            |seen: &drawbridge_testkit::Seen| seen.path == "/revoke" && seen.status == Some(200);
        self.desk.sample.seen(revoked).await;
    }

    pub(crate) async fn trouble(&mut self, id: &ServerId) -> ServerView {
        self.desk.engine.connect(id).await.unwrap();
        self.desk
            .wait_for(id, |server| server.error.is_some())
            .await
    }
}

// rule: N3
#[tokio::test(flavor = "multi_thread")]
async fn every_leg_trusts_the_extra_authority() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.every_leg().await;
}

// rule: N3
#[tokio::test(flavor = "multi_thread")]
async fn without_the_extra_authority_no_leg_says_a_word() {
    let mut internet = Internet::start().await;
    let url = internet.desk.sample.mcp_url();
    let found = internet.desk.engine.detect(url.as_str()).await.unwrap();
    assert_eq!(found.problem.unwrap().code, "unreachable");
    let id = internet.desk.add().await;
    internet.trouble(&id).await;
    assert!(internet.desk.sample.journal().is_empty());
}

// rule: N3
#[rstest::rstest]
#[case::not_there(None, "ca_file")]
#[case::not_pem(Some("hello"), "unusable_certificates")]
#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_cannot_be_used_are_refused_and_nothing_changes(
    #[case] content: Option<&str>,
    #[case] code: &str,
) {
    let desk = Desk::start().await;
    let path = desk.folder.path().join("other.pem");
    if let Some(content) = content {
        std::fs::write(&path, content).unwrap();
    }
    let before = desk.engine.preferences();
    let wanted = Preferences {
        extra_ca_file: Some(path.to_str().unwrap().to_owned()),
        ..Preferences::default()
    };
    let error = desk.engine.set_preferences(wanted).await.unwrap_err();
    assert_eq!(error.code(), code);
    assert!(error.remedy().is_some());
    assert_eq!(desk.engine.preferences(), before);
}

/// What each change of the preferences was told to leave out of force.
fn problems_told(desk: &mut Desk) -> Vec<Option<ErrorView>> {
    let problem = |event| match event {
        Event::PreferencesChanged { problem, .. } => Some(problem),
        _ => None,
    };
    desk.pending_events()
        .into_iter()
        .filter_map(problem)
        .collect()
}

// rule: N3
#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_have_gone_do_not_stop_the_program_and_are_told() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    let snapshot = internet.desk.engine.snapshot().await.unwrap();
    assert_eq!(snapshot.preferences_problem, None);
    std::fs::remove_file(internet.authority()).unwrap();
    internet.desk.restart().await;
    let snapshot = internet.desk.engine.snapshot().await.unwrap();
    assert_eq!(snapshot.preferences_problem.unwrap().code, "ca_file");
    // They stand in nobody's way to another colour.
    let mut dark = snapshot.preferences.clone();
    dark.desktop.theme = Theme::Dark;
    let engine = &internet.desk.engine;
    engine.set_preferences(dark.clone()).await.unwrap();
    let snapshot = engine.snapshot().await.unwrap();
    assert_eq!(snapshot.preferences, dark);
    let problem = snapshot.preferences_problem;
    assert_eq!(problem.as_ref().unwrap().code, "ca_file");
    assert_eq!(problems_told(&mut internet.desk), [problem]);
    // They are still wanted, and back in force when the file is back.
    assert!(snapshot.preferences.extra_ca_file.is_some());
    internet.trust().await;
    assert_eq!(problems_told(&mut internet.desk), [None]);
    internet.every_leg().await;
    let snapshot = internet.desk.engine.snapshot().await.unwrap();
    assert_eq!(snapshot.preferences_problem, None);
}

// rule: N3
#[tokio::test(flavor = "multi_thread")]
async fn every_leg_goes_through_the_proxy() {
    // No name is found here: only the proxy knows the way.
    let mut internet = Internet::with(|_, _| None).await;
    let front = internet.front.address();
    let proxy = Proxy::start(&[(AS, front), (MCP, front)]).await.unwrap();
    let preferences = Preferences {
        proxy: ProxyChoice::Url { url: proxy.url() },
        extra_ca_file: Some(internet.authority()),
        ..Preferences::default()
    };
    let engine = &internet.desk.engine;
    engine.set_preferences(preferences).await.unwrap();
    internet.every_leg().await;
    let mut seen = proxy.seen();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["CONNECT as.example:443", "CONNECT mcp.example:443"]);
}

// rule: N3
#[tokio::test(flavor = "multi_thread")]
async fn a_new_proxy_is_used_at_once_and_what_is_on_this_computer_needs_none() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    let id = internet.desk.add().await;
    internet.sign_in(&id).await;
    let front = internet.front.address();
    let proxy = Proxy::start(&[(AS, front), (MCP, front)]).await.unwrap();
    let preferences = Preferences {
        proxy: ProxyChoice::Url { url: proxy.url() },
        ..internet.desk.engine.preferences()
    };
    let engine = &internet.desk.engine;
    engine.set_preferences(preferences).await.unwrap();
    proxy.asked_for(MCP).await;
    internet.desk.wait_for(&id, is_connected).await;
    let local = internet.inside.mcp_url();
    let found = internet.desk.engine.detect(local.as_str()).await.unwrap();
    assert_eq!(found.auth, Some(AuthKind::OAuth));
    assert!(proxy.seen().iter().all(|line| !line.contains("127.0.0.1")));
}

// rule: N3
#[rstest::rstest]
#[case("nonsense")]
#[case("ftp://proxy.example:21")]
#[case("http://")]
#[case("http://me:hunter2@proxy.example:8080")]
#[case("http://proxy.example:8080/path")]
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_cannot_be_one_is_refused_and_nothing_changes(#[case] url: &str) {
    let desk = Desk::start().await;
    let before = desk.engine.preferences();
    let wanted = Preferences {
        proxy: ProxyChoice::Url {
            url: url.to_owned(),
        },
        ..Preferences::default()
    };
    let error = desk.engine.set_preferences(wanted).await.unwrap_err();
    assert_eq!(error.code(), "invalid_proxy");
    assert!(!error.to_string().contains("hunter2"));
    assert_eq!(desk.engine.preferences(), before);
}

/// How a person parts with a grant.
#[derive(Debug, Clone, Copy)]
enum Parting {
    SignOut,
    Remove,
    NewAddress,
}

// rule: G11
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_finds_does_not_hold_up_what_is_done_here(
    #[values(true, false)] looks_for_ever: bool,
    #[values(Parting::SignOut, Parting::Remove, Parting::NewAddress)] parting: Parting,
) {
    let mut internet = Internet::start().await;
    internet.trust().await;
    let id = internet.desk.add().await;
    internet.sign_in(&id).await;
    let mut names = PretendedNames::default();
    if looks_for_ever {
        names = names.with_silence_for(AS).with_silence_for(MCP);
    }
    let http = HttpOptions {
        look_up_deadline: Duration::from_hours(1),
        pretended_names: Some(names),
        ..HttpOptions::default()
    };
    internet.desk.restart_on(http).await;
    let engine = &internet.desk.engine;
    let parted = async {
        match parting {
            Parting::SignOut => engine.sign_out(&id).await.unwrap(),
            Parting::Remove => engine.remove_server(&id).await.unwrap(),
            Parting::NewAddress => {
                let change = ServerChange {
                    url: Some("https://inside.example/mcp".to_owned()),
                    ..ServerChange::default()
                };
                engine.change_server(&id, change).await.unwrap();
            }
        }
    };
    let parted = tokio::time::timeout(Duration::from_mins(1), parted).await;
    parted.unwrap();
    let grants = "SELECT COUNT(*) FROM grant";
    assert_eq!(internet.desk.stored::<i64>(grants).await, 0);
}
