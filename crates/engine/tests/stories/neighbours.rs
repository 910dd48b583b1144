//! Two processes on one data folder: what one does, the other sees, and acts on.

use drawbridge_engine::view::{
    AuthKind, Authorization, Deed, Event, ServerChange, ServerView, Status,
};
use drawbridge_engine::{Engine, ServerId};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::{Gate, McpServer, Person, Sample, Seen};
use serde_json::json;

use crate::activity::told;
use crate::desk::{Desk, Screen, error_code, is_connected, limits, new_server, open};
use crate::two_processes::second;

/// The command beside the app: it opens no sessions of its own accord.
pub(crate) struct Beside {
    pub(crate) engine: Engine,
    screen: Screen,
}

pub(crate) async fn beside(desk: &Desk) -> Beside {
    let (surface, screen) = Screen::new();
    let http = HttpOptions::default();
    let engine = open(desk.folder.path(), &desk.clock, limits(), surface, http).await;
    Beside { engine, screen }
}

impl Beside {
    pub(crate) async fn sign_in(&mut self, id: &ServerId) {
        self.engine.connect(id).await.unwrap();
        let callback = self.callback().await;
        self.engine.receive_callback(&callback).await.unwrap();
    }

    /// The person agrees at the page that it shows.
    pub(crate) async fn callback(&mut self) -> String {
        let prompt = self.screen.prompt().await;
        Person::ada().follow(prompt.url.as_str()).await.unwrap()
    }

    /// Takes a callback, and waits until its grant is in use at this server.
    pub(crate) async fn receive(&self, callback: &str, server: &McpServer) {
        let mut events = self.engine.events();
        let ears = server.ears();
        self.engine.receive_callback(callback).await.unwrap();
        let connects = |event: &Event| matches!(event, Event::ServerChanged { server } if is_connected(server));
        while !connects(&events.recv().await.unwrap()) {}
        server.ears_reach(ears + 1).await;
    }
}

async fn greet(desk: &Desk, id: &ServerId, name: &str) -> Result<(), &'static str> {
    let arguments = json!({ "name": "Ada" });
    let answer = desk.engine.call_tool(id, name, "greet", arguments).await;
    answer.map(drop).map_err(|error| error.code())
}

/// An app with a window: it has shown its list, and follows what happens to it.
pub(crate) async fn app() -> Desk {
    shown(Desk::start().await).await
}

pub(crate) async fn shown(desk: Desk) -> Desk {
    desk.engine.snapshot().await.unwrap();
    desk.engine.start().await.unwrap();
    desk
}

async fn removal(desk: &mut Desk) -> String {
    loop {
        if let Event::ServerRemoved { id, .. } = desk.event().await {
            return id;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_the_command_adds_and_signs_in_to_is_connected_in_the_app() {
    let mut desk = app().await;
    let mut command = beside(&desk).await;
    let kind = drawbridge_engine::view::AuthKind::OAuth;
    let new = new_server(desk.sample.mcp_url().as_str(), kind);
    let id = ServerId::from(command.engine.add_server(new).await.unwrap().id);
    let Event::ServerChanged { server } = desk.event().await else {
        panic!("nothing was told");
    };
    assert_eq!(
        (server.id.as_str(), server.status),
        (id.as_str(), Status::NotSignedIn)
    );
    command.sign_in(&id).await;
    desk.wait_for(&id, is_connected).await;
    let answer = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }));
    answer.await.unwrap();
    assert!(desk.screen.is_quiet());
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_sign_in_is_connected_as_soon_as_another_adds_it() {
    let mut desk = app().await;
    desk.sample
        .mcp
        .behave(|b| b.access = drawbridge_testkit::mcp::Access::Open);
    let command = beside(&desk).await;
    let kind = drawbridge_engine::view::AuthKind::None;
    let new = new_server(desk.sample.mcp_url().as_str(), kind);
    let added = command.engine.add_server(new).await.unwrap();
    desk.event().await;
    desk.wait_for(&added.id.as_str().into(), is_connected).await;
    command.engine.shutdown().await;
}

// rule: G9
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ends_here_and_is_given_anew_elsewhere_brings_the_session_back() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let mut other = beside(&desk).await;
    other.engine.sign_in_again(&id).await.unwrap();
    let prompt = other.screen.prompt().await;
    desk.sample.auth.revoke_grants();
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    // Before anybody here looks again.
    other.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    other.engine.shutdown().await;
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_given_elsewhere_opens_what_could_not_be_opened_without_it() {
    let mut desk = app().await;
    desk.sample.mcp.behave(|b| {
        b.needed_scopes.insert("tools/list".into(), "admin".into());
    });
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, |server| server.status == Status::MoreAccessNeeded)
        .await;
    let mut command = beside(&desk).await;
    command.sign_in(&id).await;
    desk.wait_for(&id, is_connected).await;
    assert_eq!(greet(&desk, &id, "1").await, Ok(()));
    assert!(desk.screen.is_quiet());
    command.engine.shutdown().await;
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn a_call_outlives_the_early_end_of_a_token_that_only_another_knows_of() {
    // It does not look at what others do, and has a token of the sign-in before.
    let (desk, id) = Desk::connected().await;
    assert_eq!(greet(&desk, &id, "1").await, Ok(()));
    let mut other = beside(&desk).await;
    other.engine.sign_in_again(&id).await.unwrap();
    let callback = other.callback().await;
    other.receive(&callback, &desk.sample.mcp).await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "2").await, Ok(()));
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    other.engine.shutdown().await;
}

// rule: T4
#[tokio::test(flavor = "multi_thread")]
async fn no_token_goes_to_the_address_that_another_has_moved_the_server_from() {
    // It does not look at what others do.
    let (desk, id) = Desk::connected().await;
    let mut other = beside(&desk).await;
    let elsewhere = Sample::start().await;
    desk.sample.clear_journal();
    let change = ServerChange {
        url: Some(elsewhere.mcp_url().to_string()),
        ..ServerChange::default()
    };
    other.engine.change_server(&id, change).await.unwrap();
    other.engine.connect(&id).await.unwrap();
    let callback = other.callback().await;
    other.receive(&callback, &elsewhere.mcp).await;
    assert_eq!(greet(&desk, &id, "1").await, Ok(()));
    assert_eq!(greet(&desk, &id, "2").await, Ok(()));
    assert_eq!(elsewhere.mcp.calls().begun, 2);
    assert_eq!(desk.sample.mcp.calls().begun, 0);
    let refused = |seen: &Seen| seen.status == Some(401);
    assert!(!desk.sample.journal().iter().any(refused));
    other.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_another_signs_out_of_loses_its_connection() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let command = beside(&desk).await;
    command.engine.sign_out(&id).await.unwrap();
    let view = desk
        .wait_for(&id, |server| server.status == Status::NotSignedIn)
        .await;
    assert_eq!(view.authorization, Authorization::SignedOut);
    let refused = desk.engine.call_tool(&id, "1", "greet", json!({})).await;
    assert_eq!(refused.unwrap_err().code(), "sign_in_needed");
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_another_removes_is_gone_here_with_its_connection() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let command = beside(&desk).await;
    command.engine.remove_server(&id).await.unwrap();
    assert_eq!(removal(&mut desk).await, id.as_str());
    assert!(desk.engine.snapshot().await.unwrap().servers.is_empty());
    let refused = desk.engine.call_tool(&id, "1", "greet", json!({})).await;
    assert_eq!(refused.unwrap_err().code(), "unknown_server");
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_sees_the_sign_in_that_another_finished_a_moment_ago() {
    let desk = app().await;
    let id = desk.add().await;
    let mut command = beside(&desk).await;
    for call in ["1", "2"] {
        command.engine.connect(&id).await.unwrap();
        let callback = command.callback().await;
        command.receive(&callback, &desk.sample.mcp).await;
        assert_eq!(greet(&desk, &id, call).await, Ok(()));
        command.engine.sign_out(&id).await.unwrap();
    }
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_another_changes_cut_off_no_call() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let gate = Gate::closed();
    desk.sample.mcp.behave(|b| b.call_gate = Some(gate.clone()));
    let call = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move {
            let arguments = json!({ "name": "Ada" });
            engine.call_tool(&id, "1", "greet", arguments).await
        }
    });
    gate.reached(1).await;
    let command = beside(&desk).await;
    let change = ServerChange {
        timeout_seconds: Some(77),
        ..Default::default()
    };
    command.engine.change_server(&id, change).await.unwrap();
    // Another session.
    desk.opened(&id).await;
    gate.open();
    call.await.unwrap().unwrap();
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_another_changes_is_told_and_disturbs_no_session() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let command = beside(&desk).await;
    // What comes of the first name is told before the second is.
    for name in ["Another name", "The end"] {
        let change = ServerChange {
            name: Some(name.into()),
            ..Default::default()
        };
        command.engine.change_server(&id, change).await.unwrap();
        loop {
            if let Event::ServerChanged { server } = desk.event().await {
                assert!(is_connected(&server), "{server:?}");
                if server.name == name {
                    break;
                }
            }
        }
    }
    command.engine.shutdown().await;
}

/// Whatever was committed before a name that another process gave has been looked at once the name is
/// told.
#[tokio::test(flavor = "multi_thread")]
async fn what_this_process_does_itself_is_told_once() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.reconnect(&id).await;
    let sessions = |desk: &Desk| desk.wire().matches("server/discover").count();
    let before = sessions(&desk);
    desk.sample.auth.expire_access_tokens();
    let answer = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }));
    answer.await.unwrap();
    let told = desk.pending_events();
    let command = beside(&desk).await;
    let change = ServerChange {
        name: Some("The end".into()),
        ..Default::default()
    };
    command.engine.change_server(&id, change).await.unwrap();
    let next = desk.event().await;
    let is_the_end = matches!(&next, Event::ServerChanged { server } if server.name == "The end");
    assert!(is_the_end, "{next:?} after {told:?}");
    assert_eq!(sessions(&desk), before, "{}", desk.wire());
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_runs_is_heard_and_what_this_process_runs_only_once() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let mut events = desk.engine.events();
    greet(&desk, &id, "1").await.unwrap();
    let own = told(&mut events, Deed::Call).await;
    let other = second(&desk, limits(), &id).await;
    let answer = other.call_tool(&id, "2", "greet", json!({ "name": "Ada" }));
    answer.await.unwrap();
    let next = told(&mut events, Deed::Call).await;
    assert_ne!(next.id, own.id, "told twice");
    other.shutdown().await;
    let all = desk.engine.activity(&id).await.unwrap();
    let calls = all.iter().filter(|entry| entry.what == Deed::Call);
    assert_eq!(
        calls.map(|entry| entry.id.as_str()).collect::<Vec<_>>(),
        [next.id.as_str(), own.id.as_str()]
    );
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn access_that_was_not_given_here_and_is_elsewhere_is_not_missed_any_more() {
    let mut desk = app().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample
        .auth
        .behave(|b| b.granted_scopes = Some(vec!["tools".into(), "offline_access".into()]));
    let refused = desk.engine.call_tool(&id, "1", "admin_report", json!({}));
    assert_eq!(refused.await.unwrap_err().code(), "more_access_needed");
    desk.come_back(&id, Person::ada()).await;
    let not_given = |server: &ServerView| error_code(server) == Some("access_not_given");
    desk.wait_for(&id, not_given).await;
    desk.sample.auth.behave(|b| b.granted_scopes = None);
    let mut command = beside(&desk).await;
    command.sign_in(&id).await;
    desk.wait_for(&id, |server| server.error.is_none() && is_connected(server))
        .await;
    command.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_shown_when_another_did_it_is_shown_as_soon_as_it_can_be() {
    let mut desk = app().await;
    let id = desk.add().await;
    let kind = AuthKind::OAuth;
    let last = new_server("https://last.example/mcp", kind);
    desk.engine.add_server(last).await.unwrap();
    desk.engine.snapshot().await.unwrap();
    let database = desk.database().await;
    // It cannot be shown without this table. That the order is another one says that it was tried.
    sqlx::raw_sql(
        "BEGIN;
         ALTER TABLE registration RENAME TO elsewhere;
         UPDATE server SET position = -position;
         UPDATE server SET name = 'New';
         COMMIT;",
    )
    .execute(&database)
    .await
    .unwrap();
    while !matches!(desk.event().await, Event::OrderChanged { .. }) {}
    sqlx::raw_sql("ALTER TABLE elsewhere RENAME TO registration")
        .execute(&database)
        .await
        .unwrap();
    let name = async {
        loop {
            if let Event::ServerChanged { server } = desk.event().await
                && server.id == id.as_str()
            {
                break server.name;
            }
        }
    };
    assert_eq!(name.await, "New");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_added_during_a_look_at_all_of_them_is_not_taken_for_gone() {
    let desk = app().await;
    let mut events = desk.engine.events();
    // The app looks a few times in a second, so some are added while it does.
    for number in 0..600 {
        let url = format!("https://{number}.example/mcp");
        let kind = drawbridge_engine::view::AuthKind::OAuth;
        let server = desk.engine.add_server(new_server(&url, kind)).await;
        server.unwrap();
        while let Ok(event) = events.try_recv() {
            assert!(!matches!(event, Event::ServerRemoved { .. }), "{event:?}");
        }
    }
}

// rule: T2
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_to_the_wrong_process_is_left_to_the_right_one() {
    let desk = app().await;
    let id = desk.add().await;
    let mut command = beside(&desk).await;
    command.engine.connect(&id).await.unwrap();
    let callback = command.callback().await;
    let refused = desk.engine.receive_callback(&callback).await.unwrap_err();
    assert_eq!(refused.code(), "unknown_callback");
    command.receive(&callback, &desk.sample.mcp).await;
    command.engine.shutdown().await;
}
