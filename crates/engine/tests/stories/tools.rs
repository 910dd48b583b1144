//! Tools: listed, kept, re-read, run, stopped.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Event, ServerChange, Status, ToolContent};
use drawbridge_testkit::mcp::{Access, Eras};
use drawbridge_testkit::{Gate, Sample};
use rstest::rstest;
use serde_json::json;

use crate::desk::{Desk, is_connected, new_server};

#[tokio::test(flavor = "multi_thread")]
async fn tools_come_page_by_page_and_stay_after_a_restart_without_the_server() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.page_size = 3);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(desk.view(&id).await.status, Status::Connected { tools: 8 });
    desk.sample.mcp.close().await;
    desk.restart().await;
    assert_eq!(desk.engine.tools(&id).await.unwrap().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_list_is_read_again_by_itself() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.mcp.add_tool("ninth");
    desk.wait_for(&id, |server| {
        server.status == Status::Connected { tools: 9 }
    })
    .await;
    assert!(
        desk.engine
            .tools(&id)
            .await
            .unwrap()
            .iter()
            .any(|tool| tool.name == "ninth")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_stays_the_same_is_not_written_again() {
    let (mut desk, id) = Desk::connected().await;
    sqlx::raw_sql(
        "CREATE TABLE written (tool TEXT);
         CREATE TRIGGER tool_written AFTER INSERT ON tool
         BEGIN INSERT INTO written VALUES (new.tool); END",
    )
    .execute(&desk.database().await)
    .await
    .unwrap();
    let written = "SELECT COUNT(*) FROM written";
    assert_eq!(desk.engine.refresh_tools(&id).await.unwrap().len(), 8);
    assert_eq!(desk.stored::<i64>(written).await, 0);
    desk.sample.mcp.add_tool("ninth");
    desk.wait_for(&id, |server| {
        server.status == Status::Connected { tools: 9 }
    })
    .await;
    assert_eq!(desk.stored::<i64>(written).await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_again_on_demand() {
    let (mut desk, id) = Desk::connected().await;
    desk.pending_events();
    assert_eq!(desk.engine.refresh_tools(&id).await.unwrap().len(), 8);
    while !matches!(desk.event().await, Event::ToolsChanged { .. }) {}
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_session_is_opened_anew_under_the_caller() {
    let (desk, id) = Desk::connected().await;
    desk.sample.mcp.drop_sessions().await;
    let answer = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }))
        .await
        .unwrap();
    assert!(matches!(&answer.content[0], ToolContent::Text { text } if text.contains("Ada")));
    assert_eq!(desk.sample.mcp.calls().finished, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_answer_arrives_as_what_it_is() {
    let (desk, id) = Desk::connected().await;
    let call = |tool: &'static str, arguments| desk.engine.call_tool(&id, tool, tool, arguments);
    let image = call("draw_bridge", json!({})).await.unwrap();
    assert!(image.content.iter().any(|part| {
        matches!(part, ToolContent::Image { mime_type, data } if mime_type == "image/png" && !data.is_empty())
    }));
    let weather = call("weather", json!({ "place": "Paris" })).await.unwrap();
    assert!(weather.structured.is_some());
    let failure = call("fail", json!({})).await.unwrap();
    assert!(failure.is_error);
    let no_object = call("greet", json!([])).await.unwrap_err();
    assert_eq!(no_object.code(), "invalid_arguments");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_stopped_by_its_caller_and_by_the_time_limit() {
    let (mut desk, id) = Desk::connected().await;
    let running = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move {
            engine
                .call_tool(&id, "mine", "slow", json!({ "seconds": 30 }))
                .await
        }
    });
    desk.sample.mcp.calls_reach(|calls| calls.begun == 1).await;
    desk.engine.cancel_call("mine");
    assert_eq!(running.await.unwrap().unwrap_err().code(), "cancelled");
    desk.sample
        .mcp
        .calls_reach(|calls| calls.cancelled == 1)
        .await;

    // Enough for the call to get there.
    let short = ServerChange {
        timeout_seconds: Some(3),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, short).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let late = desk
        .engine
        .call_tool(&id, "late", "slow", json!({ "seconds": 30 }))
        .await;
    assert_eq!(late.unwrap_err().code(), "timed_out");
    desk.sample.mcp.calls_reach(|calls| calls.begun == 2).await;
}

#[rstest]
#[case::by_its_caller(true)]
#[case::by_the_end_alone(false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_stopped_is_told_to_the_server_before_the_program_ends(
    #[case] by_its_caller: bool,
) {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| b.eras = Eras::Initialize);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let stopping = async {
        desk.sample.mcp.calls_reach(|calls| calls.begun == 1).await;
        if by_its_caller {
            desk.engine.cancel_call("mine");
        }
        desk.engine.shutdown().await;
    };
    let arguments = json!({ "seconds": 600 });
    let call = desk.engine.call_tool(&id, "mine", "slow", arguments);
    let (outcome, ()) = tokio::join!(call, stopping);
    assert_eq!(outcome.unwrap_err().code(), "cancelled");
    let lines = desk.sample.journal_lines();
    let told = |line: &String| line.contains("[notifications/cancelled] → 202");
    assert!(lines.iter().any(told), "{lines:#?}");
}

/// A server whose calls may take so long, in an app that has begun anew and waits for its session.
async fn reopening(seconds: u32) -> (Desk, ServerId, Gate) {
    let (mut desk, id) = Desk::connected().await;
    let limit = ServerChange {
        timeout_seconds: Some(seconds),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, limit).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let opening = Gate::closed();
    desk.sample.mcp.behave(|b| b.gate = Some(opening.clone()));
    desk.restart().await;
    opening.reached(1).await;
    (desk, id, opening)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_session_does_not_come_in_time_is_told_so_and_is_not_made_later() {
    let (mut desk, id, opening) = reopening(3).await;
    let late = desk
        .engine
        .call_tool(&id, "late", "slow", json!({ "seconds": 0 }))
        .await;
    let late = late.unwrap_err();
    // Whichever gives up first: whoever opens the session, or whoever waits for it.
    assert!(
        ["unreachable", "timed_out"].contains(&late.code()),
        "{late:?}"
    );
    desk.sample.mcp.behave(|b| b.gate = None);
    opening.open();
    desk.wait_for(&id, is_connected).await;
    let next = desk
        .engine
        .call_tool(&id, "next", "slow", json!({ "seconds": 0 }))
        .await;
    assert!(next.is_ok(), "{next:?}");
    assert_eq!(desk.sample.mcp.calls().begun, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_call_runs_while_it_waits_for_its_session() {
    let (mut desk, id, opening) = reopening(3).await;
    let other = Sample::start().await;
    other.mcp.behave(|server| server.access = Access::Open);
    let elsewhere = new_server(other.mcp_url().as_str(), AuthKind::None);
    let elsewhere = ServerId::from(desk.engine.add_server(elsewhere).await.unwrap().id);
    desk.engine.connect(&elsewhere).await.unwrap();
    desk.wait_for(&elsewhere, is_connected).await;
    let call = |id, name| {
        let arguments = json!({ "seconds": 2 });
        desk.engine.call_tool(id, name, "slow", arguments)
    };
    let (call, ()) = tokio::join!(call(&id, "late"), async {
        // What is left after it is too short for the same tool, on whichever machine.
        call(&elsewhere, "before").await.unwrap();
        desk.sample.mcp.behave(|b| b.gate = None);
        opening.open();
    });
    let late = call.unwrap_err();
    // Whichever gives up first: whoever opens the session, or whoever waits for it.
    assert!(
        ["unreachable", "timed_out"].contains(&late.code()),
        "{late:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_needs_more_access_says_so() {
    let (desk, id) = Desk::connected().await;
    let refusal = desk
        .engine
        .call_tool(&id, "1", "admin_report", json!({}))
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), "more_access_needed");
    assert!(refusal.to_string().contains("admin"), "{refusal}");
    let answer = desk
        .engine
        .call_tool(&id, "2", "greet", json!({ "name": "Ada" }))
        .await;
    assert!(answer.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_revokes_the_sign_in_leads_to_a_prompt() {
    let (mut desk, id) = Desk::connected().await;
    let _ = desk
        .engine
        .call_tool(&id, "1", "revoke_my_sign_in", json!({}))
        .await;
    let next = desk
        .engine
        .call_tool(&id, "2", "greet", json!({ "name": "Ada" }))
        .await;
    assert_eq!(next.unwrap_err().code(), "reauth_required");
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_slow_tool_hears_how_far_it_is() {
    let (mut desk, id) = Desk::connected().await;
    let engine = desk.engine.clone();
    let call = tokio::spawn(async move {
        let seconds = json!({ "seconds": 1 });
        engine.call_tool(&id, "mine", "slow", seconds).await
    });
    let (call_of, percent) = loop {
        if let Event::CallProgress { call, percent, .. } = desk.event().await {
            break (call, percent);
        }
    };
    assert_eq!(call_of, "mine");
    assert!(percent.is_some_and(|percent| (10..=100).contains(&percent)));
    call.await.unwrap().unwrap();
}
