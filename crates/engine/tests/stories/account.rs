//! What is known of a grant besides its tokens: who signed in and when, what was asked for, when it was
//! renewed.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, ServerChange, ServerView};
use drawbridge_testkit::third_party::{Sdk, ThirdParty};
use rstest::rstest;
use serde_json::{Value, json};

use crate::desk::{Desk, is_connected, limits, new_server};
use crate::two_processes::{greet, second};

const ADA: &str = "ada@example.com";

/// Who signed in to it, or had.
fn account(server: &ServerView) -> Option<&str> {
    server.account.as_deref()
}

fn signed_in_at(server: &ServerView) -> Option<i64> {
    match server.authorization {
        Authorization::SignedIn { signed_in_at, .. } => signed_in_at,
        _ => None,
    }
}

fn renewed_at(server: &ServerView) -> Option<i64> {
    match server.authorization {
        Authorization::SignedIn { renewed_at, .. } => renewed_at,
        _ => None,
    }
}

fn asked(server: &ServerView) -> Option<String> {
    match &server.authorization {
        Authorization::SignedIn { asked, .. } => asked.as_ref().map(|scopes| scopes.join(" ")),
        _ => None,
    }
}

/// From now on ID tokens say this as well, or instead.
fn say(desk: &Desk, claims: &Value) {
    let patch = claims.as_object().unwrap().clone();
    desk.sample.auth.behave(|server| {
        server.always_id_token = true;
        server.id_token_patch = patch;
    });
}

/// Signed in at a server that says who did.
async fn known() -> (Desk, ServerId) {
    let mut desk = Desk::start().await;
    say(&desk, &json!({}));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    (desk, id)
}

async fn renew(desk: &Desk, id: &ServerId, call: &str) {
    let before = desk.sample.auth.counters().refreshes;
    desk.sample.auth.expire_access_tokens();
    greet(&desk.engine, id, call).await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_is_known_until_they_sign_out() {
    let (mut desk, id) = known().await;
    assert_eq!(account(&desk.view(&id).await), Some(ADA));

    desk.sample
        .auth
        .behave(|server| server.always_id_token = false);
    renew(&desk, &id, "1").await;
    assert_eq!(account(&desk.view(&id).await), Some(ADA));

    desk.restart().await;
    let again = desk.wait_for(&id, is_connected).await;
    assert_eq!(account(&again), Some(ADA));

    desk.engine.sign_out(&id).await.unwrap();
    assert_eq!(account(&desk.view(&id).await), None);
    desk.sign_in(&id).await;
    let anew = desk.view(&id).await;
    assert_eq!(account(&anew), None, "nobody says who it was this time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_may_bring_another_name() {
    let (desk, id) = known().await;
    say(&desk, &json!({ "email": "ada@lovelace.example" }));
    renew(&desk, &id, "1").await;
    assert_eq!(account(&desk.view(&id).await), Some("ada@lovelace.example"));
    say(
        &desk,
        &json!({ "email": null, "preferred_username": null, "name": null }),
    );
    renew(&desk, &id, "2").await;
    assert_eq!(account(&desk.view(&id).await), Some("ada@lovelace.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_to_sign_in_again_is_told_as_whom() {
    let (mut desk, id) = known().await;
    desk.sample.auth.revoke_grants();
    greet(&desk.engine, &id, "1").await.unwrap_err();
    let ended =
        |server: &ServerView| matches!(server.authorization, Authorization::ReauthRequired { .. });
    let view = desk.wait_for(&id, ended).await;
    assert_eq!(account(&view), Some(ADA));
}

#[rstest]
#[case::of_another_issuer(json!({ "iss": "https://elsewhere.example" }))]
#[case::for_another_client(json!({ "aud": "somebody-else" }))]
#[case::for_nobody(json!({ "aud": null }))]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_is_not_ours_says_nothing_and_stops_nobody(#[case] claims: Value) {
    let mut desk = Desk::start().await;
    say(&desk, &claims);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(account(&desk.view(&id).await), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_is_asked_for_by_the_person_alone() {
    let mut desk = Desk::start().await;
    let openid = || "openid".to_owned();
    desk.sample
        .auth
        .behave(|server| server.scopes.push(openid()));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let plain = desk.view(&id).await;
    assert!(!asked(&plain).unwrap().contains("openid"));
    assert_eq!(account(&plain), None);

    let mut sign_in = plain.sign_in;
    sign_in.scopes = Some(vec!["tools".to_owned(), openid()]);
    let change = ServerChange {
        sign_in: Some(sign_in),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(account(&desk.view(&id).await), Some(ADA));
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_stands_in_no_report_no_activity_and_no_export() {
    let (desk, id) = known().await;
    renew(&desk, &id, "1").await;
    let told = [
        desk.engine.diagnostic_report(&id).await.unwrap(),
        format!("{:?}", desk.engine.activity(&id).await.unwrap()),
        desk.engine.export().await.unwrap(),
    ];
    for text in told {
        assert!(
            !text.contains("ada@") && !text.contains("Lovelace"),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_by_another_process_is_told_with_its_time() {
    let (mut desk, id) = Desk::connected().await;
    let other = second(&desk, limits(), &id).await;
    let first = desk.view(&id).await;
    let signed_in = signed_in_at(&first).unwrap();
    assert_eq!(renewed_at(&first), None);

    desk.clock.advance(600);
    desk.sample.auth.expire_access_tokens();
    greet(&other, &id, "1").await.unwrap();
    let renewed = desk
        .wait_for(&id, |server| renewed_at(server).is_some())
        .await;
    let after = renewed_at(&renewed).unwrap() - signed_in;
    assert!(after >= 600_000, "{after} ms");
    assert_eq!(signed_in_at(&renewed), Some(signed_in));
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_is_known_however_little_was_granted() {
    let mut desk = Desk::start().await;
    let tools = || "tools".to_owned();
    desk.sample
        .auth
        .behave(|server| server.granted_scopes = Some(vec![tools()]));
    let mut server = new_server(desk.sample.mcp_url().as_str(), AuthKind::OAuth);
    server.sign_in.scopes = Some(vec![tools(), "admin".to_owned()]);
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.sign_in(&id).await;
    let granted = desk.view(&id).await;
    renew(&desk, &id, "1").await;
    desk.restart().await;
    let later = desk.wait_for(&id, is_connected).await;
    assert_eq!(asked(&later).as_deref(), Some("tools admin"));
    assert_eq!(signed_in_at(&later), signed_in_at(&granted));
    assert!(renewed_at(&later) >= signed_in_at(&later));
    assert!(
        matches!(later.authorization, Authorization::SignedIn { scopes, .. } if scopes == ["tools"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_was_not_renewed_yet() {
    let (mut desk, id) = Desk::connected().await;
    renew(&desk, &id, "1").await;
    let first = desk.view(&id).await;
    assert!(renewed_at(&first).is_some());
    desk.clock.advance(600);
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    let anew = desk.view(&id).await;
    assert_eq!(renewed_at(&anew), None);
    assert!(signed_in_at(&anew) > signed_in_at(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_provider_says_who_signed_in_where_the_person_asks_for_openid() {
    let theirs = ThirdParty::start(Sdk::TypeScript).await.unwrap();
    let mut desk = Desk::start().await;
    let mut server = new_server(theirs.mcp_url().as_str(), AuthKind::OAuth);
    server.sign_in.scopes = Some(vec!["tools".to_owned(), "openid".to_owned()]);
    let id = ServerId::from(desk.engine.add_server(server).await.unwrap().id);
    desk.engine.connect(&id).await.unwrap();
    let page = desk.screen.prompt().await.url;
    let callback = theirs.person_follow(page.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk.wait_for(&id, is_connected).await;
    assert_eq!(account(&view), Some(ADA));
}
