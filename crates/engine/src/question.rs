//! Who answers what servers ask while their tools run.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::core::Core;
use crate::ids::ServerId;
use crate::session::{Answer, Question, Respondent};

/// Shows the questions of servers to the person.
pub trait QuestionSurface: Send + Sync + 'static {
    /// Asks. Say which server wants to know: the words of the question are its own.
    fn ask(
        &self,
        server: &ServerId,
        server_name: &str,
        question: Question,
    ) -> BoxFuture<'static, Answer>;
}

/// The one who answers for a server, if anybody does.
pub(crate) fn respondent(core: &Core, server: &ServerId, name: &str) -> Option<Respondent> {
    let surface = core.questions.get()?.clone();
    let (server, name) = (server.clone(), name.to_owned());
    Some(Arc::new(move |question| {
        surface.ask(&server, &name, question)
    }))
}
