//! What servers ask the person while their tools run, and the way of the answer back to them.

mod open;
mod view;

use std::sync::Arc;

use futures::FutureExt as _;
use url::Url;

pub(crate) use self::open::OpenQuestions;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::session::{Answer, Respondent, Wanted};
use crate::view::QuestionAnswer;

/// The one who answers for a server, if anybody does.
pub(crate) fn respondent(core: &Arc<Core>, server: &ServerId, name: &str) -> Option<Respondent> {
    core.questions.are_answered().then(|| {
        let (core, server, name) = (core.clone(), server.clone(), name.to_owned());
        let respondent: Respondent = Arc::new(move |question| {
            let (core, server, name) = (core.clone(), server.clone(), name.clone());
            async move {
                // It may have been renamed since the session was opened.
                let row = core.callable(&server).await;
                let name = row.map_or(name, |row| row.server.name.clone());
                core.questions
                    .put(&core.events, &server, &name, question)
                    .await
            }
            .boxed()
        });
        respondent
    })
}

/// Gives the answer to a question that is open; it is open no longer.
pub(crate) fn answer(core: &Core, question: &str, answer: QuestionAnswer) -> Result<(), Error> {
    let answer = match answer {
        QuestionAnswer::Accept { content } => Answer::Given(content),
        QuestionAnswer::Decline => Answer::Declined,
        QuestionAnswer::Cancel => Answer::Dismissed,
    };
    if core.questions.answer(question, answer) {
        Ok(())
    } else {
        Err(Error::QuestionGone)
    }
}

/// The page that an open question wants to be opened.
pub(crate) fn page(core: &Core, question: &str) -> Result<Url, Error> {
    match core.questions.wanted(question) {
        Some(Wanted::Page(url)) => Ok(url),
        _ => Err(Error::QuestionGone),
    }
}
