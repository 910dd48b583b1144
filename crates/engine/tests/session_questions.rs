//! What tools ask the person before they answer, with servers of both eras.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod session_support;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use drawbridge_engine::session::{
    Answer, Caller, Question, Respondent, Session, SessionError, Wanted,
};
use drawbridge_engine::view::{CallOutcome, ToolContent};
use futures::future::FutureExt as _;
use futures::{Stream, StreamExt as _, stream};
use rstest::rstest;
use serde_json::{Map, Value, json};
use session_support::{Call, Opening, Script, reply, status};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_mins(1);

fn form() -> Value {
    json!({
        "message": "Who are you?",
        "requestedSchema": { "type": "object", "properties": {
            "name": { "type": "string" },
            "polite": { "type": "boolean", "default": true },
        }},
    })
}

/// An old server: its tool asks on the stream that its answer comes on, and echoes what it is told.
async fn old() -> Script {
    let told = watch::Sender::new(None::<Value>);
    Script::start_async(move |call| {
        let told = told.clone();
        async move {
            if call.body["id"] == "q" {
                told.send_replace(Some(call.body["result"].clone()));
                return status(202);
            }
            if call.name() != "tools/call" {
                return call.well();
            }
            if call.body["params"]["name"] == "hang" {
                return answered_by(stream::pending());
            }
            let asked =
                json!({ "jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": form() });
            let mut heard = told.subscribe();
            let answer = async move {
                let told = heard.wait_for(Option::is_some).await.unwrap().clone();
                event(&json!({ "jsonrpc": "2.0", "id": call.body["id"], "result": said(&told.unwrap()) }))
            };
            let events = stream::iter([event(&asked)]).chain(stream::once(answer));
            answered_by(events)
        }
        .boxed()
    })
    .await
}

fn answered_by(events: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let builder = Response::builder().header("content-type", "text/event-stream");
    let body = Body::from_stream(events.map(Ok::<_, Infallible>));
    builder.body(body).unwrap()
}

fn event(message: &Value) -> Bytes {
    Bytes::from(format!("data: {message}\n\n"))
}

/// A server of 2026-07-28: its tool answers with what it wants to know first.
async fn new(state: Option<&'static str>) -> Script {
    Script::start(move |call| match call.name().as_str() {
        "server/discover" => call.result(&json!({
            "resultType": "complete", "ttlMs": 0, "cacheScope": "private",
            "supportedVersions": ["2026-07-28"], "capabilities": { "tools": {} },
            "serverInfo": { "name": "scripted", "version": "1" },
        })),
        "tools/call" if call.body["params"]["name"] == "hang" => answered_by(stream::pending()),
        "tools/call" => asks_first(call, state),
        _ => call.well(),
    })
    .await
}

fn asks_first(call: &Call, state: Option<&str>) -> Response {
    if let Some(told) = call.body.pointer("/params/inputResponses/who") {
        return call.result(&said(told));
    }
    let mut result = json!({
        "resultType": "input_required",
        "inputRequests": { "who": { "method": "elicitation/create", "params": form() } },
    });
    if let Some(state) = state {
        result["requestState"] = json!(state);
    }
    call.result(&result)
}

fn said(told: &Value) -> Value {
    json!({ "content": [{ "type": "text", "text": told.to_string() }] })
}

/// Answers always the same, and remembers what was asked.
fn says(answer: Answer) -> (Respondent, Arc<Mutex<Vec<Question>>>) {
    let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
    let seen = asked.clone();
    let respondent: Respondent = Arc::new(move |question| {
        asked.lock().unwrap().push(question);
        std::future::ready(answer.clone()).boxed()
    });
    (respondent, seen)
}

async fn opened(script: &Script, respondent: Respondent) -> Session {
    let mut opening = Opening::at(&script.url);
    opening.respondent = Some(respondent);
    opening.open().await.unwrap()
}

async fn call(session: &Session) -> Result<CallOutcome, SessionError> {
    session
        .call_tool("echo", Map::new(), Caller::waiting(LONG))
        .await
}

fn text(outcome: &CallOutcome) -> Value {
    let [ToolContent::Text { text }] = &outcome.content[..] else {
        unreachable!("{outcome:?}")
    };
    serde_json::from_str(text).unwrap()
}

fn ada() -> Answer {
    Answer::Given(Map::from_iter([("name".to_owned(), json!("Ada"))]))
}

#[tokio::test]
async fn a_tool_of_an_old_server_asks_and_is_told_with_the_defaults_filled_in() {
    let script = old().await;
    let (respondent, asked) = says(ada());
    let session = opened(&script, respondent).await;
    let told = text(&call(&session).await.unwrap());
    assert_eq!(
        told,
        json!({ "action": "accept", "content": { "name": "Ada", "polite": true } })
    );
    assert_eq!(asked.lock().unwrap()[0].message, "Who are you?");
}

#[tokio::test]
async fn a_tool_of_a_new_server_is_called_again_with_the_answer_and_its_own_state() {
    let script = new(Some("{ \"n\":1}")).await;
    let (respondent, asked) = says(ada());
    let session = opened(&script, respondent).await;
    let told = text(&call(&session).await.unwrap());
    assert_eq!(told["content"], json!({ "name": "Ada", "polite": true }));
    assert_eq!(asked.lock().unwrap().len(), 1);
    let seen = script.seen();
    let calls: Vec<_> = seen.iter().filter(|c| c.name() == "tools/call").collect();
    assert_eq!(calls.len(), 2);
    assert_ne!(calls[0].body["id"], calls[1].body["id"]);
    assert_eq!(calls[1].body["params"]["requestState"], "{ \"n\":1}");
}

#[tokio::test]
async fn a_state_that_was_not_given_is_not_made_up() {
    let script = new(None).await;
    let session = opened(&script, says(ada()).0).await;
    call(&session).await.unwrap();
    let seen = script.seen();
    assert!(
        seen.iter()
            .all(|call| call.body.pointer("/params/requestState").is_none())
    );
}

#[tokio::test]
async fn a_person_may_say_no_and_the_tool_hears_of_it() {
    for script in [old().await, new(None).await] {
        let session = opened(&script, says(Answer::Declined).0).await;
        let told = text(&call(&session).await.unwrap());
        assert_eq!(told, json!({ "action": "decline" }));
    }
}

#[tokio::test]
async fn where_nobody_answers_servers_are_told_so_and_a_question_is_no_answer() {
    let script = new(None).await;
    let session = Opening::at(&script.url).open().await.unwrap();
    let refusal = call(&session).await.unwrap_err();
    assert_eq!(refusal.code(), "protocol");
    assert_eq!(script.count("tools/call"), 1);
    let capabilities = "/params/_meta/io.modelcontextprotocol~1clientCapabilities";
    for seen in script.seen() {
        assert_eq!(seen.body.pointer(capabilities), Some(&json!({})));
    }
}

/// A server whose tool refuses until the person has been on these pages.
async fn refuses_until(elicitations: Value) -> Script {
    Script::start(move |call| {
        if call.name() != "tools/call" {
            return call.well();
        }
        let data = json!({ "elicitations": elicitations });
        let error = json!({ "code": -32042, "message": "Not before that.", "data": data });
        let id = &call.body["id"];
        reply(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
    })
    .await
}

fn page(url: &str) -> Value {
    json!({ "mode": "url", "elicitationId": "e-1", "url": url, "message": "Link your files." })
}

fn agrees() -> Answer {
    Answer::Given(Map::new())
}

#[tokio::test]
async fn who_has_to_visit_pages_first_is_sent_to_each_and_runs_the_tool_again_by_hand() {
    let urls = ["https://files.example/link", "https://pay.example/order/7"];
    let script = refuses_until(json!(urls.map(page))).await;
    let (respondent, asked) = says(agrees());
    let session = opened(&script, respondent).await;
    let ended = call(&session).await.unwrap_err();
    assert_eq!(ended.code(), "page_needed");
    let remedy = ended.remedy().unwrap();
    assert!(remedy.contains("run the tool again"), "{remedy}");
    let asked = asked.lock().unwrap();
    assert!(asked.iter().all(|it| it.message == "Link your files."));
    let shown: Vec<_> = asked.iter().map(|it| it.wanted.clone()).collect();
    assert_eq!(shown, urls.map(|url| Wanted::Page(url.parse().unwrap())));
    assert_eq!(script.count("tools/call"), 1);
}

#[tokio::test]
async fn whoever_does_not_go_to_the_page_hears_what_the_server_said_and_is_asked_no_more() {
    for answer in [Answer::Declined, Answer::Dismissed] {
        let pages = ["https://files.example/link", "https://pay.example/order/7"].map(page);
        let script = refuses_until(json!(pages)).await;
        let (respondent, asked) = says(answer);
        let session = opened(&script, respondent).await;
        let ended = call(&session).await.unwrap_err();
        assert_eq!((ended.code(), ended.to_string()), refused());
        assert_eq!(asked.lock().unwrap().len(), 1);
        assert_eq!(script.count("tools/call"), 1);
    }
}

/// The server's own error.
fn refused() -> (&'static str, String) {
    ("server_error", "Not before that.".to_owned())
}

#[rstest]
#[case::no_list(json!("https://files.example/link"))]
#[case::none(json!([]))]
#[case::not_said_how(json!([{ "elicitationId": "e-1", "url": "https://a.example/", "message": "" }]))]
#[case::a_form(json!([form()]))]
#[case::without_a_name(json!([{ "mode": "url", "url": "https://a.example/", "message": "" }]))]
#[case::no_page_of_the_web(json!([page("https://a.example/"), page("file:///etc/passwd")]))]
#[tokio::test]
async fn a_refusal_that_names_no_page_to_go_to_is_the_servers_own_and_nobody_is_asked(
    #[case] elicitations: Value,
) {
    let script = refuses_until(elicitations).await;
    let (respondent, asked) = says(agrees());
    let session = opened(&script, respondent).await;
    let ended = call(&session).await.unwrap_err();
    assert_eq!((ended.code(), ended.to_string()), refused());
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn where_nobody_is_asked_a_page_is_told_of_and_its_address_is_not() {
    let script = refuses_until(json!([page("https://files.example/link")])).await;
    let session = Opening::at(&script.url).open().await.unwrap();
    let ended = call(&session).await.unwrap_err();
    assert_eq!(ended.code(), "page_needed");
    let told = format!("{ended} {}", ended.remedy().unwrap());
    assert!(told.contains("page") && told.contains("app"), "{told}");
    assert!(!told.contains("example"), "{told}");
}

#[tokio::test]
async fn a_tool_that_asks_without_end_is_given_up() {
    let script = Script::start(|call| match call.name().as_str() {
        "server/discover" => call.error(400, -32601),
        "tools/call" => asks_first(
            &Call {
                body: json!({ "id": call.body["id"] }),
                ..call.clone()
            },
            None,
        ),
        _ => call.well(),
    })
    .await;
    let (respondent, asked) = says(ada());
    let session = opened(&script, respondent).await;
    assert_eq!(call(&session).await.unwrap_err().code(), "protocol");
    assert_eq!(asked.lock().unwrap().len(), 10);
}

#[tokio::test]
async fn the_time_of_a_call_stands_still_while_the_person_thinks() {
    let page = refuses_until(json!([page("https://files.example/link")])).await;
    for script in [old().await, new(None).await, page] {
        let thinking = Arc::new(Semaphore::new(0));
        let thought = thinking.clone();
        let respondent: Respondent = Arc::new(move |_| {
            let thinking = thinking.clone();
            async move {
                thinking.acquire().await.unwrap().forget();
                Answer::Declined
            }
            .boxed()
        });
        let session = opened(&script, respondent).await;
        // Enough for the way to the question and back.
        let limit = Duration::from_secs(3);
        let called = session.call_tool("echo", Map::new(), Caller::waiting(limit));
        let mut called = std::pin::pin!(called);
        let patience = limit + Duration::from_secs(1);
        let patience = tokio::time::timeout(patience, called.as_mut()).await;
        assert!(
            patience.is_err(),
            "the call ended while the question was open"
        );
        thought.add_permits(1);
        let ended = called.await;
        assert!(!matches!(ended, Err(SessionError::Timeout)), "{ended:?}");
    }
}

/// Is told when its question is taken away from the person.
struct TakenAway(Arc<Notify>);

impl Drop for TakenAway {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// A person who cancels instead of answering, and what tells when nothing is asked any more.
fn cancels(cancelled: &CancellationToken) -> (Respondent, Arc<Notify>) {
    let (stop, taken_away) = (cancelled.clone(), Arc::new(Notify::new()));
    let told = taken_away.clone();
    let respondent: Respondent = Arc::new(move |_| {
        let taken_away = TakenAway(told.clone());
        stop.cancel();
        async move {
            let _taken_away = taken_away;
            std::future::pending().await
        }
        .boxed()
    });
    (respondent, taken_away)
}

/// An old server whose tools ask on the stream that is nobody's, and never answer.
async fn asks_elsewhere() -> Script {
    let called = Arc::new(Notify::new());
    Script::start(move |call| match call.name().as_str() {
        "GET" => {
            let called = called.clone();
            let asked = json!({ "jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": form() });
            let question = async move {
                called.notified().await;
                event(&asked)
            };
            answered_by(stream::once(question).chain(stream::pending()))
        }
        "tools/call" => {
            called.notify_one();
            answered_by(stream::pending())
        }
        _ => call.well(),
    })
    .await
}

#[tokio::test]
async fn a_question_goes_with_its_call() {
    let page = refuses_until(json!([page("https://files.example/link")])).await;
    for script in [old().await, new(None).await, asks_elsewhere().await, page] {
        let cancelled = CancellationToken::new();
        let (respondent, taken_away) = cancels(&cancelled);
        let session = opened(&script, respondent).await;
        let caller = Caller {
            cancelled,
            ..Caller::waiting(LONG)
        };
        let ended = session.call_tool("echo", Map::new(), caller).await;
        assert_eq!(ended.unwrap_err(), SessionError::Cancelled);
        let gone = tokio::time::timeout(LONG, taken_away.notified()).await;
        assert!(gone.is_ok(), "the question is still open");
        assert_eq!(session.list_tools().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_open_question_of_one_call_gives_no_time_to_another() {
    for script in [old().await, new(None).await] {
        let asked = Arc::new(Notify::new());
        let told = asked.clone();
        let respondent: Respondent = Arc::new(move |_| {
            told.notify_one();
            std::future::pending().boxed()
        });
        let session = opened(&script, respondent).await;
        let asking = call(&session);
        let hanging = async {
            asked.notified().await;
            let caller = Caller::waiting(Duration::from_millis(200));
            let hung = session.call_tool("hang", Map::new(), caller);
            tokio::time::timeout(LONG, hung).await.unwrap()
        };
        tokio::select! {
            biased;
            hung = hanging => assert_eq!(hung.unwrap_err(), SessionError::Timeout),
            answer = asking => panic!("nobody answered, and yet: {answer:?}"),
        }
    }
}

#[tokio::test]
async fn a_call_that_the_server_forgets_after_it_has_asked_is_not_begun_again() {
    let script = Script::start(|call| match call.name().as_str() {
        "server/discover" => call.discovered(),
        "tools/call" if call.body.pointer("/params/inputResponses").is_none() => {
            asks_first(call, Some("begun"))
        }
        // It is of another era by now.
        "tools/call" | "tools/list" => call.error(400, -32601),
        _ => call.well(),
    })
    .await;
    let session = opened(&script, says(ada()).0).await;
    assert_eq!(call(&session).await.unwrap_err(), SessionError::Interrupted);
    assert_eq!(script.count("tools/call"), 2);
}

#[tokio::test]
async fn an_answer_of_the_person_may_take_as_long_to_get_there_as_any_request() {
    let heard = Arc::new(Notify::new());
    let told = watch::Sender::new(false);
    let arrives = heard.clone();
    let script = Script::start_async(move |call| {
        let (arrives, told) = (arrives.clone(), told.clone());
        async move {
            if call.body["id"] == "q" {
                arrives.notified().await;
                told.send_replace(true);
                return status(202);
            }
            if call.name() != "tools/call" {
                return call.well();
            }
            let asked =
                json!({ "jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": form() });
            let mut told = told.subscribe();
            let answer = async move {
                told.wait_for(|told| *told).await.unwrap();
                event(&json!({ "jsonrpc": "2.0", "id": call.body["id"], "result": said(&json!("heard")) }))
            };
            answered_by(stream::iter([event(&asked)]).chain(stream::once(answer)))
        }
        .boxed()
    })
    .await;
    let session = opened(&script, says(ada()).0).await;
    let mut called = std::pin::pin!(call(&session));
    let early = tokio::time::timeout(Duration::from_secs(6), called.as_mut()).await;
    assert!(early.is_err(), "it has not heard the answer yet");
    heard.notify_one();
    assert_eq!(text(&called.await.unwrap()), "heard");
}
