//! Of two processes that find the same out, one calls the person.

use drawbridge_engine::view::{Event, ServerChange};
use drawbridge_engine::{Engine, ServerId};
use serde_json::json;

use crate::desk::{Desk, limits};
use crate::neighbours::{app, beside};
use crate::two_processes::{greet, second};

fn calls_the_person(event: &Event) -> bool {
    matches!(
        event,
        Event::ReauthRequired { .. } | Event::MoreAccessNeeded { .. }
    )
}

/// Waits until the person is called, and sees that nobody does so again: whatever was committed before
/// the first of two names that another process gave has been told of once the second is.
async fn the_person_is_called_once(desk: &mut Desk, id: &ServerId) {
    while !calls_the_person(&desk.event().await) {}
    let command = beside(desk).await;
    for name in ["One", "Two"] {
        let change = ServerChange {
            name: Some(name.into()),
            ..Default::default()
        };
        command.engine.change_server(id, change).await.unwrap();
        loop {
            match desk.event().await {
                Event::ServerChanged { server } if server.name == name => break,
                event => assert!(!calls_the_person(&event), "{event:?}"),
            }
        }
    }
    command.engine.shutdown().await;
}

/// The app, and another process with a session of its own.
async fn two_signed_in() -> (Desk, Engine, ServerId) {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let other = second(&desk, limits(), &id).await;
    desk.pending_events();
    (desk, other, id)
}

// rule: G9
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ends_in_either_process_calls_the_person_once(
    #[values(true, false)] here: bool,
) {
    let (mut desk, other, id) = two_signed_in().await;
    desk.sample.auth.revoke_grants();
    let engine = if here { &desk.engine } else { &other };
    for call in ["1", "2"] {
        let ended = greet(engine, &id, call).await;
        assert_eq!(ended, Err("reauth_required"));
    }
    the_person_is_called_once(&mut desk, &id).await;
    other.shutdown().await;
}

// rule: G7, G9
#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn access_that_either_process_finds_missing_calls_the_person_once(
    #[values(true, false)] here: bool,
) {
    let (mut desk, other, id) = two_signed_in().await;
    let engine = if here { &desk.engine } else { &other };
    for call in ["1", "2"] {
        let refused = engine.call_tool(&id, call, "admin_report", json!({}));
        assert_eq!(refused.await.unwrap_err().code(), "more_access_needed");
    }
    the_person_is_called_once(&mut desk, &id).await;
    other.shutdown().await;
}
