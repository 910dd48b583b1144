//! Servers without a person: the client signs in by itself (RFC 6749 §4.4).

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, Authorization, Event, IssuerTrust, NewServer, SecretChange, ServerChange, ServerView,
    SignInFlow, SignInOptions, Status,
};
use drawbridge_testkit::key_pair::{EDDSA, ES256, KeyPair, RS256};
use drawbridge_testkit::mcp::Eras;
use drawbridge_testkit::{Canned, Gate, Sample};
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected};
use crate::patience::is_retrying;

fn of_its_own(desk: &Desk, client_id: &str) -> NewServer {
    let mut server = NewServer::at(desk.sample.mcp_url(), AuthKind::OAuth);
    server.sign_in = SignInOptions {
        client_id: Some(client_id.to_owned()),
        flow: SignInFlow::ClientCredentials,
        ..SignInOptions::default()
    };
    server
}

/// The sample server, and a client registered there by hand with a secret.
pub(crate) async fn with_secret(desk: &Desk, method: &str) -> ServerId {
    let (client, secret) = desk.sample.auth.add_client("", method);
    let server = NewServer {
        client_secret: SecretChange::Set(secret.unwrap()),
        ..of_its_own(desk, &client)
    };
    ServerId::from(desk.engine.add_server(server).await.unwrap().id)
}

async fn connected() -> (Desk, ServerId) {
    let mut desk = Desk::start().await;
    let id = with_secret(&desk, "client_secret_basic").await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    (desk, id)
}

async fn greet(desk: &Desk, id: &ServerId, call: &str) -> Result<(), &'static str> {
    let arguments = json!({ "name": "Ada" });
    let answer = desk.engine.call_tool(id, call, "greet", arguments).await;
    answer.map(drop).map_err(|error| error.code())
}

fn is_refused(server: &ServerView) -> bool {
    error_code(server) == Some("credentials_refused") && server.status == Status::Failed
}

// rule: T4, T5
#[tokio::test(flavor = "multi_thread")]
async fn connect_asks_nobody_and_is_connected() {
    let (mut desk, id) = connected().await;
    assert!(desk.screen.is_quiet());
    greet(&desk, &id, "1").await.unwrap();
    let journal = desk.sample.journal();
    let token = journal.iter().find(|seen| seen.path == "/token").unwrap();
    assert_eq!(token.params["grant_type"], "client_credentials");
    assert_eq!(token.params["resource"], desk.sample.mcp.resource());
    assert!(token.params["scope"].contains("tools"));
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.client_tokens, counters.registrations), (1, 0));
}

#[rstest::rstest]
#[case(Eras::Initialize)]
#[case(Eras::Discover)]
#[tokio::test(flavor = "multi_thread")]
async fn the_extension_is_declared_where_it_is_used_and_nowhere_else(#[case] eras: Eras) {
    let declared = |desk: &Desk| -> Vec<String> {
        let journal = desk.sample.journal().into_iter();
        let named = journal.filter_map(|seen| seen.params.get("extensions").cloned());
        named.collect()
    };
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.eras = eras);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert!(declared(&desk).is_empty());
    desk.engine.remove_server(&id).await.unwrap();
    let id = with_secret(&desk, "client_secret_basic").await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let named = declared(&desk);
    assert!(!named.is_empty());
    for extensions in named {
        assert_eq!(
            extensions,
            "io.modelcontextprotocol/oauth-client-credentials"
        );
    }
}

// rule: T6
#[rstest::rstest]
#[case("client_secret_basic")]
#[case("client_secret_post")]
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_goes_the_way_that_the_server_lists(#[case] method: &str) {
    let mut desk = Desk::start().await;
    let listed = vec![method.to_owned()];
    desk.sample
        .auth
        .behave(|b| b.token_auth_methods = Some(listed));
    let id = with_secret(&desk, method).await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: T6
#[rstest::rstest]
#[case(ES256)]
#[case(RS256)]
#[case(EDDSA)]
#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_signs_anew_for_each_request(#[case] keys: KeyPair) {
    let mut desk = Desk::start().await;
    let client = desk.sample.auth.add_client_with_key(keys.public);
    let server = NewServer {
        client_key: SecretChange::Set(keys.private.to_owned()),
        ..of_its_own(&desk, &client)
    };
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    // The server takes each assertion once.
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "1").await.unwrap();
    desk.engine.sign_out(&id).await.unwrap();
    desk.engine.shutdown().await;
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.client_tokens, counters.revocations), (2, 1));
}

// rule: A3
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_of_pkce_will_do() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| b.code_challenge_methods = None);
    let id = with_secret(&desk, "client_secret_basic").await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: G1, G3
#[tokio::test(flavor = "multi_thread")]
async fn twenty_calls_on_an_expired_token_get_one_new_one() {
    let (desk, id) = connected().await;
    desk.sample.auth.expire_access_tokens();
    let names: Vec<String> = (0..20).map(|call| call.to_string()).collect();
    let calls = names.iter().map(|call| greet(&desk, &id, call));
    let answers = futures::future::join_all(calls).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(desk.sample.auth.counters().client_tokens, 2);
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_replaced_ahead_of_its_end_without_a_call() {
    let (mut desk, id) = connected().await;
    let ends = |server: &ServerView| match server.authorization {
        Authorization::SignedIn { expires_at, .. } => expires_at,
        _ => None,
    };
    let first = ends(&desk.view(&id).await);
    desk.clock.advance(3590);
    desk.restart().await;
    desk.wait_for(&id, |server| ends(server) > first).await;
    assert_eq!(desk.sample.auth.counters().client_tokens, 2);
}

// rule: R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_refused_at_once_is_told_in_the_servers_words() {
    let mut desk = Desk::start().await;
    let (client, _) = desk.sample.auth.add_client("", "client_secret_basic");
    let server = NewServer {
        client_secret: SecretChange::Set("not-the-secret".to_owned()),
        ..of_its_own(&desk, &client)
    };
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, is_refused).await;
    insta::assert_snapshot!(view.error.unwrap().message, @"The sign-in server does not accept this client: The secret is wrong.");
    assert_eq!(view.authorization, Authorization::SignedOut);
}

// rule: G9, R7
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_refused_later_needs_its_owner_and_no_sign_in() {
    let (mut desk, id) = connected().await;
    desk.pending_events();
    desk.sample.auth.forget_clients();
    desk.sample.auth.expire_access_tokens();
    for call in ["1", "2", "3"] {
        assert_eq!(greet(&desk, &id, call).await, Err("credentials_refused"));
    }
    let view = desk.wait_for(&id, is_refused).await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    let prompts = desk.pending_events();
    let prompts = prompts
        .iter()
        .filter(|event| matches!(event, Event::ReauthRequired { .. }));
    assert_eq!(prompts.count(), 0);
    let asked = desk.sample.journal();
    let asked = asked
        .iter()
        .filter(|seen| seen.note.as_deref() == Some("client_credentials"));
    assert_eq!(asked.count(), 2, "a refused client is not tried again");

    // The program starts anew, and asks once more: nobody has to be there.
    desk.restart().await;
    desk.wait_for(&id, is_refused).await;
    let (client, secret) = desk.sample.auth.add_client("", "client_secret_basic");
    let mended = ServerChange {
        sign_in: Some(SignInOptions {
            client_id: Some(client),
            flow: SignInFlow::ClientCredentials,
            ..SignInOptions::default()
        }),
        client_secret: SecretChange::Set(secret.unwrap()),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, mended).await.unwrap();
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_every_token_is_not_asked_for_ever() {
    let (mut desk, id) = connected().await;
    desk.sample.mcp.behave(|b| b.refuses_tokens = true);
    assert_eq!(greet(&desk, &id, "1").await, Err("credentials_refused"));
    desk.wait_for(&id, is_refused).await;
    assert_eq!(desk.sample.auth.counters().client_tokens, 2);
}

// rule: G5, G8
#[tokio::test(flavor = "multi_thread")]
async fn trouble_at_the_token_endpoint_is_no_refusal() {
    let (mut desk, id) = connected().await;
    desk.sample
        .auth
        .behave(|b| b.token_answers.push_back(Canned::status(503)));
    desk.sample.auth.expire_access_tokens();
    assert!(greet(&desk, &id, "1").await.is_err());
    assert!(matches!(
        desk.view(&id).await.authorization,
        Authorization::SignedIn { .. }
    ));
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
}

// rule: G5, G10
#[tokio::test(flavor = "multi_thread")]
async fn another_client_waits_for_nothing_that_the_one_before_was_told() {
    let (mut desk, id) = connected().await;
    let busy = Canned::too_many_requests(3600);
    desk.sample.auth.behave(|b| b.token_answers.push_back(busy));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "1").await, Err("sign_in_unavailable"));
    desk.wait_for(&id, is_retrying).await;
    let (client, secret) = desk.sample.auth.add_client("", "client_secret_basic");
    let changed = ServerChange {
        sign_in: Some(of_its_own(&desk, &client).sign_in),
        client_secret: SecretChange::Set(secret.unwrap()),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, changed).await.unwrap();
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "2").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().client_tokens, 3);
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn more_access_is_had_without_a_person_too() {
    let (mut desk, id) = connected().await;
    // What was granted before, and is listed no more, is not asked for.
    let listed = ["tools", "admin"].map(str::to_owned).into();
    desk.sample.auth.behave(|b| b.scopes = listed);
    let report = || desk.engine.call_tool(&id, "1", "admin_report", json!({}));
    assert_eq!(report().await.unwrap_err().code(), "more_access_needed");
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let report = desk.engine.call_tool(&id, "2", "admin_report", json!({}));
    report.await.unwrap();
    assert!(desk.screen.is_quiet());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_cannot_sign_is_told_before_anything_is_sent() {
    let mut desk = Desk::start().await;
    let server = of_its_own(&desk, "client");
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("credentials_missing"));
    let broken = ServerChange {
        client_key: SecretChange::Set("no key".to_owned()),
        ..ServerChange::default()
    };
    let refusal = desk.engine.change_server(&id, broken).await.unwrap_err();
    assert_eq!(refusal.code(), "unusable_key");
    assert_eq!(desk.wire(), "");
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_attempt_signs_nobody_in() {
    let desk = Desk::start().await;
    let id = with_secret(&desk, "client_secret_basic").await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.auth.behave(|b| b.token_gate = Some(held));
    desk.engine.connect(&id).await.unwrap();
    gate.reached(1).await;
    desk.engine.cancel(&id).await.unwrap();
    gate.open();
    desk.engine.shutdown().await;
    let grants = "SELECT COUNT(*) FROM grant";
    assert_eq!(desk.stored::<i64>(grants).await, 0);
}

/// The server names this authorization server alone, and the client is not shown to it.
async fn is_refused_where(desk: &mut Desk, id: &ServerId, other: &Sample) {
    let elsewhere = vec![other.issuer()];
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(elsewhere));
    desk.engine.connect(id).await.unwrap();
    let view = desk.wait_for(id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("client_of_another_issuer"));
    assert!(other.journal().iter().all(|seen| seen.path != "/token"));
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_never_shown_to_another_issuer_though_nobody_watches() {
    let (mut desk, id) = connected().await;
    let other = Sample::start().await;
    desk.engine.sign_out(&id).await.unwrap();
    is_refused_where(&mut desk, &id, &other).await;
}

// rule: A2, R2
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_never_shown_to_whoever_states_its_issuer_though_another_may_be_accepted() {
    let (mut desk, id) = connected().await;
    let other = Sample::start().await;
    let own = desk.sample.issuer();
    other.auth.behave(|auth| auth.metadata_issuer = Some(own));
    desk.engine.sign_out(&id).await.unwrap();
    let mut options = desk.view(&id).await.sign_in;
    options.issuer = IssuerTrust::AcceptNext;
    let trusting = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, trusting).await.unwrap();
    is_refused_where(&mut desk, &id, &other).await;
    let kept = desk.view(&id).await.sign_in.issuer;
    assert_eq!(kept, IssuerTrust::AcceptNext);
    assert!(other.journal().iter().all(|seen| seen.path != "/token"));
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_exchange_drops_the_metadata_without_a_person_too() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_cache_control = Some("max-age=600".to_owned());
        b.token_answers.push_back(Canned::html(404));
    });
    let id = with_secret(&desk, "client_secret_basic").await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, |server| server.error.is_some()).await;
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let asked = "GET /.well-known/oauth-authorization-server";
    assert_eq!(desk.wire().matches(asked).count(), 2);
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_nobody_knows_does_not_keep_the_client_out() {
    let (mut desk, id) = connected().await;
    desk.sample.mcp.behave(|b| {
        b.needed_scopes
            .insert("tools/call greet".into(), "tools bogus".into());
    });
    assert_eq!(greet(&desk, &id, "1").await, Err("more_access_needed"));
    desk.engine.connect(&id).await.unwrap();
    desk.wait_for(&id, |server| {
        error_code(server) == Some("token_request_refused")
    })
    .await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, is_connected).await;
    assert!(
        matches!(view.authorization, Authorization::SignedIn { needs, .. } if needs.is_empty())
    );
}
