//! `drawbridge call`

use std::convert::Infallible;
use std::pin::pin;

use drawbridge_engine::view::{CallOutcome, Event, ToolContent};
use drawbridge_engine::{Engine, ServerId, told_to_end};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{named, session};
use crate::arguments::CallArguments;
use crate::end::{cancelled, unless_told};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};
use crate::{stdin, text};

/// This program's own name for its one call.
const CALL: &str = "call";
/// So many letters of what a tool says of its work: the line that changes must not become two.
const SAID: usize = 60;

#[derive(Serialize)]
struct Answer {
    server: String,
    tool: String,
    is_error: bool,
    content: Vec<Piece>,
    structured: Option<Value>,
    duration_ms: u64,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Piece {
    Text {
        text: String,
    },
    Image {
        mime_type: String,
        data: String,
    },
    Audio {
        mime_type: String,
        data: String,
    },
    Link {
        uri: String,
        name: String,
        description: Option<String>,
        mime_type: Option<String>,
    },
    Other {
        json: Value,
    },
}

/// Runs a tool once. A tool that says itself that it failed is a refusal.
pub(crate) async fn call(
    arguments: &CallArguments,
    place: &Place,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut told = pin!(told_to_end());
    let values = unless_told(&mut told, read(&arguments.args, output)).await?;
    let engine = unless_told(&mut told, place.engine()).await?;
    let outcome = run(&engine, arguments, values, output, &mut told).await;
    close(&engine).await;
    let (server, outcome) = outcome?;
    let shown = words(&outcome);
    let exit = if outcome.is_error {
        Exit::Refused
    } else {
        Exit::Done
    };
    let answer = Answer {
        server,
        tool: arguments.tool.clone(),
        is_error: outcome.is_error,
        content: outcome.content.into_iter().map(Piece::from).collect(),
        structured: outcome.structured,
        duration_ms: outcome.duration_millis,
    };
    output.answer(&answer, || output.for_this_screen(&shown))?;
    Ok(exit)
}

async fn run(
    engine: &Engine,
    arguments: &CallArguments,
    values: Value,
    output: &Output,
    told: &mut (impl Future<Output = ()> + Unpin),
) -> Result<(String, CallOutcome), Failure> {
    let server = unless_told(told, named(engine, &arguments.server)).await?;
    let server = tokio::select! {
        opened = session::open(engine, &server, output) => opened?,
        () = &mut *told => return Err(cancelled().about(&server)),
    };
    let id = ServerId::from(server.id.as_str());
    let telling = tell_progress(engine.events(), output);
    let mut called = pin!(engine.call_tool(&id, CALL, &arguments.tool, values));
    let outcome = tokio::select! {
        biased;
        outcome = &mut called => outcome,
        () = told => {
            engine.cancel_call(CALL);
            called.await
        }
        never = telling => match never {},
    };
    output.settle();
    match outcome {
        Ok(outcome) => Ok((server.id, outcome)),
        Err(error) => Err(Failure::from(error).about(&server)),
    }
}

async fn tell_progress(mut events: Receiver<Event>, output: &Output) -> Infallible {
    loop {
        match events.recv().await {
            Ok(Event::CallProgress {
                call,
                percent,
                message,
            }) if call == CALL => output.progress_if_live(&far(percent, message.as_deref())),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

/// How far a tool is, in one line.
fn far(percent: Option<u8>, message: Option<&str>) -> String {
    let percent = percent.map(|percent| format!("{percent} %"));
    let message = message.map(|said| text::line(said).chars().take(SAID).collect());
    let parts: Vec<String> = percent.into_iter().chain(message).collect();
    parts.join("  ")
}

/// The arguments: JSON, a file that holds it, or standard input.
async fn read(typed: &str, output: &Output) -> Result<Value, Failure> {
    let unreadable = |what: &str, error: &std::io::Error| {
        Failure::usage(&format!(
            "The arguments cannot be read from {what}: {error}."
        ))
    };
    let text = if typed == "-" {
        let text = stdin::all("the arguments, one JSON object", output).await;
        text.map_err(|error| unreadable("standard input", &error))?
    } else if let Some(file) = typed.strip_prefix('@') {
        let text = tokio::fs::read_to_string(file).await;
        text.map_err(|error| unreadable(file, &error))?
    } else {
        typed.to_owned()
    };
    parsed(&text)
}

fn parsed(text: &str) -> Result<Value, Failure> {
    match serde_json::from_str(text) {
        Ok(values @ Value::Object(_)) => Ok(values),
        Ok(_) => Err(drawbridge_engine::Error::InvalidArguments.into()),
        // Where it went wrong, and not what stands there.
        Err(error) => Err(Failure::usage(&format!(
            "The arguments are no JSON (line {}, column {}).",
            error.line(),
            error.column()
        ))),
    }
}

impl From<ToolContent> for Piece {
    fn from(content: ToolContent) -> Self {
        match content {
            ToolContent::Text { text } => Self::Text { text },
            ToolContent::Image { data, mime_type } => Self::Image { mime_type, data },
            ToolContent::Audio { data, mime_type } => Self::Audio { mime_type, data },
            ToolContent::Link {
                uri,
                name,
                description,
                mime_type,
            } => Self::Link {
                uri,
                name,
                description,
                mime_type,
            },
            ToolContent::Other { json } => Self::Other { json },
        }
    }
}

fn words(outcome: &CallOutcome) -> String {
    let mut parts: Vec<String> = outcome.content.iter().map(piece).collect();
    if let Some(structured) = &outcome.structured {
        let json = serde_json::to_string_pretty(structured).unwrap_or_default();
        // Servers repeat it as text for clients that know no better.
        let said = |part: &String| {
            serde_json::from_str::<Value>(part).is_ok_and(|value| value == *structured)
        };
        parts.retain(|part| !said(part));
        parts.push(json);
    }
    parts.join("\n")
}

fn piece(content: &ToolContent) -> String {
    match content {
        ToolContent::Text { text } => text.clone(),
        ToolContent::Image { data, mime_type } => described("picture", mime_type, data),
        ToolContent::Audio { data, mime_type } => described("sound", mime_type, data),
        ToolContent::Link {
            uri,
            name,
            description,
            mime_type,
        } => {
            let kind = mime_type.as_ref().map(|kind| format!(" ({kind})"));
            let what = description.as_ref().map(|what| format!("\n{what}"));
            let (kind, what) = (kind.unwrap_or_default(), what.unwrap_or_default());
            format!("{name}: {uri}{kind}{what}")
        }
        ToolContent::Other { json } => serde_json::to_string_pretty(json).unwrap_or_default(),
    }
}

fn described(what: &str, kind: &str, data: &str) -> String {
    format!(
        "[{what}, {kind}, {} bytes; --json has it]",
        data.len() / 4 * 3
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_one_object() {
        assert_eq!(parsed(r#"{"a":1}"#).unwrap(), json!({ "a": 1 }));
        assert_eq!(parsed("[1]").unwrap_err().code, "invalid_arguments");
        let failure = parsed(r#"{"key": secret}"#).unwrap_err();
        assert_eq!(failure.code, "usage");
        assert!(!failure.message.contains("secret"));
    }

    #[test]
    fn structured_results_are_shown_once() {
        let outcome = CallOutcome {
            content: vec![ToolContent::Text {
                text: r#"{"sum":3}"#.to_owned(),
            }],
            structured: Some(json!({ "sum": 3 })),
            is_error: false,
            duration_millis: 1,
        };
        assert_eq!(words(&outcome), "{\n  \"sum\": 3\n}");
    }

    #[test]
    fn links_say_what_they_lead_to() {
        let link = |description: Option<&str>, mime_type: Option<&str>| {
            piece(&ToolContent::Link {
                uri: "file:///notes".to_owned(),
                name: "The notes".to_owned(),
                description: description.map(str::to_owned),
                mime_type: mime_type.map(str::to_owned),
            })
        };
        assert_eq!(link(None, None), "The notes: file:///notes");
        assert_eq!(
            link(Some("What was said"), Some("text/plain")),
            "The notes: file:///notes (text/plain)\nWhat was said"
        );
    }

    #[test]
    fn pictures_are_described() {
        let data = "AAAA".to_owned();
        let mime_type = "image/png".to_owned();
        let picture = piece(&ToolContent::Image { data, mime_type });
        assert_eq!(picture, "[picture, image/png, 3 bytes; --json has it]");
    }
}
