//! What a server asks the person while one of its tools runs (MCP 2025-11-25, Elicitation), and
//! what it is told. What nobody could be shown is declined.

use std::sync::Arc;

use futures::future::BoxFuture;
use rmcp::model::{ElicitRequestParams, ElicitResult, ElicitationAction};
use serde_json::{Map, Value};
use tokio::sync::watch;
use url::Url;

use crate::web_page::is_web_page;

/// The longest words of a server that are shown, in characters.
const LONGEST_WORDS: usize = 2_000;
/// The largest form, in bytes of JSON.
const LARGEST_FORM: usize = 64 * 1024;

/// A question to the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Why, in the server's own words: text to be shown as such.
    pub message: String,
    /// What.
    pub wanted: Wanted,
}

/// What a server wants of the person.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A form to fill in: JSON Schema of one object, whose properties are strings, numbers, booleans
    /// and choices.
    Form(Value),
    /// A page to visit, over `https` or on this computer. Nothing is opened before the person agrees.
    Page(Url),
}

/// What the person did with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Filled it in, or went to the page. What is left out takes the default of the schema, where it
    /// has one.
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
    /// How many others may be of this call, too: nobody knows which call they are of.
    others: watch::Sender<usize>,
}

impl Questions {
    pub(super) fn new(respondent: Option<Respondent>) -> Self {
        Self {
            respondent,
            open: watch::Sender::default(),
            others: watch::Sender::default(),
        }
    }

    /// The questions of one call, of a server that says which call it asks for.
    pub(super) fn of_one_call(&self) -> Self {
        Self::new(self.respondent.clone())
    }

    /// The questions of one call, of a server that may ask without saying for which.
    pub(super) fn of_one_call_at_least(&self) -> Self {
        Self {
            others: self.open.clone(),
            ..self.of_one_call()
        }
    }

    /// Whether somebody is there to answer; servers ask only clients that say so.
    pub(super) fn are_answered(&self) -> bool {
        self.respondent.is_some()
    }

    /// Ends as soon as a question is open, or none is.
    pub(super) async fn any_open(&self, wanted: bool) {
        let (mut own, mut others) = (self.open.subscribe(), self.others.subscribe());
        while wanted != (*own.borrow_and_update() + *others.borrow_and_update() > 0) {
            // Both senders are in `self`.
            tokio::select! {
                _ = own.changed() => {}
                _ = others.changed() => {}
            }
        }
    }

    /// What the person says, if there is one to ask.
    pub(super) async fn ask(&self, question: Question) -> Answer {
        let Some(respondent) = &self.respondent else {
            return Answer::Declined;
        };
        let _open = Open::new(&self.open);
        respondent(question).await
    }

    /// The same, as the server that asks is told.
    pub(super) async fn put(&self, asked: ElicitRequestParams) -> ElicitResult {
        let Some(question) = question(asked) else {
            return ElicitResult::new(ElicitationAction::Decline);
        };
        let wanted = question.wanted.clone();
        match self.ask(question).await {
            Answer::Given(given) => {
                let accepted = ElicitResult::new(ElicitationAction::Accept);
                match wanted {
                    Wanted::Form(schema) => {
                        accepted.with_content(Value::Object(completed(given, &schema)))
                    }
                    Wanted::Page(_) => accepted,
                }
            }
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

/// Nothing where it cannot be shown, or should not.
pub(super) fn question(asked: ElicitRequestParams) -> Option<Question> {
    let (message, wanted) = match asked {
        ElicitRequestParams::FormElicitationParams {
            message,
            requested_schema,
            ..
        } => (message, form(serde_json::to_value(requested_schema).ok()?)?),
        ElicitRequestParams::UrlElicitationParams { message, url, .. } => (message, page(&url)?),
        _ => return None,
    };
    let message = message.chars().take(LONGEST_WORDS).collect();
    Some(Question { message, wanted })
}

fn form(schema: Value) -> Option<Wanted> {
    (schema.to_string().len() <= LARGEST_FORM).then_some(Wanted::Form(schema))
}

/// A name before the host makes one page look like another's.
fn page(url: &str) -> Option<Wanted> {
    let url = Url::parse(url).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_plain && is_web_page(&url)).then_some(Wanted::Page(url))
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
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("https://pay.example/order/7?key=1", true)]
    #[case("http://127.0.0.1:8080/", true)]
    #[case("http://pay.example/", false)]
    #[case("https://bank.example@pay.example/", false)]
    #[case("javascript:alert(1)", false)]
    #[case("file:///etc/passwd", false)]
    #[case("dev.drawbridge.desktop:/oauth/callback", false)]
    #[case("not a page", false)]
    fn only_pages_of_the_web_are_shown(#[case] url: &str, #[case] shown: bool) {
        assert_eq!(page(url).is_some(), shown);
    }

    #[test]
    fn a_form_that_nobody_could_fill_in_is_not_shown() {
        let endless = "x".repeat(LARGEST_FORM);
        assert_eq!(form(json!({ "title": endless })), None);
        assert!(form(json!({ "type": "object" })).is_some());
    }

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
