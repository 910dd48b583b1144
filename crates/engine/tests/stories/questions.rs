//! What a tool asks the person, and how the answer gets back to it.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    CallOutcome, Event, QuestionAnswer, QuestionView, ServerChange, ToolContent,
};
use drawbridge_testkit::mcp::McpServer;
use rstest::rstest;
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;

use crate::desk::{Desk, is_connected};

fn form() -> Value {
    json!({
        "mode": "form",
        "message": "Which table?",
        "requestedSchema": { "type": "object", "properties": {
            "people": { "type": "integer", "minimum": 1 },
            "window": { "type": "boolean", "default": true },
        }, "required": ["people"] },
    })
}

fn page(url: &str) -> Value {
    json!({ "mode": "url", "message": "Pay first.", "url": url, "elicitationId": "e-1" })
}

/// A person who is there to answer, connected to a server whose tool `book` asks this.
async fn asked(question: Value) -> (Desk, ServerId) {
    connected(|server| server.add_tool_that_asks("book", question)).await
}

async fn connected(tool: impl FnOnce(&McpServer)) -> (Desk, ServerId) {
    let mut desk = Desk::start().await;
    desk.engine.answers_questions();
    tool(&desk.sample.mcp);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.wait_for(&id, is_connected).await;
    (desk, id)
}

fn call(desk: &Desk, id: &ServerId) -> JoinHandle<Result<CallOutcome, &'static str>> {
    let (engine, id) = (desk.engine.clone(), id.clone());
    tokio::spawn(async move {
        let outcome = engine.call_tool(&id, "mine", "book", json!({})).await;
        outcome.map_err(|error| error.code())
    })
}

async fn question(desk: &mut Desk) -> QuestionView {
    loop {
        if let Event::QuestionAsked { question } = desk.event().await {
            return question;
        }
    }
}

async fn ended(desk: &mut Desk) -> String {
    loop {
        if let Event::QuestionEnded { id } = desk.event().await {
            return id;
        }
    }
}

async fn told(call: JoinHandle<Result<CallOutcome, &'static str>>) -> Value {
    let outcome = call.await.unwrap().unwrap();
    let [ToolContent::Text { text }] = &outcome.content[..] else {
        unreachable!("{outcome:?}")
    };
    serde_json::from_str(text).unwrap()
}

fn given(content: Value) -> QuestionAnswer {
    let Value::Object(content) = content else {
        unreachable!("{content}")
    };
    QuestionAnswer::Accept { content }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_asks_and_goes_on_with_the_answer() {
    let (mut desk, id) = asked(form()).await;
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    assert_eq!(question.server, id.as_str());
    assert_eq!(question.server_name, desk.view(&id).await.name);
    insta::assert_json_snapshot!(
        json!({ "message": question.message, "wanted": question.wanted }),
        @r#"
    {
      "message": "Which table?",
      "wanted": {
        "kind": "form",
        "schema": "{\"properties\":{\"people\":{\"minimum\":1,\"type\":\"integer\"},\"window\":{\"default\":true,\"type\":\"boolean\"}},\"required\":[\"people\"],\"type\":\"object\"}"
      }
    }
    "#
    );
    // Whoever looks only now sees it as well.
    let open = desk.engine.snapshot().await.unwrap().questions;
    assert_eq!(open, std::slice::from_ref(&question));

    let engine = desk.engine.clone();
    engine
        .answer_question(&question.id, given(json!({ "people": 2 })))
        .unwrap();
    assert_eq!(
        told(running).await,
        json!({ "action": "accept", "content": { "people": 2, "window": true } })
    );
    assert_eq!(ended(&mut desk).await, question.id);
    assert!(engine.snapshot().await.unwrap().questions.is_empty());
    let late = engine.answer_question(&question.id, QuestionAnswer::Decline);
    assert_eq!(late.unwrap_err().code(), "question_gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_names_its_server_as_it_is_called_now() {
    let (mut desk, id) = asked(form()).await;
    let change = ServerChange {
        name: Some("The bistro".into()),
        ..ServerChange::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    assert_eq!(question.server_name, "The bistro");
    desk.engine
        .answer_question(&question.id, QuestionAnswer::Cancel)
        .unwrap();
    assert_eq!(told(running).await, json!({ "action": "cancel" }));
}

#[rstest]
#[case::no(QuestionAnswer::Decline, "decline")]
#[case::nothing(QuestionAnswer::Cancel, "cancel")]
#[tokio::test(flavor = "multi_thread")]
async fn the_person_may_say_no_or_nothing(#[case] answer: QuestionAnswer, #[case] action: &str) {
    let (mut desk, id) = asked(form()).await;
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    desk.engine.answer_question(&question.id, answer).unwrap();
    assert_eq!(told(running).await, json!({ "action": action }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_opened_when_the_person_agrees_and_the_tool_hears_of_that_alone() {
    let url = "https://pay.example/order/7?key=1";
    let (mut desk, id) = asked(page(url)).await;
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    insta::assert_json_snapshot!(question.wanted, @r#"
    {
      "kind": "page",
      "url": "https://pay.example/order/7?key=1",
      "origin": "https://pay.example"
    }
    "#);
    assert_eq!(
        desk.engine.question_page(&question.id).unwrap().as_str(),
        url
    );
    let agreed = given(Value::Object(Map::new()));
    desk.engine.answer_question(&question.id, agreed).unwrap();
    assert_eq!(told(running).await, json!({ "action": "accept" }));
    let gone = desk.engine.question_page(&question.id);
    assert_eq!(gone.unwrap_err().code(), "question_gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_refused_until_the_person_has_been_on_a_page_leads_there_and_is_not_repeated()
 {
    let url = "https://files.example/link?elicitation=e-1";
    let (mut desk, id) = connected(|server| server.add_tool_that_wants_a_page("book", url)).await;
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    assert_eq!(question.message, "Link your files first.");
    let page = desk.engine.question_page(&question.id).unwrap();
    assert_eq!(page.as_str(), url);
    let agreed = given(Value::Object(Map::new()));
    desk.engine.answer_question(&question.id, agreed).unwrap();
    assert_eq!(running.await.unwrap().unwrap_err(), "page_needed");
    assert_eq!(ended(&mut desk).await, question.id);
    let journal = desk.sample.journal_lines();
    let calls = journal.iter().filter(|it| it.contains("[tools/call book]"));
    assert_eq!(calls.count(), 1, "{journal:#?}");
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    assert!(report.contains("page_needed"), "{report}");
    assert!(!report.contains("files.example"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_none_of_the_web_is_declined_and_nobody_is_asked() {
    let (mut desk, id) = asked(page("file:///etc/passwd")).await;
    assert_eq!(told(call(&desk, &id)).await, json!({ "action": "decline" }));
    let asked = |event: &Event| matches!(event, Event::QuestionAsked { .. });
    assert!(!desk.pending_events().iter().any(asked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends_with_its_call() {
    let (mut desk, id) = asked(form()).await;
    let running = call(&desk, &id);
    let question = question(&mut desk).await;
    desk.engine.cancel_call("mine");
    assert_eq!(running.await.unwrap().unwrap_err(), "cancelled");
    assert_eq!(ended(&mut desk).await, question.id);
    assert!(desk.engine.snapshot().await.unwrap().questions.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_questions_than_anybody_answers_are_put_away() {
    let (mut desk, id) = asked(form()).await;
    let running: Vec<_> = (0..21).map(|_| call(&desk, &id)).collect();
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(question(&mut desk).await.id);
    }
    let (first, _, waiting) = futures::future::select_all(running).await;
    let first = first.unwrap().unwrap();
    assert!(
        matches!(&first.content[..], [ToolContent::Text { text }] if text == r#"{"action":"cancel"}"#)
    );
    for id in open {
        desk.engine
            .answer_question(&id, QuestionAnswer::Decline)
            .unwrap();
    }
    for call in waiting {
        assert_eq!(told(call).await, json!({ "action": "decline" }));
    }
}
