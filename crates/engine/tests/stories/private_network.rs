//! What is on a private network, and what may name it.

use drawbridge_engine::ServerId;
use drawbridge_engine::doctor::{Check, Outcome};
use drawbridge_engine::view::{
    AuthKind, Connection, NewServer, SecretChange, ServerView, SignInFlow, SignInOptions,
};
use drawbridge_testkit::{Canned, Sample};
use serde_json::json;

use crate::desk::{error_code, is_connected};
use crate::network::Internet;

// rule: N2
#[rstest::rstest]
#[case::page("authorization_endpoint", "private_address")]
#[case::registration("registration_endpoint", "private_address")]
#[case::token("token_endpoint", "token_request_refused")]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_on_a_private_network_is_not_asked(#[case] name: &str, #[case] code: &str) {
    let mut internet = Internet::start().await;
    internet.trust().await;
    internet.name(name, "https://inside.example/register");
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
    internet.name("authorization_endpoint", page);
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
    internet.name("authorization_endpoint", "https://inside.example/authorize");
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
    internet.name("revocation_endpoint", "https://inside.example/revoke");
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
    let open = NewServer::at(url.as_str(), AuthKind::None);
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
