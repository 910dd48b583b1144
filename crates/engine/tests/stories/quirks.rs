//! What token endpoints in the wild do, one story each (rules Q, G5, G5a, G6).

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{Authorization, Connection, ReauthReason, Status};
use drawbridge_testkit::{Canned, Gate, Person};
use serde_json::json;

use crate::desk::{Desk, error_code, is_connected};

async fn greet(desk: &Desk, id: &ServerId, call: &str) -> Result<(), &'static str> {
    let arguments = json!({ "name": "Ada" });
    let answer = desk.engine.call_tool(id, call, "greet", arguments).await;
    answer.map(drop).map_err(|error| error.code())
}

async fn ends_with(answer: Canned) -> Option<ReauthReason> {
    let (mut desk, id) = Desk::connected().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(answer));
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    let view = desk
        .wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    match view.authorization {
        Authorization::ReauthRequired { reason, .. } => Some(reason),
        _ => None,
    }
}

// rule: Q-Slack, G5, T7
#[tokio::test(flavor = "multi_thread")]
async fn slack_refuses_a_refresh_with_200_and_ok_false() {
    let refusal = json!({ "ok": false, "error": "invalid_refresh_token" });
    let reason = ends_with(Canned::json(200, &refusal)).await;
    assert_eq!(reason, Some(ReauthReason::InvalidGrant));
}

// rule: Q-Slack, T7, T8
#[tokio::test(flavor = "multi_thread")]
async fn slack_refuses_a_code_with_200_in_its_own_words() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let refusal = json!({ "ok": false, "error": "code_already_used" });
    desk.sample
        .auth
        .behave(|b| b.token_answers.push_back(Canned::json(200, &refusal)));
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(view.status, Status::Failed);
    insta::assert_snapshot!(view.error.unwrap().message, @"The authorization server refused: code_already_used");
}

// rule: Q-Slack, T7
#[tokio::test(flavor = "multi_thread")]
async fn slack_calls_its_tokens_user_and_they_work() {
    let (desk, id) = Desk::connected().await;
    let answer = json!({ "ok": true, "access_token": "xoxe-never-issued", "token_type": "user",
                         "expires_in": 43_200, "refresh_token": "xoxe-1-next" });
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::json(200, &answer)));
    desk.sample.auth.expire_access_tokens();
    // This server does not know the token, and a fresh one that is refused ends the matter.
    assert_eq!(greet(&desk, &id, "1").await, Err("reauth_required"));
    let tokens = desk.sample.auth.secrets();
    assert!(tokens.iter().any(|token| token == "xoxe-never-issued"));
}

// rule: Q-Notion, G1, G4
#[tokio::test(flavor = "multi_thread")]
async fn notion_rotates_every_hour_and_no_token_is_used_twice() {
    let (desk, id) = Desk::connected().await;
    for hour in 0..24 {
        desk.sample.auth.expire_access_tokens();
        desk.clock.advance(3_601);
        let names: Vec<String> = (0..4).map(|call| format!("{hour}-{call}")).collect();
        let calls = names.iter().map(|call| greet(&desk, &id, call));
        let answers = futures::future::join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok), "{hour}: {answers:?}");
    }
    let counters = desk.sample.auth.counters();
    assert_eq!(counters.refresh_reuses, 0);
    assert!(counters.refreshes >= 24);
}

// rule: Q-Notion, G5
#[tokio::test(flavor = "multi_thread")]
async fn notion_ends_a_family_whose_old_token_comes_back() {
    let (mut desk, id) = Desk::connected().await;
    // A copy of the data folder from before the rotation, as a backup brings it back.
    let database = desk.database().await;
    sqlx::query("CREATE TABLE backup AS SELECT * FROM grant")
        .execute(&database)
        .await
        .unwrap();
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "1").await.unwrap();
    sqlx::query("UPDATE grant SET access_token = (SELECT access_token FROM backup), refresh_token = (SELECT refresh_token FROM backup)")
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(greet(&desk, &id, "2").await, Err("reauth_required"));
    assert_eq!(desk.sample.auth.counters().refresh_reuses, 1);
    desk.sign_in(&id).await;
    greet(&desk, &id, "3").await.unwrap();
}

// rule: Q-Linear, G5
#[tokio::test(flavor = "multi_thread")]
async fn linear_says_grant_not_found_and_means_it() {
    let reason = ends_with(Canned::oauth_error(400, "Grant not found")).await;
    assert_eq!(reason, Some(ReauthReason::InvalidGrant));
}

// rule: Q-Linear, G3
#[tokio::test(flavor = "multi_thread")]
async fn linear_gives_a_day_and_one_refresh_is_enough_for_it() {
    let (desk, id) = Desk::connected().await;
    let day = std::time::Duration::from_hours(24);
    desk.sample.auth.behave(|b| b.access_token_lifetime = day);
    desk.sample.auth.expire_access_tokens();
    desk.clock.advance(3_601);
    for hour in ["1", "8", "16", "23"] {
        greet(&desk, &id, hour).await.unwrap();
        desk.clock.advance(5 * 3_600);
    }
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: Q-Atlassian, T4
#[tokio::test(flavor = "multi_thread")]
async fn atlassian_refreshes_for_the_resource_of_the_sign_in_alone() {
    let (desk, id) = Desk::connected().await;
    desk.sample.clear_journal();
    desk.sample.auth.expire_access_tokens();
    // The server refuses a refresh without it, or with another one.
    greet(&desk, &id, "1").await.unwrap();
    let refresh = desk.sample.journal();
    let refresh = refresh
        .iter()
        .find(|seen| seen.note.as_deref() == Some("refresh_token"));
    assert_eq!(
        refresh.unwrap().params["resource"],
        desk.sample.mcp.resource()
    );
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}

// rule: Q-Entra, G5a, T7, T8
#[tokio::test(flavor = "multi_thread")]
async fn entra_talks_at_length_and_is_cut_short() {
    let words = format!(
        "AADSTS9010010: The resource parameter provided in the request doesn't match with the \
         requested scopes.\r\n\u{7}Trace ID: 0 Correlation ID: 1 {}",
        "x".repeat(400)
    );
    let refusal = json!({ "error": "invalid_target", "error_description": words,
                          "error_codes": [9_010_010] });
    let (desk, id) = Desk::connected().await;
    desk.sample
        .auth
        .behave(|b| b.refresh_answers.push_back(Canned::json(400, &refusal)));
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let error = desk.engine.call_tool(&id, "1", "greet", arguments).await;
    let told = error.unwrap_err().to_string();
    let said = told
        .strip_prefix("The authorization server refused: ")
        .unwrap();
    assert!(
        said.starts_with("AADSTS9010010: The resource parameter"),
        "{said}"
    );
    assert_eq!(said.chars().count(), 250);
    assert!(!said.chars().any(char::is_control), "{said}");
    // It is the request that is wrong, not the sign-in.
    assert!(matches!(
        desk.view(&id).await.authorization,
        Authorization::SignedIn { .. }
    ));
}

// rule: T7, T8
#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_the_place_of_a_token_is_trouble_and_not_a_grant() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sample
        .auth
        .behave(|b| b.token_answers.push_back(Canned::html(200)));
    desk.come_back(&id, Person::ada()).await;
    let view = desk.wait_for(&id, |server| server.error.is_some()).await;
    assert_eq!(error_code(&view), Some("server_unavailable"));
    assert_eq!(view.authorization, Authorization::SignedOut);
}

// The moment between the end of an attempt and its grant is not one of being signed out.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_being_signed_in_never_says_that_it_is_not() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    desk.come_back(&id, Person::ada()).await;
    gate.reached(1).await;
    desk.wait_for(&id, |server| server.status == Status::SigningIn)
        .await;
    // The next look at the clock is for the date of the tokens, just before they are stored.
    let mut pause = desk.clock.pause();
    gate.open();
    pause.reached().await;
    let between = desk.view(&id).await;
    assert_eq!(between.status, Status::SigningIn, "{between:?}");
    assert_eq!(between.connection, Connection::Idle);
    pause.end();
    desk.wait_for(&id, is_connected).await;
}
