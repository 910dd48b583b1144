//! What a server asks the person while one of its tools runs (MCP 2025-11-25, Elicitation), and
//! what it is told. Only questions with a form: a page to open is never taken from a server's word.

use std::sync::Arc;

use futures::future::BoxFuture;
use rmcp::model::{ElicitRequestParams, ElicitResult, ElicitationAction};
use serde_json::{Map, Value};
use tokio::sync::watch;

/// A form to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Why, in the server's own words: text to be shown as such.
    pub message: String,
    /// JSON Schema of one object, whose properties are strings, numbers, booleans and choices.
    pub schema: Value,
}

/// What the person did with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Filled it in. What is left out takes the default of the schema, where it has one.
    Given(Map<String, Value>),
    /// Said no.
    Declined,
    /// Put it away without saying anything.
    Dismissed,
}

/// Asks the person. The call that the question belongs to waits, and its time does not run.
pub type Respondent = Arc<dyn Fn(Question) -> BoxFuture<'static, Answer> + Send + Sync>;

/// The questions of one session.
#[derive(Clone)]
pub(super) struct Questions {
    respondent: Option<Respondent>,
    /// How many are open.
    open: watch::Sender<usize>,
}

impl Questions {
    pub(super) fn new(respondent: Option<Respondent>) -> Self {
        Self {
            respondent,
            open: watch::Sender::default(),
        }
    }

    /// Whether somebody is there to answer; servers ask only clients that say so.
    pub(super) fn are_answered(&self) -> bool {
        self.respondent.is_some()
    }

    /// To see whether a question is open.
    pub(super) fn watch(&self) -> watch::Receiver<usize> {
        self.open.subscribe()
    }

    /// Asks the person, if there is one to ask.
    pub(super) async fn put(&self, asked: ElicitRequestParams) -> ElicitResult {
        let (Some(respondent), Some(question)) = (&self.respondent, question(asked)) else {
            return ElicitResult::new(ElicitationAction::Decline);
        };
        let schema = question.schema.clone();
        let _open = Open::new(&self.open);
        match respondent(question).await {
            Answer::Given(given) => ElicitResult::new(ElicitationAction::Accept)
                .with_content(Value::Object(completed(given, &schema))),
            Answer::Declined => ElicitResult::new(ElicitationAction::Decline),
            Answer::Dismissed => ElicitResult::new(ElicitationAction::Cancel),
        }
    }
}

impl std::fmt::Debug for Questions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Questions")
            .field("are_answered", &self.are_answered())
            .finish_non_exhaustive()
    }
}

/// One that is open, until it is dropped.
struct Open<'a>(&'a watch::Sender<usize>);

impl<'a> Open<'a> {
    fn new(open: &'a watch::Sender<usize>) -> Self {
        open.send_modify(|open| *open += 1);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

fn question(asked: ElicitRequestParams) -> Option<Question> {
    let ElicitRequestParams::FormElicitationParams {
        message,
        requested_schema,
        ..
    } = asked
    else {
        return None;
    };
    Some(Question {
        message,
        schema: serde_json::to_value(requested_schema).ok()?,
    })
}

/// What was left out takes its default (SEP-1034).
fn completed(mut given: Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        if let Some(default) = property.get("default")
            && !given.contains_key(name)
        {
            given.insert(name.clone(), default.clone());
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_takes_its_default_and_nothing_else_is_made_up() {
        let schema = json!({ "type": "object", "properties": {
            "name": { "type": "string", "default": "Ada" },
            "age": { "type": "integer", "default": 30 },
            "town": { "type": "string" },
        }});
        let Value::Object(given) = json!({ "name": "Grace" }) else {
            unreachable!()
        };
        let completed = Value::Object(completed(given, &schema));
        assert_eq!(completed, json!({ "name": "Grace", "age": 30 }));
    }
}
