//! One call of one tool, with the questions that come before its answer.

use std::pin::Pin;
use std::time::{Duration, Instant};

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, ContentBlock, InputRequest,
    InputRequests, InputResponses, ServerResult,
};
use rmcp::service::{RequestHandle, RoleClient, ServiceError};
use serde::Deserialize as _;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::progress::Progress;
use super::question::Questions;
use super::{Session, SessionError, failure, json, page_first, request, tools};
use crate::view::{CallOutcome, ToolContent};

/// So often may a tool ask before it answers.
const MOST_ROUNDS: usize = 10;
/// Before a tool that wants to be asked again, and asks nothing itself, is asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// Whoever waits for what a tool answers. When the time is over or the call is cancelled, the server is told
/// that nobody does any more.
pub struct Caller {
    /// How long. While the tool asks the person something, the time stands still. A server before
    /// 2026-07-28 may ask on a stream that is no call's, and not say what tool asks: then that of all its
    /// calls does.
    pub limit: Duration,
    /// Until when at the latest.
    pub cancelled: CancellationToken,
    /// Hears how far the tool is.
    pub progress: watch::Sender<Option<Progress>>,
}

impl Caller {
    /// One who waits so long.
    #[must_use]
    pub fn waiting(limit: Duration) -> Self {
        Self {
            limit,
            cancelled: CancellationToken::new(),
            progress: watch::Sender::default(),
        }
    }
}

/// See [`super::Session::call_tool`].
///
/// Servers without sessions (2026-07-28) answer with what they want to know first; then the call is
/// made anew, with the answers and with the state that they gave, byte for byte.
pub(super) async fn call(
    session: &Session,
    questions: &Questions,
    name: &str,
    arguments: Map<String, Value>,
    caller: Caller,
) -> Result<CallOutcome, SessionError> {
    let began = Instant::now();
    let mut params = CallToolRequestParams::new(name.to_owned()).with_arguments(arguments);
    let mut over = std::pin::pin!(time_over(caller.limit, questions));
    for round in 0..MOST_ROUNDS {
        let asked = ask(session, questions, params.clone(), over.as_mut(), &caller).await;
        let result = asked.map_err(|error| if round == 0 { error } else { midway(error) })?;
        let ServerResult::InputRequiredResult(needed) = result else {
            let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            return outcome(result, millis);
        };
        params.input_responses = tokio::select! {
            biased;
            () = caller.cancelled.cancelled() => return Err(SessionError::Cancelled),
            _ = over.as_mut() => return Err(SessionError::Timeout),
            answers = answers(questions, needed.input_requests) => answers?,
        };
        params.request_state = needed.request_state;
    }
    Err(SessionError::Protocol(
        "the tool asks again and again and never answers".into(),
    ))
}

/// What was begun in the rounds before may have been done, though nothing of this one was run.
fn midway(error: SessionError) -> SessionError {
    match error {
        SessionError::Lost | SessionError::Unreachable(_) => SessionError::Interrupted,
        error => error,
    }
}

async fn ask(
    session: &Session,
    questions: &Questions,
    params: CallToolRequestParams,
    over: Pin<&mut impl Future<Output = Duration>>,
    caller: &Caller,
) -> Result<ServerResult, SessionError> {
    if caller.cancelled.is_cancelled() {
        return Err(SessionError::Cancelled);
    }
    let mut end = std::pin::pin!(end(over, &caller.cancelled));
    let asked = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let follow = |handle: &RequestHandle<RoleClient>| {
        let token = handle.progress_token.clone();
        let told = session.progresses.follow(token, &caller.progress);
        (told, session.askers.follow(handle.id.clone(), questions))
    };
    let error = match request::ask(session, asked, follow, end.as_mut()).await {
        Ok(result) => return Ok(result),
        Err(error) => error,
    };
    let Some(said) = failure::said_of_unknown(&error) else {
        let pages = page_first::pages(&error);
        let said = failure::of_request(error, &session.confided);
        let Some(pages) = pages else {
            return Err(said);
        };
        return Err(tokio::select! {
            biased;
            why = end => failure::of_request(why, &session.confided),
            ended = page_first::send_there(questions, pages, said) => ended,
        });
    };
    // Of the server as it is now, or of this call alone? Then it may have been run.
    match tools::page(session, None, end).await {
        Err(SessionError::Lost) => Err(SessionError::Lost),
        Err(ended @ (SessionError::Cancelled | SessionError::Timeout)) => Err(ended),
        _ => Err(said),
    }
}

/// Why nobody waits for the answer any more.
async fn end(
    over: Pin<&mut impl Future<Output = Duration>>,
    cancelled: &CancellationToken,
) -> ServiceError {
    tokio::select! {
        biased;
        () = cancelled.cancelled() => ServiceError::Cancelled { reason: None },
        timeout = over => ServiceError::Timeout { timeout },
    }
}

/// Ends when the time is over; while the person is asked something, it does not run.
async fn time_over(limit: Duration, questions: &Questions) -> Duration {
    let mut left = limit;
    loop {
        let began = Instant::now();
        tokio::select! {
            () = tokio::time::sleep(left) => return limit,
            () = questions.any_open(true) => {}
        }
        left = left.saturating_sub(began.elapsed());
        questions.any_open(false).await;
    }
}

/// What the person says to each question; nothing where nothing was asked.
async fn answers(
    questions: &Questions,
    asked: Option<InputRequests>,
) -> Result<Option<InputResponses>, SessionError> {
    let Some(asked) = asked else {
        tokio::time::sleep(PAUSE).await;
        return Ok(None);
    };
    let mut answers = InputResponses::new();
    for (key, request) in asked {
        let InputRequest::Elicitation(question) = request else {
            return Err(cannot_answer());
        };
        if !questions.are_answered() {
            return Err(cannot_answer());
        }
        let answer = questions.put(question.params).await;
        let answer = serde_json::to_value(answer).map_err(|_| cannot_answer())?;
        answers.insert(key, answer);
    }
    Ok(Some(answers))
}

fn cannot_answer() -> SessionError {
    SessionError::Protocol("the tool asks for an answer that Drawbridge cannot give".into())
}

fn outcome(result: ServerResult, duration_millis: u64) -> Result<CallOutcome, SessionError> {
    match result {
        ServerResult::CallToolResult(result) => Ok(CallOutcome {
            content: result.content.into_iter().map(shown).collect(),
            structured: result.structured_content,
            is_error: result.is_error.unwrap_or(false),
            duration_millis,
        }),
        other => untyped(json::of_result(&other)?, duration_millis),
    }
}

/// An answer with something in it that `rmcp` has no type for.
fn untyped(mut result: Value, duration_millis: u64) -> Result<CallOutcome, SessionError> {
    let structured = result.get_mut("structuredContent").map(Value::take);
    let pieces = match result.get_mut("content").map(Value::take) {
        Some(Value::Array(pieces)) => pieces,
        None if structured.is_some() => Vec::new(),
        _ => {
            return Err(SessionError::Protocol(
                "a tool's answer without content".into(),
            ));
        }
    };
    Ok(CallOutcome {
        content: pieces.into_iter().map(content).collect(),
        structured,
        is_error: result
            .get("isError")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        duration_millis,
    })
}

/// Moves what may be large.
fn shown(block: ContentBlock) -> ToolContent {
    match block {
        ContentBlock::Text(text) => ToolContent::Text { text: text.text },
        ContentBlock::Image(image) => ToolContent::Image {
            data: image.data,
            mime_type: image.mime_type,
        },
        ContentBlock::Audio(audio) => ToolContent::Audio {
            data: audio.data,
            mime_type: audio.mime_type,
        },
        ContentBlock::ResourceLink(link) => ToolContent::Link {
            name: link.title.unwrap_or(link.name),
            uri: link.uri,
            description: link.description,
            mime_type: link.mime_type,
        },
        other => ToolContent::Other {
            json: serde_json::to_value(other).unwrap_or_default(),
        },
    }
}

/// A kind that is unknown, or lacks what its kind should have, is shown as it came.
fn content(piece: Value) -> ToolContent {
    ContentBlock::deserialize(&piece).map_or(ToolContent::Other { json: piece }, shown)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::text(
        json!({ "type": "text", "text": "hello" }),
        ToolContent::Text { text: "hello".into() }
    )]
    #[case::image(
        json!({ "type": "image", "data": "AA==", "mimeType": "image/png" }),
        ToolContent::Image { data: "AA==".into(), mime_type: "image/png".into() }
    )]
    #[case::link(
        json!({
            "type": "resource_link", "uri": "file:///a", "name": "a", "title": "The notes",
            "description": "What was said", "mimeType": "text/plain", "size": 3
        }),
        ToolContent::Link {
            uri: "file:///a".into(),
            name: "The notes".into(),
            description: Some("What was said".into()),
            mime_type: Some("text/plain".into()),
        }
    )]
    #[case::bare_link(
        json!({ "type": "resource_link", "uri": "file:///a", "name": "a" }),
        ToolContent::Link { uri: "file:///a".into(), name: "a".into(), description: None, mime_type: None }
    )]
    #[case::of_tomorrow(
        json!({ "type": "hologram", "x": 1 }),
        ToolContent::Other { json: json!({ "type": "hologram", "x": 1 }) }
    )]
    #[case::incomplete(
        json!({ "type": "image", "data": "AA==" }),
        ToolContent::Other { json: json!({ "type": "image", "data": "AA==" }) }
    )]
    fn every_kind_of_content_is_shown(#[case] piece: Value, #[case] shown: ToolContent) {
        assert_eq!(content(piece), shown);
    }

    #[test]
    fn a_tool_may_say_itself_that_it_failed() {
        let outcome = untyped(json!({ "content": [], "isError": true }), 3).unwrap();
        assert!(outcome.is_error);
        assert_eq!(outcome.duration_millis, 3);
    }

    #[test]
    fn an_answer_may_be_structured_only() {
        let outcome = untyped(json!({ "structuredContent": { "n": 1 } }), 0).unwrap();
        assert_eq!(outcome.structured, Some(json!({ "n": 1 })));
    }
}
