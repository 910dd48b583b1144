//! Issuers that are not whom they are asked for as, and those that a person accepts.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    Action, Authorization, IssuerTrust, ServerChange, SignInOptions, Status,
};
use drawbridge_testkit::Person;
use drawbridge_testkit::auth::Iss;

use crate::desk::{Desk, error_code, is_connected};
use crate::metadata::{add_with, trouble};

const OTHER: &str = "https://gateway.example";

// rule: A2, Q-Atlassian
#[tokio::test(flavor = "multi_thread")]
async fn another_issuer_is_refused_with_both_values_and_nothing_is_registered_there() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some(OTHER.to_owned()));
    let id = desk.add().await;
    let error = trouble(&mut desk, &id).await.error.unwrap();
    assert_eq!(error.code, "issuer_mismatch");
    assert!(error.message.contains(OTHER) && error.message.contains(&desk.sample.issuer()));
    assert!(error.remedy.unwrap().contains("accept"));
    assert_eq!(desk.sample.auth.counters().registrations, 0);
}

/// A server whose issuer states another one, which the person accepts beforehand.
async fn add_accepting(desk: &Desk, stated: &str) -> ServerId {
    desk.sample.auth.behave(|b| {
        b.metadata_issuer = Some(stated.to_owned());
        b.iss = Iss::Wrong(stated.to_owned());
    });
    let accept = SignInOptions {
        issuer: IssuerTrust::AcceptNext,
        ..SignInOptions::default()
    };
    add_with(desk, accept).await
}

// rule: A2, Q-Atlassian, Q-Entra
#[tokio::test(flavor = "multi_thread")]
async fn the_next_issuer_is_accepted_once_and_from_then_on_only_that_pair() {
    let mut desk = Desk::start().await;
    let id = add_accepting(&desk, OTHER).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    // Before anybody has signed in.
    let expected = desk.sample.issuer();
    let pair = IssuerTrust::Accepted {
        expected,
        stated: OTHER.to_owned(),
    };
    assert_eq!(desk.view(&id).await.sign_in.issuer, pair);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;

    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    desk.engine.sign_out(&id).await.unwrap();
    let third = "https://third.example";
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some(third.to_owned()));
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("issuer_mismatch"));
    assert_eq!(view.sign_in.issuer, pair);
}

// rule: A2
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_open_meanwhile_does_not_accept_another_issuer() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some(OTHER.to_owned()));
    let accept = SignInOptions {
        issuer: IssuerTrust::AcceptNext,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, accept.clone()).await;
    desk.engine.connect(&id).await.unwrap();
    desk.screen.prompt().await;
    let accepted = desk.view(&id).await.sign_in;
    assert!(matches!(accepted.issuer, IssuerTrust::Accepted { .. }));
    let stale = SignInOptions {
        omit_resource: true,
        ..accept
    };
    let change = ServerChange {
        sign_in: Some(stale),
        ..ServerChange::default()
    };
    let saved = desk
        .engine
        .change_server(&id, change)
        .await
        .unwrap()
        .sign_in;
    assert_eq!(saved.issuer, accepted.issuer);
    assert!(saved.omit_resource);
}

// rule: A2, T3
#[tokio::test(flavor = "multi_thread")]
async fn the_callback_has_to_come_from_the_issuer_that_the_document_names() {
    let mut desk = Desk::start().await;
    // The redirect names the issuer that was asked for, which is not the accepted one.
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some(OTHER.to_owned()));
    let pair = IssuerTrust::Accepted {
        expected: desk.sample.issuer(),
        stated: OTHER.to_owned(),
    };
    let accept = SignInOptions {
        issuer: pair,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, accept).await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("callback_issuer_mismatch"));
    assert_eq!(desk.sample.auth.counters().token_exchanges, 0);
}

// rule: A2, T8
#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_issuer_is_shown_as_what_it_is_and_compared_as_it_came() {
    const STATED: &str = "https://\u{430}pple.com";
    const SHOWN: &str = "https://xn--pple-43d.com";
    let mut desk = Desk::start().await;
    let id = add_accepting(&desk, STATED).await;
    for _ in 0..2 {
        desk.sign_in(&id).await;
        let view = desk.view(&id).await;
        let pair = IssuerTrust::Accepted {
            expected: desk.sample.issuer(),
            stated: STATED.to_owned(),
        };
        assert_eq!(view.sign_in.issuer, pair);
        assert_eq!(view.accepted_issuer.unwrap().stated, SHOWN);
        let Authorization::SignedIn { issuer, .. } = view.authorization else {
            panic!("somebody is signed in");
        };
        assert_eq!(issuer, SHOWN);
        desk.engine.sign_out(&id).await.unwrap();
    }
}

// rule: A2, T8
#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_looks_like_another_is_refused_with_what_it_is() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some("https://\u{430}pple.com/\u{202e}".to_owned()));
    let id = desk.add().await;
    let error = trouble(&mut desk, &id).await.error.unwrap();
    let stated = "https://xn--pple-43d.com/%E2%80%AE";
    assert!(error.message.contains(stated), "{}", error.message);
}

// rule: A2
#[tokio::test(flavor = "multi_thread")]
async fn a_right_issuer_does_not_use_up_the_acceptance() {
    let mut desk = Desk::start().await;
    let accept = SignInOptions {
        issuer: IssuerTrust::AcceptNext,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, accept).await;
    desk.sign_in(&id).await;
    assert_eq!(desk.view(&id).await.sign_in.issuer, IssuerTrust::AcceptNext);
}

// rule: T3
#[tokio::test(flavor = "multi_thread")]
async fn a_callback_from_another_issuer_is_refused_before_its_code_is_sent_anywhere() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.iss = Iss::Wrong("https://evil.example".into()));
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.status, Status::Failed);
    assert_eq!(desk.sample.auth.counters().token_exchanges, 0);
}

// rule: T3
#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_a_callback_names_unasked_has_to_be_the_right_one() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.iss = Iss::Unadvertised("https://evil.example".into());
    });
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("callback_issuer_mismatch"));
    assert_eq!(desk.sample.auth.counters().token_exchanges, 0);
    let own = desk.sample.issuer();
    desk.sample.auth.behave(|b| b.iss = Iss::Unadvertised(own));
    desk.sign_in(&id).await;
}

// rule: A2
#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_another_issuer_stops_before_anything_opens() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.metadata_issuer = Some("https://evil.example".into()));
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.status, Status::Failed);
    assert_eq!(view.action, Some(Action::Details));
    assert_eq!(error_code(&view), Some("issuer_mismatch"));
    assert!(desk.screen.is_quiet());
    assert_eq!(desk.sample.auth.counters().registrations, 0);
}
