//! Certificates, proxies, private networks: how requests leave this computer.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::doctor::{Check, Outcome};
use drawbridge_engine::view::{
    AuthKind, Connection, ErrorView, Event, NewServer, Preferences, ProxyChoice, SecretChange,
    ServerChange, ServerView, SignInFlow, SignInOptions, Theme,
};
use drawbridge_oauth::{HttpOptions, PretendedNames};
use drawbridge_testkit::{Canned, Person, Proxy, Sample, TlsFront};
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected, limits};

const AS: &str = "as.example";
const MCP: &str = "mcp.example";
const INSIDE: &str = "inside.example";

/// The sample servers on the internet, another server on a private network, and TLS for all.
struct Internet {
    desk: Desk,
    front: TlsFront,
    /// Must never be asked for anything.
    inside: Sample,
}

impl Internet {
    /// Every name is found.
    async fn start() -> Self {
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

    async fn with(find: impl Fn(&str, SocketAddr) -> Option<(IpAddr, SocketAddr)>) -> Self {
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
    async fn trust(&self) {
        let preferences = Preferences {
            extra_ca_file: Some(self.authority()),
            ..Preferences::default()
        };
        self.desk.engine.set_preferences(preferences).await.unwrap();
    }

    /// Presses Connect, signs in, and comes back. The person reaches the page without TLS.
    async fn come_back(&mut self, id: &ServerId) {
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

    async fn sign_in(&mut self, id: &ServerId) {
        self.come_back(id).await;
        self.desk.wait_for(id, is_connected).await;
    }

    /// Uses every leg that there is: look, metadata, registration, code, session, refresh, revocation.
    async fn every_leg(&mut self) {
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

    async fn trouble(&mut self, id: &ServerId) -> ServerView {
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

// rule: N2
#[rstest::rstest]
#[case::page("authorization_endpoint", "private_address")]
#[case::registration("registration_endpoint", "private_address")]
#[case::token("token_endpoint", "token_request_refused")]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_on_a_private_network_is_not_asked(#[case] name: &str, #[case] code: &str) {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.auth.behave(|b| {
        b.metadata_patch
            .insert(name.to_owned(), json!("https://inside.example/register"));
    });
    let id = internet.desk.add().await;
    let view = if name == "token_endpoint" {
        internet.come_back(&id).await;
        internet
            .desk
            .wait_for(&id, |server| server.error.is_some())
            .await
    } else {
        internet.trouble(&id).await
    };
    assert_eq!(error_code(&view), Some(code));
    let told = view.error.unwrap().message;
    assert!(told.contains("private network"), "{told}");
    assert!(internet.inside.journal().is_empty());
}

// rule: N2
#[rstest::rstest]
#[case::to_a_name("https://inside.example/authorize")]
#[case::to_an_address("https://10.1.2.3/authorize")]
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_ends_at_a_page_on_a_private_network_as_a_sign_in_does(#[case] page: &str) {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.auth.behave(|b| {
        b.metadata_patch
            .insert("authorization_endpoint".to_owned(), json!(page));
    });
    let url = internet.desk.sample.mcp_url();
    let unknown = internet.desk.engine.check_url(url.as_str()).await.unwrap();
    let id = internet.desk.add().await;
    let walked = internet.desk.engine.check_server(&id).await.unwrap();
    let refused = internet.trouble(&id).await.error;
    assert_eq!(refused.as_ref().unwrap().code, "private_address");
    for checkup in [unknown, walked] {
        let step = |check| checkup.steps.iter().find(|step| step.check == check);
        let found = step(Check::ServerMetadata).unwrap();
        assert_eq!(
            (found.outcome, &found.problem),
            (Outcome::Problem, &refused)
        );
        let next = step(Check::Registration).unwrap();
        assert_eq!(next.outcome, Outcome::Skipped, "{checkup:#?}");
    }
    assert!(internet.inside.journal().is_empty());
}

// rule: N2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_person_is_sent_to_no_page_wherever_that_is() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.auth.behave(|b| {
        b.metadata_patch.insert(
            "authorization_endpoint".to_owned(),
            json!("https://inside.example/authorize"),
        );
    });
    let (client, secret) = (internet.desk.sample.auth).add_client("", "client_secret_basic");
    let mut own = NewServer::at(internet.desk.sample.mcp_url().as_str(), AuthKind::OAuth);
    own.sign_in = SignInOptions {
        client_id: Some(client),
        flow: SignInFlow::ClientCredentials,
        ..SignInOptions::default()
    };
    own.client_secret = SecretChange::Set(secret.unwrap());
    let added = internet.desk.engine.add_server(own).await.unwrap();
    let id = ServerId::from(added.id);
    let walked = internet.desk.engine.check_server(&id).await.unwrap();
    assert_eq!(walked.problem(), None, "{walked:#?}");
    internet.desk.engine.connect(&id).await.unwrap();
    internet.desk.wait_for(&id, is_connected).await;
}

// rule: N2
#[tokio::test(flavor = "multi_thread")]
async fn metadata_on_a_private_network_is_not_asked_for() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.mcp.behave(|b| {
        b.authorization_servers = Some(vec!["https://inside.example".to_owned()]);
    });
    let id = internet.desk.add().await;
    let view = internet.trouble(&id).await;
    assert_eq!(error_code(&view), Some("private_address"));
    assert!(internet.inside.journal().is_empty());
}

// rule: N2
#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_does_not_reach_a_private_network() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.auth.behave(|b| {
        b.metadata_patch.insert(
            "revocation_endpoint".to_owned(),
            json!("https://inside.example/revoke"),
        );
    });
    let id = internet.desk.add().await;
    internet.sign_in(&id).await;
    internet.desk.engine.sign_out(&id).await.unwrap();
    // Waits for what runs in the background.
    internet.desk.engine.shutdown().await;
    assert!(internet.inside.journal().is_empty());
}

// rule: N2
#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_not_redirected_into_a_private_network() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.desk.sample.mcp.behave(|b| {
        for _ in 0..4 {
            let away = Canned::status(307).header("location", "https://inside.example/mcp");
            b.answers.push_back(away);
        }
    });
    let url = internet.desk.sample.mcp_url();
    let found = internet.desk.engine.detect(url.as_str()).await.unwrap();
    assert_eq!(found.problem.unwrap().code, "private_address");
    let open = drawbridge_engine::view::NewServer::at(url.as_str(), AuthKind::None);
    let id = ServerId::from(internet.desk.engine.add_server(open).await.unwrap().id);
    let failed = |server: &ServerView| matches!(&server.connection, Connection::Failed { error } if error.code == "private_address");
    internet.desk.wait_for(&id, failed).await;
    assert!(internet.inside.journal().is_empty());
}

// rule: N2
#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_a_private_network_may_have_everything_there() {
    let mut internet =
        Internet::with(|_, socket| Some(("10.1.2.3".parse().unwrap(), socket))).await;
    internet.trust().await;
    internet.every_leg().await;
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
    // A look-up is given five seconds.
    let parted = tokio::time::timeout(Duration::from_secs(3), parted).await;
    parted.unwrap();
    let grants = "SELECT COUNT(*) FROM grant";
    assert_eq!(internet.desk.stored::<i64>(grants).await, 0);
}

// rule: A6, N2
#[tokio::test(flavor = "multi_thread")]
async fn what_a_local_server_may_name_is_not_taken_from_memory_for_a_public_one() {
    let mut internet = Internet::start().await;
    internet.trust().await;
    let local = Sample::start().await;
    let issuers = vec!["https://as.example".to_owned()];
    local
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(issuers));
    let inside = format!("{}/token", internet.inside.issuer());
    internet.desk.sample.auth.behave(|auth| {
        auth.metadata_cache_control = Some("max-age=600".to_owned());
        auth.metadata_patch
            .insert("token_endpoint".to_owned(), json!(inside));
    });
    let server = NewServer::at(local.mcp_url(), AuthKind::OAuth);
    let id = ServerId::from(internet.desk.engine.add_server(server).await.unwrap().id);
    internet.desk.engine.connect(&id).await.unwrap();
    internet.desk.screen.prompt().await;

    let id = internet.desk.add().await;
    let view = internet.trouble(&id).await;
    assert_eq!(error_code(&view), Some("private_address"));
    assert!(internet.inside.journal().is_empty());
}
