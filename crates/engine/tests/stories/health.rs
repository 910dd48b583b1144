//! A connection over time: lost and found again, with the tools that there are by then, and without
//! making a call twice.

use drawbridge_engine::view::{Connection, Deed, Event, HeaderInput, ServerChange, ServerView};
use drawbridge_engine::{Engine, ServerId};
use drawbridge_testkit::mcp::{Connections, Eras};
use drawbridge_testkit::{Canned, Gate, Person, Seen};
use rstest::rstest;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::desk::{Desk, is_connected, until};

type Answer = Result<(), &'static str>;

async fn greet(engine: &Engine, id: &ServerId, call: &str) -> Answer {
    let answer = engine.call_tool(id, call, "greet", json!({ "name": "Ada" }));
    answer.await.map(drop).map_err(|error| error.code())
}

/// A desk that is connected to a server of these eras.
async fn connected(eras: Eras) -> (Desk, ServerId) {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.eras = eras);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    (desk, id)
}

fn is_retrying(server: &ServerView) -> bool {
    matches!(server.connection, Connection::Retrying { .. })
}

async fn knows_tool(desk: &Desk, id: &ServerId, name: &str) -> bool {
    let tools = desk.engine.tools(id).await.unwrap();
    tools.iter().any(|tool| tool.name == name)
}

/// Returns when the tool is in the list; each list that comes in is an event.
async fn wait_for_tool(desk: &mut Desk, id: &ServerId, name: &str) {
    while !knows_tool(desk, id, name).await {
        while !matches!(desk.event().await, Event::ToolsChanged { .. }) {}
    }
}

/// Returns when it has heard of a change: it hears that the server goes, too.
async fn has_heard(desk: &mut Desk, id: &ServerId) {
    desk.sample.mcp.add_tool("heard of");
    wait_for_tool(desk, id, "heard of").await;
}

/// Begins anew, with a session that is not open before the gate is.
async fn opening_again(desk: &mut Desk) -> Gate {
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.mcp.behave(|b| {
        b.method_gates.insert("tools/list".into(), held);
    });
    desk.restart().await;
    gate.reached(1).await;
    gate
}

/// A call that stands before its tool until the gate opens.
async fn call_at_the_gate(desk: &Desk, id: &ServerId) -> (Gate, JoinHandle<Answer>) {
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample.mcp.behave(|b| b.call_gate = Some(held));
    let (engine, server) = (desk.engine.clone(), id.clone());
    let call = tokio::spawn(async move { greet(&engine, &server, "at the gate").await });
    gate.reached(1).await;
    desk.sample.mcp.behave(|b| b.call_gate = None);
    (gate, call)
}

/// The same, while another session takes the place of the one that it was made over.
async fn call_beside_another_session(desk: &mut Desk, id: &ServerId) -> (Gate, JoinHandle<Answer>) {
    let (gate, call) = call_at_the_gate(desk, id).await;
    desk.sample.clear_journal();
    desk.engine.connect(id).await.unwrap();
    desk.sample
        .seen(|seen| seen.note.as_deref() == Some("tools/list"))
        .await;
    desk.wait_for(id, is_connected).await;
    (gate, call)
}

#[rstest]
#[case::forward(Eras::Initialize, Eras::Discover, "modern")]
#[case::back(Eras::Discover, Eras::Initialize, "legacy")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_moves_to_another_era_is_followed_by_the_call_that_finds_out(
    #[case] before: Eras,
    #[case] after: Eras,
    #[case] era: &str,
) {
    let (mut desk, id) = connected(before).await;
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    desk.sample.mcp.behave(|b| b.eras = after);
    // What was begun in the old way is not known in the new one.
    desk.sample.mcp.drop_sessions().await;
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    assert_eq!(desk.sample.mcp.calls().begun, 2);
    desk.wait_for(&id, is_connected).await;
    // No call waits until that is stored.
    until("its era is known", async || {
        desk.stored::<String>("SELECT era FROM server").await == era
    })
    .await;
    assert_eq!(greet(&desk.engine, &id, "3").await, Ok(()));
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_away_is_found_again_with_its_new_tools_and_without_a_call(
    #[case] eras: Eras,
) {
    let (mut desk, id) = connected(eras).await;
    has_heard(&mut desk, &id).await;
    desk.sample.mcp.close().await;
    desk.wait_for(&id, is_retrying).await;
    desk.sample.mcp.add_tool("new_by_then");
    desk.sample.mcp.reopen().await.unwrap();
    desk.engine.network_changed();
    desk.wait_for(&id, is_connected).await;
    assert!(knows_tool(&desk, &id, "new_by_then").await);
    assert!(desk.screen.is_quiet());
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test(flavor = "multi_thread")]
async fn tools_that_change_are_read_again_by_themselves(#[case] eras: Eras) {
    let (mut desk, id) = connected(eras).await;
    desk.sample.mcp.add_tool("a_new_one");
    wait_for_tool(&mut desk, &id, "a_new_one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_begun_anew_under_a_call_has_its_tools_read_again() {
    let (mut desk, id) = connected(Eras::Initialize).await;
    desk.sample.mcp.drop_sessions().await;
    // Nobody hears of it: there is no session to tell.
    desk.sample.mcp.add_tool("unheard_of");
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    assert_eq!(desk.sample.mcp.calls().begun, 1);
    wait_for_tool(&mut desk, &id, "unheard_of").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_cut_off_may_have_run_and_is_not_made_again() {
    let (mut desk, id) = connected(Eras::Both).await;
    let call = ("tools/call".to_owned(), Canned::cut_off());
    desk.sample.mcp.behave(|b| b.method_answers.push_back(call));
    desk.sample.clear_journal();
    assert_eq!(greet(&desk.engine, &id, "1").await, Err("interrupted"));
    let made = |desk: &Desk| {
        let lines = desk.sample.journal_lines();
        lines
            .iter()
            .filter(|line| line.contains("tools/call"))
            .count()
    };
    assert_eq!(made(&desk), 1);
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    assert_eq!(made(&desk), 2);
    desk.wait_for(&id, is_connected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cut_off_while_it_runs_is_told_as_that() {
    let (desk, id) = connected(Eras::Both).await;
    let (_gate, call) = call_at_the_gate(&desk, &id).await;
    desk.sample.mcp.close().await;
    assert_eq!(call.await.unwrap(), Err("interrupted"));
    desk.sample.mcp.reopen().await.unwrap();
    desk.engine.network_changed();
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    assert_eq!(
        desk.sample.mcp.calls().begun,
        1,
        "not behind anybody's back"
    );
}

/// The server begins anew, perhaps with one more tool, which nobody hears of.
async fn begins_anew(desk: &mut Desk, id: &ServerId, with: Option<&str>) {
    has_heard(desk, id).await;
    desk.sample.mcp.close().await;
    desk.sample.clear_journal();
    if let Some(tool) = with {
        desk.sample.mcp.add_tool(tool);
    }
    desk.sample.mcp.reopen().await.unwrap();
}

async fn changes_told(desk: &Desk, id: &ServerId) -> usize {
    let activity = desk.engine.activity(id).await.unwrap();
    let told = activity.iter().filter(|one| one.what == Deed::ToolsChanged);
    told.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_a_server_began_anew_with_are_found_and_told() {
    let (mut desk, id) = connected(Eras::Discover).await;
    begins_anew(&mut desk, &id, Some("ninth")).await;
    wait_for_tool(&mut desk, &id, "ninth").await;
    assert_eq!(changes_told(&desk, &id).await, 2, "and what it heard of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_began_anew_with_the_same_tools_is_not_told_of() {
    let (mut desk, id) = connected(Eras::Discover).await;
    let ears = desk.sample.mcp.ears();
    begins_anew(&mut desk, &id, None).await;
    let lists = |seen: &Seen| seen.note.as_deref() == Some("tools/list");
    desk.sample.seen_times(2, lists).await;
    desk.sample.mcp.ears_reach(ears + 1).await;
    // What is read after it is told.
    desk.sample.mcp.add_tool("ninth");
    wait_for_tool(&mut desk, &id, "ninth").await;
    assert_eq!(changes_told(&desk, &id).await, 2, "and what it heard of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_finds_nobody_ran_nowhere_and_the_row_says_so() {
    let mut desk = Desk::start().await;
    // No connection is left that might have brought it there, or that tells when the server goes.
    let deaf = ("subscriptions/listen".to_owned(), Canned::status(404));
    desk.sample.mcp.behave(|b| {
        b.connections = Connections::Closed;
        b.method_answers.push_back(deaf);
    });
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    desk.opened(&id).await;
    let listens = |seen: &Seen| seen.note.as_deref() == Some("subscriptions/listen");
    desk.sample
        .seen(|seen| listens(seen) && seen.status == Some(404))
        .await;
    desk.sample.mcp.close().await;
    assert_eq!(greet(&desk.engine, &id, "1").await, Err("unreachable"));
    desk.wait_for(&id, is_retrying).await;
    desk.sample.mcp.reopen().await.unwrap();
    desk.engine.network_changed();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    assert_eq!(desk.sample.mcp.calls().begun, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_while_the_server_is_away_is_told_why_there_is_no_session() {
    let (mut desk, id) = connected(Eras::Discover).await;
    has_heard(&mut desk, &id).await;
    desk.sample.mcp.close().await;
    let away = desk.wait_for(&id, is_retrying).await;
    let Connection::Retrying { error: why, .. } = away.connection else {
        panic!("{away:?}");
    };
    let answer = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }));
    let error = answer.await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string()),
        ("unreachable", why.message)
    );
    assert!(error.remedy().unwrap().contains("keeps trying"));
    assert_eq!(desk.sample.mcp.calls().begun, 0);
}

#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_comes_to_its_end_while_another_session_is_opened(#[case] eras: Eras) {
    let (mut desk, id) = connected(eras).await;
    let (gate, call) = call_beside_another_session(&mut desk, &id).await;
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    assert!(!call.is_finished());
    gate.open();
    assert_eq!(call.await.unwrap(), Ok(()));
    if eras == Eras::Initialize {
        // The old one goes with its last call.
        desk.sample.seen(|seen| seen.method == "DELETE").await;
    }
}

#[rstest]
#[case::time_limit(ServerChange { timeout_seconds: Some(77), ..Default::default() })]
#[case::headers(ServerChange {
    headers: Some(vec![HeaderInput { name: "x-team".into(), value: Some("7".into()) }]),
    ..Default::default()
})]
#[tokio::test(flavor = "multi_thread")]
async fn settings_that_the_person_changes_cut_off_no_call(#[case] change: ServerChange) {
    let (mut desk, id) = connected(Eras::Both).await;
    let (gate, call) = call_at_the_gate(&desk, &id).await;
    desk.engine.change_server(&id, change).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert!(!call.is_finished());
    gate.open();
    assert_eq!(call.await.unwrap(), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_the_person_stops_cuts_off_no_call_of_the_session_before() {
    let (mut desk, id) = connected(Eras::Both).await;
    let (gate, call) = call_at_the_gate(&desk, &id).await;
    let opening = Gate::closed();
    let held = opening.clone();
    desk.sample.mcp.behave(|b| {
        b.method_gates.insert("tools/list".into(), held);
    });
    desk.engine.connect(&id).await.unwrap();
    opening.reached(1).await;
    desk.engine.cancel(&id).await.unwrap();
    let idle = |server: &ServerView| server.connection == Connection::Idle;
    desk.wait_for(&id, idle).await;
    gate.open();
    assert_eq!(call.await.unwrap(), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_the_session_that_is_being_opened() {
    let (mut desk, id) = connected(Eras::Both).await;
    let gate = opening_again(&mut desk).await;
    let looked_up = async {
        // Before it waits, a call looks up less than this.
        for _ in 0..50 {
            desk.engine.snapshot().await.unwrap();
        }
        gate.open();
    };
    let (called, ()) = tokio::join!(greet(&desk.engine, &id, "early"), looked_up);
    assert_eq!(called, Ok(()));
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_does_not_notice_that_the_grant_is_renewed() {
    let (mut desk, id) = Desk::connected().await;
    let (gate, call) = call_at_the_gate(&desk, &id).await;
    desk.clock.advance(3_590);
    desk.engine.woke();
    desk.sample
        .seen(|seen| seen.note.as_deref() == Some("refresh_token") && seen.status == Some(200))
        .await;
    assert_eq!(greet(&desk.engine, &id, "1").await, Ok(()));
    gate.open();
    assert_eq!(call.await.unwrap(), Ok(()));
    desk.wait_for(&id, is_connected).await;
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn tools_are_read_again_after_a_renewal_that_opens_something_else() {
    let mut desk = Desk::start().await;
    // Nobody hears of a change.
    let deaf = ("subscriptions/listen".to_owned(), Canned::status(404));
    desk.sample.mcp.behave(|b| b.method_answers.push_back(deaf));
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    desk.opened(&id).await;
    let is_deaf = |seen: &Seen| {
        seen.note.as_deref() == Some("subscriptions/listen") && seen.status == Some(404)
    };
    desk.sample.seen(is_deaf).await;
    let lists = |seen: &&Seen| seen.note.as_deref() == Some("tools/list");
    let pages = desk.sample.journal().iter().filter(lists).count();
    desk.sample.mcp.add_tool("for_more_access");
    desk.clock.advance(3_590);
    desk.engine.woke();
    until("it is renewed", async || {
        desk.stored("SELECT renewed_at IS NOT NULL FROM grant")
            .await
    })
    .await;
    let less = sqlx::query("UPDATE grant SET scopes = 'less'");
    less.execute(&desk.database().await).await.unwrap();
    desk.clock.advance(3_590);
    desk.engine.woke();
    wait_for_tool(&mut desk, &id, "for_more_access").await;
    let read = desk.sample.journal().iter().filter(lists).count();
    assert_eq!(read, 2 * pages, "once more, and not for the first renewal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_for_a_session_can_be_cancelled_and_is_never_made() {
    let (mut desk, id) = connected(Eras::Both).await;
    let gate = opening_again(&mut desk).await;
    let call = greet(&desk.engine, &id, "1");
    let cancelled = async {
        // It is known by its name from its first moment on, which is before this.
        desk.engine.cancel_call("1");
    };
    let (outcome, ()) = tokio::join!(call, cancelled);
    assert_eq!(outcome, Err("cancelled"));
    gate.open();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(desk.sample.mcp.calls().begun, 0);
}

// rule: G11
#[rstest]
#[case::old(Eras::Initialize)]
#[case::new(Eras::Discover)]
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_ends_the_calls_of_the_sessions_before_the_last_too(#[case] eras: Eras) {
    let (mut desk, id) = connected(eras).await;
    let (_gate, call) = call_beside_another_session(&mut desk, &id).await;
    assert!(!call.is_finished());
    desk.engine.sign_out(&id).await.unwrap();
    assert_eq!(call.await.unwrap(), Err("interrupted"));
}

#[rstest]
#[case::busy(Canned::status(503))]
#[case::broken(Canned::json(200, &json!({
    "jsonrpc": "2.0", "id": null, "error": { "code": -32603, "message": "Internal error" },
})))]
#[tokio::test(flavor = "multi_thread")]
async fn changed_tools_that_could_not_be_read_are_read_a_little_later(#[case] canned: Canned) {
    let (mut desk, id) = connected(Eras::Both).await;
    let failure = ("tools/list".to_owned(), canned);
    desk.sample
        .mcp
        .behave(|b| b.method_answers.push_back(failure));
    desk.sample.mcp.add_tool("a_new_one");
    wait_for_tool(&mut desk, &id, "a_new_one").await;
}
