//! Several authorization servers, of which some cannot be used.

use drawbridge_engine::ServerId;
use drawbridge_engine::doctor::{Check, Checkup, Outcome};
use drawbridge_engine::view::{AuthKind, Deed, NewServer, SignInOptions};
use drawbridge_testkit::mcp::Hosts;
use drawbridge_testkit::{AuthBehaviour, Canned, Sample};
use rstest::rstest;
use serde_json::{Value, json};

use crate::desk::{Desk, error_code};
use crate::metadata::trouble;
use crate::network::Internet;

fn registers_nobody(auth: &mut AuthBehaviour) {
    let name = "registration_endpoint".to_owned();
    auth.metadata_patch.insert(name, Value::Null);
}

/// A server that lists another authorization server before its own.
async fn second_after(other: &Sample) -> Desk {
    let desk = Desk::start().await;
    desk.sample.lists([other.issuer(), desk.sample.issuer()]);
    desk
}

// rule: D8
#[rstest]
#[case::nobody_can_register(registers_nobody)]
#[case::nobody_can_prove_who_they_are(|auth: &mut AuthBehaviour| {
    auth.token_auth_methods = Some(vec!["tls_client_auth".to_owned()]);
})]
#[case::it_admits_only_some(|auth: &mut AuthBehaviour| {
    auth.registration_answers.push_back(Canned::status(403));
})]
#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_used_gives_way_to_the_next(#[case] bend: fn(&mut AuthBehaviour)) {
    let other = Sample::start().await;
    other.auth.behave(bend);
    let mut desk = second_after(&other).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let chosen: String = desk.stored("SELECT chosen_issuer FROM server").await;
    assert_eq!(chosen, desk.sample.issuer());
    let told = desk.engine.activity(&id).await.unwrap();
    let problems = told.iter().filter_map(|entry| {
        let problem = entry.problem.as_ref()?;
        Some((entry.what, problem.code.as_str()))
    });
    let expected = [(Deed::Registration, "client_id_needed")];
    assert_eq!(problems.collect::<Vec<_>>(), expected);

    // From then on the one that could be used is asked first, and alone.
    other.clear_journal();
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert!(other.journal().is_empty(), "{:?}", other.journal());
}

// rule: D8
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_asked_where_the_first_can_be_used() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    desk.sample.lists([desk.sample.issuer(), other.issuer()]);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert!(other.journal().is_empty(), "{:?}", other.journal());
}

fn found(checkup: &Checkup, check: Check) -> (Outcome, &str) {
    let step = checkup.steps.iter().find(|step| step.check == check);
    let step = step.unwrap();
    (step.outcome, &step.found)
}

// rule: D8
#[tokio::test(flavor = "multi_thread")]
async fn where_none_can_be_used_the_first_that_answers_is_told() {
    let other = Sample::start().await;
    other.auth.behave(registers_nobody);
    let mut desk = second_after(&other).await;
    desk.sample.auth.behave(registers_nobody);
    let id = desk.add().await;
    for (away, blamed) in [(false, other.issuer()), (true, desk.sample.issuer())] {
        if away {
            other.auth.close().await;
            desk.restart().await;
        }
        let view = trouble(&mut desk, &id).await;
        let error = view.error.unwrap();
        assert_eq!(error.code, "client_id_needed");
        assert!(error.message.contains(&blamed), "{}", error.message);
        let walked = desk.engine.check_server(&id).await.unwrap();
        assert_eq!(walked.problem(), Some(&error));
        let (outcome, said) = found(&walked, Check::ServerMetadata);
        assert!(said.starts_with(&blamed), "{outcome:?} {said}");
    }
}

/// A server on the internet that lists a sign-in server whose page is on a private network, and after
/// that itself.
async fn after_a_private_page() -> Internet {
    let internet = Internet::start().await;
    internet.trust().await;
    let page = json!({
        "issuer": "https://as.example",
        "authorization_endpoint": "https://inside.example/authorize",
        "token_endpoint": "https://as.example/token",
        "registration_endpoint": "https://as.example/register",
        "code_challenge_methods_supported": ["S256"],
    });
    let page = std::iter::repeat_n(Canned::json(200, &page), 2);
    internet
        .desk
        .sample
        .auth
        .behave(|auth| auth.metadata_answers.extend(page));
    internet.desk.sample.mcp.behave(|mcp| {
        let listed = ["https://as.example", "https://mcp.example"];
        mcp.authorization_servers = Some(listed.map(str::to_owned).to_vec());
        mcp.hosts = Hosts::Metadata;
    });
    internet
}

// rule: D8, N2
#[tokio::test(flavor = "multi_thread")]
async fn a_page_on_a_private_network_gives_way_to_that_of_the_next() {
    let mut internet = after_a_private_page().await;
    let id = internet.desk.add().await;
    let walked = internet.desk.engine.check_server(&id).await.unwrap();
    assert_eq!(walked.problem(), None, "{walked:#?}");
    let (outcome, said) = found(&walked, Check::ServerMetadata);
    assert_eq!(outcome, Outcome::Note);
    insta::assert_snapshot!(said, @"https://mcp.example: sign-in at mcp.example, tokens from mcp.example. What comes before it cannot be used: https://inside.example/authorize is on a private network, and a server on the internet named it.");
    internet.desk.engine.connect(&id).await.unwrap();
    let page = internet.desk.screen.prompt().await.url;
    assert!(page.as_str().starts_with("https://mcp.example/authorize?"));
    assert!(internet.inside.journal().is_empty());
}

// rule: D8, R2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_typed_in_is_taken_to_no_other() {
    let mut internet = after_a_private_page().await;
    let own = NewServer {
        sign_in: SignInOptions {
            client_id: Some("by-hand".to_owned()),
            ..SignInOptions::default()
        },
        ..NewServer::at(internet.desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let added = internet.desk.engine.add_server(own).await.unwrap();
    let id = ServerId::from(added.id);
    let walked = internet.desk.engine.check_server(&id).await.unwrap();
    let view = internet.trouble(&id).await;
    assert_eq!(error_code(&view), Some("private_address"));
    assert_eq!(walked.problem(), view.error.as_ref());
    assert!(internet.desk.screen.is_quiet());
}
