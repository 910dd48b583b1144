//! More access than was granted: told once, asked for by the person, never in a loop (rule G7).

use std::collections::BTreeSet;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{Action, Authorization, Event, ServerChange, SignInOptions, Status};
use drawbridge_testkit::{Canned, Person};
use rstest::rstest;
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected};

async fn call(desk: &Desk, id: &ServerId, tool: &str) -> Result<(), &'static str> {
    let arguments = json!({ "name": "Ada" });
    let answer = desk.engine.call_tool(id, tool, tool, arguments).await;
    answer.map(drop).map_err(|error| error.code())
}

fn needs(authorization: &Authorization) -> Vec<&str> {
    match authorization {
        Authorization::SignedIn { needs, .. } => needs.iter().map(String::as_str).collect(),
        _ => vec!["a sign-in first"],
    }
}

/// What the last authorization request asked for.
pub(crate) fn asked_for(desk: &Desk) -> BTreeSet<String> {
    let journal = desk.sample.journal();
    let last = journal.iter().rfind(|seen| seen.path == "/authorize");
    let scopes = last.unwrap().params["scope"].clone();
    scopes.split(' ').map(str::to_owned).collect()
}

pub(crate) fn set(scopes: &[&str]) -> BTreeSet<String> {
    scopes.iter().map(ToString::to_string).collect()
}

fn told(events: &[Event]) -> usize {
    let told = |event: &&Event| matches!(event, Event::MoreAccessNeeded { .. });
    events.iter().filter(told).count()
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn one_tool_that_needs_more_is_told_once_and_the_others_go_on() {
    let (mut desk, id) = Desk::connected().await;
    desk.pending_events();
    for _ in 0..3 {
        assert_eq!(
            call(&desk, &id, "admin_report").await,
            Err("more_access_needed")
        );
    }
    call(&desk, &id, "greet").await.unwrap();
    let view = desk.view(&id).await;
    assert_eq!(
        (view.status, view.action),
        (Status::MoreAccessNeeded, Some(Action::Review))
    );
    assert_eq!(needs(&view.authorization), ["admin"]);
    assert_eq!(told(&desk.pending_events()), 1);
    assert!(desk.screen.is_quiet(), "only the person opens a page");
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn the_person_allows_it_and_the_tool_runs() {
    let (mut desk, id) = Desk::connected().await;
    let before = asked_for(&desk);
    assert!(call(&desk, &id, "admin_report").await.is_err());
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    // The grant that works stays until the new one is there.
    call(&desk, &id, "greet").await.unwrap();
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    let view = desk.wait_for(&id, is_connected).await;
    assert!(needs(&view.authorization).is_empty());
    assert_eq!(view.error, None);
    let mut union = before;
    union.insert("admin".to_owned());
    assert_eq!(asked_for(&desk), union);
    call(&desk, &id, "admin_report").await.unwrap();
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn the_persons_own_scopes_are_widened_too() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let own = ServerChange {
        sign_in: Some(SignInOptions {
            scopes: Some(vec!["tools".into()]),
            ..SignInOptions::default()
        }),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, own).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools"]));
    assert!(call(&desk, &id, "admin_report").await.is_err());
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(asked_for(&desk), set(&["tools", "admin"]));
}

/// Refuses the next call of a tool for want of these.
fn refuses_for_want_of(desk: &Desk, scopes: &str) {
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scopes}\"");
    let refusal = Canned::status(403).header("www-authenticate", &challenge);
    let refusal = ("tools/call".to_owned(), refusal);
    desk.sample
        .mcp
        .behave(|b| b.method_answers.push_back(refusal));
}

fn knows(desk: &Desk, scopes: &[&str]) {
    let scopes = scopes.iter().map(ToString::to_string).collect();
    desk.sample.auth.behave(|b| b.scopes = scopes);
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_not_asked_for_with_more_access_where_none_is_listed() {
    let mut desk = Desk::start().await;
    knows(&desk, &["tools", "admin"]);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    refuses_for_want_of(&desk, "admin offline_access");
    assert_eq!(call(&desk, &id, "greet").await, Err("more_access_needed"));
    assert_eq!(needs(&desk.view(&id).await.authorization), ["admin"]);
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools", "admin"]));
    call(&desk, &id, "admin_report").await.unwrap();
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_was_had_is_not_asked_for_again_once_none_is_listed() {
    let (mut desk, id) = Desk::connected().await;
    assert_eq!(asked_for(&desk), set(&["tools", "offline_access"]));
    knows(&desk, &["tools", "admin"]);
    assert!(call(&desk, &id, "admin_report").await.is_err());
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools", "admin"]));
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_without_a_refresh_token_lacks_no_access() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.granted_scopes = Some(vec!["tools".into(), "admin".into()]));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    refuses_for_want_of(&desk, "admin offline_access");
    assert!(call(&desk, &id, "greet").await.is_err());
    desk.sign_in(&id).await;
    let view = desk.view(&id).await;
    assert!(needs(&view.authorization).is_empty());
    assert_eq!(view.error, None);
    // As in the first sign-in, because it is listed.
    assert!(asked_for(&desk).contains("offline_access"));
    refuses_for_want_of(&desk, "offline_access");
    assert_eq!(call(&desk, &id, "greet").await, Err("insufficient_scope"));
}

// rule: G7, T5
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_the_person_asks_for_is_asked_for_with_more_access_too() {
    let mut desk = Desk::start().await;
    let listed = json!(["tools", "admin"]);
    desk.sample
        .auth
        .behave(|b| drop(b.metadata_patch.insert("scopes_supported".into(), listed)));
    let id = desk.add().await;
    let own = ServerChange {
        sign_in: Some(SignInOptions {
            scopes: Some(vec!["tools".into(), "offline_access".into()]),
            ..SignInOptions::default()
        }),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, own).await.unwrap();
    desk.sign_in(&id).await;
    assert!(call(&desk, &id, "admin_report").await.is_err());
    desk.sign_in(&id).await;
    assert_eq!(asked_for(&desk), set(&["tools", "offline_access", "admin"]));
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn two_tools_that_need_more_are_asked_for_together() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| {
        b.needed_scopes
            .insert("tools/call greet".into(), "tools greetings".into());
    });
    desk.sample
        .auth
        .behave(|b| b.scopes.push("greetings".into()));
    desk.pending_events();
    assert!(call(&desk, &id, "admin_report").await.is_err());
    assert!(call(&desk, &id, "greet").await.is_err());
    assert_eq!(told(&desk.pending_events()), 2);
    let view = desk.view(&id).await;
    assert_eq!(needs(&view.authorization), ["admin", "greetings"]);
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, is_connected).await;
    assert!(asked_for(&desk).is_superset(&set(&["tools", "admin", "greetings"])));
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_does_not_give_it_says_so_and_ends_after_three() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.behave(|b| {
        b.granted_scopes = Some(vec!["tools".into(), "offline_access".into()]);
    });
    for round in 1..=3 {
        assert_eq!(
            call(&desk, &id, "admin_report").await,
            Err("more_access_needed")
        );
        desk.come_back(&id, Person::ada()).await;
        let view = desk
            .wait_for(&id, |server| error_code(server) == Some("access_not_given"))
            .await;
        let words = view.error.unwrap().message;
        assert_eq!(words, "The sign-in did not give this access: admin.");
        let wanted: &[&str] = if round < 3 { &["admin"] } else { &[] };
        assert_eq!(needs(&view.authorization), wanted);
        desk.wait_for(&id, |server| {
            matches!(
                server.status,
                Status::Connected { .. } | Status::MoreAccessNeeded
            )
        })
        .await;
    }
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("insufficient_scope")
    );
    assert!(is_connected(&desk.view(&id).await));
    call(&desk, &id, "greet").await.unwrap();
}

/// Opens the engine anew, with a session, as each process does.
async fn anew(desk: &mut Desk, id: &ServerId) {
    desk.restart().await;
    desk.wait_for(id, |server| {
        matches!(
            server.status,
            Status::Connected { .. } | Status::MoreAccessNeeded
        )
    })
    .await;
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn one_process_after_the_other_opens_three_pages_and_no_more() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.behave(|b| {
        b.granted_scopes = Some(vec!["tools".into(), "offline_access".into()]);
    });
    for _ in 0..3 {
        anew(&mut desk, &id).await;
        assert_eq!(
            call(&desk, &id, "admin_report").await,
            Err("more_access_needed")
        );
        anew(&mut desk, &id).await;
        desk.come_back(&id, Person::ada()).await;
        desk.wait_for(&id, |server| error_code(server) == Some("access_not_given"))
            .await;
    }
    anew(&mut desk, &id).await;
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("insufficient_scope")
    );
    // What failed for others is no fault of the connection that there is.
    let view = desk.view(&id).await;
    assert!(is_connected(&view));
    assert_eq!(view.error, None);
    assert!(desk.screen.is_quiet());

    // A sign-in that is for something else has brought what it was for.
    desk.sample.auth.revoke_grants();
    assert_eq!(call(&desk, &id, "greet").await, Err("reauth_required"));
    desk.restart().await;
    desk.sign_in(&id).await;
    assert_eq!(desk.view(&id).await.error, None);
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("insufficient_scope")
    );

    // Whoever signs out begins anew.
    desk.sample.auth.behave(|b| b.granted_scopes = None);
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("more_access_needed")
    );
    desk.sign_in(&id).await;
    call(&desk, &id, "admin_report").await.unwrap();
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_never_satisfied_is_refused_and_not_asked_again() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| {
        b.never_satisfied = true;
        b.needed_scopes
            .insert("tools/call greet".into(), "admin".into());
    });
    assert_eq!(call(&desk, &id, "greet").await, Err("more_access_needed"));
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, is_connected).await;
    for _ in 0..3 {
        assert_eq!(call(&desk, &id, "greet").await, Err("insufficient_scope"));
    }
    assert!(is_connected(&desk.view(&id).await));
}

// rule: G7, D3
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_tools_that_needs_more_is_asked_for_too() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.needed_scopes.insert("tools/list".into(), "admin".into());
    });
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    let view = desk
        .wait_for(&id, |server| server.status == Status::MoreAccessNeeded)
        .await;
    assert_eq!(view.action, Some(Action::Review));
    desk.sign_in(&id).await;
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn a_401_for_want_of_scopes_is_no_reason_to_refresh() {
    let (desk, id) = Desk::connected().await;
    desk.sample.mcp.behave(|b| b.insufficient_status = 401);
    assert_eq!(
        call(&desk, &id, "admin_report").await,
        Err("more_access_needed")
    );
    assert_eq!(desk.sample.auth.counters().refreshes, 0);
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_forgets_neither_the_wish_nor_who_was_told() {
    let (mut desk, id) = Desk::connected().await;
    assert!(call(&desk, &id, "admin_report").await.is_err());
    desk.pending_events();
    desk.sample.auth.expire_access_tokens();
    call(&desk, &id, "greet").await.unwrap();
    assert!(call(&desk, &id, "admin_report").await.is_err());
    assert_eq!(told(&desk.pending_events()), 0);
    desk.restart().await;
    let view = desk
        .wait_for(&id, |server| server.status == Status::MoreAccessNeeded)
        .await;
    assert_eq!(needs(&view.authorization), ["admin"]);
}

fn wants(desk: &Desk, scope: &str) {
    desk.sample.mcp.behave(|b| {
        b.needed_scopes
            .insert("tools/call greet".into(), format!("tools {scope}"));
    });
}

// rule: G7
#[rstest]
#[case::by_one_process(false)]
#[case::by_one_after_the_other(true)]
#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_nobody_knows_is_tried_three_times_and_blocks_no_sign_in(
    #[case] one_after_the_other: bool,
) {
    let (mut desk, id) = Desk::connected().await;
    wants(&desk, "bogus");
    for _ in 0..3 {
        if one_after_the_other {
            anew(&mut desk, &id).await;
        }
        assert_eq!(call(&desk, &id, "greet").await, Err("more_access_needed"));
        desk.come_back(&id, Person::ada()).await;
        // It may be that the client alone is refused it: another one asks, too.
        let again = desk.screen.prompt().await;
        let callback = Person::ada().follow(again.url.as_str()).await.unwrap();
        desk.engine.receive_callback(&callback).await.unwrap();
        desk.wait_for(&id, |server| {
            error_code(server) == Some("authorization_refused")
        })
        .await;
        assert!(asked_for(&desk).contains("bogus"));
    }
    assert_eq!(call(&desk, &id, "greet").await, Err("insufficient_scope"));

    desk.sample.auth.revoke_grants();
    assert_eq!(call(&desk, &id, "greet").await, Err("reauth_required"));
    desk.sign_in(&id).await;
    assert!(!asked_for(&desk).contains("bogus"));
}
