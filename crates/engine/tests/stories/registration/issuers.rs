//! Whose a client is, where another issuer is named, or states that it is that one.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{IssuerTrust, ServerChange};
use drawbridge_testkit::Sample;
use drawbridge_testkit::auth::Iss;
use serde_json::json;

use super::{DEEP_LINK, add_with_client, bound, change, move_to, refusal};
use crate::desk::Desk;

/// Says which issuers the person of a server accepts.
async fn accept(desk: &Desk, id: &ServerId, issuer: IssuerTrust) {
    let mut options = desk.view(id).await.sign_in;
    options.issuer = issuer;
    let trusting = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    change(desk, id, trusting).await;
}

/// What the other says of itself names this issuer.
fn pretend(other: &Sample, issuer: &str) {
    other
        .auth
        .behave(|auth| auth.metadata_issuer = Some(issuer.to_owned()));
}

// rule: A2, R2
#[rstest::rstest]
#[case::may_be(false)]
#[case::was_while_nothing_was_bound(true)]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_not_of_whoever_states_its_issuer_though_another_is_accepted(
    #[case] accepted: bool,
) {
    let other = Sample::start().await;
    let (mut desk, id, _) = bound(&other).await;
    desk.engine.sign_out(&id).await.unwrap();
    let own = desk.sample.issuer();
    pretend(&other, &own);
    let trust = if accepted {
        IssuerTrust::Accepted {
            expected: other.issuer(),
            stated: own.clone(),
        }
    } else {
        IssuerTrust::AcceptNext
    };
    accept(&desk, &id, trust.clone()).await;
    let (code, message, _) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_of_another_issuer");
    assert!(message.contains(&own), "{message}");
    assert!(message.contains(&other.issuer()), "{message}");
    assert_eq!(desk.view(&id).await.sign_in.issuer, trust);
    assert!(desk.screen.is_quiet());

    // At its own it is used as before.
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = None);
    desk.sign_in(&id).await;
}

// rule: A2, R2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_an_accepted_issuer_is_bound_to_the_one_that_was_asked_too() {
    const STATED: &str = "https://gateway.example";
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    for sample in [&desk.sample, &other] {
        pretend(sample, STATED);
        sample.auth.behave(|auth| auth.iss = Iss::Absent);
    }
    let (client, secret) = desk
        .sample
        .auth
        .add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &client, secret).await;
    // The second time the person has thought better of it, and accepts the same one anew.
    for _ in 0..2 {
        accept(&desk, &id, IssuerTrust::Exact).await;
        accept(&desk, &id, IssuerTrust::AcceptNext).await;
        desk.sign_in(&id).await;
        desk.engine.sign_out(&id).await.unwrap();
    }
    move_to(&desk, &other);
    accept(&desk, &id, IssuerTrust::Exact).await;
    accept(&desk, &id, IssuerTrust::AcceptNext).await;
    let (code, message, _) = refusal(&mut desk, &id).await;
    assert_eq!(code, "client_of_another_issuer");
    assert!(message.contains(&desk.sample.issuer()), "{message}");
    assert!(message.contains(&other.issuer()), "{message}");
    assert!(desk.screen.is_quiet());
}

// rule: R2
#[rstest::rstest]
#[case::under_its_own_name(false)]
#[case::under_the_name_of_the_first(true)]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_registered_itself_registers_anew_at_another_issuer(#[case] pretends: bool) {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    for sample in [&desk.sample, &other] {
        sample.auth.behave(|auth| {
            auth.registered_auth_method = Some("client_secret_post".to_owned());
        });
    }
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    let first: String = desk.stored("SELECT client_id FROM registration").await;
    if pretends {
        pretend(&other, &desk.sample.issuer());
        accept(&desk, &id, IssuerTrust::AcceptNext).await;
    }
    move_to(&desk, &other);
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    assert!(prompt.url.as_str().starts_with(&other.issuer()));
    assert!(!prompt.url.as_str().contains(&first));
    assert_eq!(other.auth.counters().registrations, 1);
}

// rule: R2, A6
#[tokio::test(flavor = "multi_thread")]
async fn no_token_goes_to_whoever_states_the_issuer_of_its_grant() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    // Accepted, and then nobody signed in there.
    let own = desk.sample.issuer();
    pretend(&other, &own);
    let trust = IssuerTrust::Accepted {
        expected: other.issuer(),
        stated: own,
    };
    accept(&desk, &id, trust).await;
    desk.sample
        .auth
        .behave(|auth| auth.token_at = "/oauth/token");
    desk.sample.auth.expire_access_tokens();
    let greeting = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", greeting);
    call.await.unwrap();
    assert!(other.journal().is_empty());
}
