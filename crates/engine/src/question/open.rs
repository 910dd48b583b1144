//! The questions that are open, in the order in which they were asked.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tokio::sync::oneshot;

use super::view;
use crate::core::lock;
use crate::event::Events;
use crate::ids::{QuestionId, ServerId};
use crate::session::{Answer, Question, Wanted};
use crate::view::{Event, QuestionView};

/// Nobody answers more than so many at a time; the next one is put away at once.
const MOST: usize = 20;

#[derive(Default)]
pub(crate) struct OpenQuestions {
    are_answered: AtomicBool,
    open: Mutex<BTreeMap<QuestionId, Open>>,
}

struct Open {
    view: QuestionView,
    wanted: Wanted,
    answer: oneshot::Sender<Answer>,
}

impl OpenQuestions {
    /// From now on somebody is there.
    pub(crate) fn are_answered_from_now_on(&self) {
        self.are_answered.store(true, Relaxed);
    }

    pub(super) fn are_answered(&self) -> bool {
        self.are_answered.load(Relaxed)
    }

    pub(crate) fn views(&self) -> Vec<QuestionView> {
        lock(&self.open)
            .values()
            .map(|open| open.view.clone())
            .collect()
    }

    pub(super) fn wanted(&self, id: &str) -> Option<Wanted> {
        lock(&self.open)
            .get(&QuestionId::from(id))
            .map(|open| open.wanted.clone())
    }

    /// Whether the question was still open.
    pub(super) fn answer(&self, id: &str, answer: Answer) -> bool {
        let open = lock(&self.open).remove(&QuestionId::from(id));
        open.is_some_and(|open| open.answer.send(answer).is_ok())
    }

    /// Shows the question until it is answered, or until nobody waits for that any more.
    pub(super) async fn put(
        &self,
        events: &Events,
        server: &ServerId,
        server_name: &str,
        question: Question,
    ) -> Answer {
        let id = QuestionId::random();
        let shown = view::of(&id, server, server_name, &question);
        let (answer, answered) = oneshot::channel();
        {
            let mut open = lock(&self.open);
            if open.len() >= MOST {
                return Answer::Dismissed;
            }
            let entry = Open {
                view: shown.clone(),
                wanted: question.wanted,
                answer,
            };
            open.insert(id.clone(), entry);
        }
        let _end = End {
            questions: self,
            events,
            id,
        };
        events.send(Event::QuestionAsked { question: shown });
        answered.await.unwrap_or(Answer::Dismissed)
    }
}

/// Takes the question away, however it ends.
struct End<'a> {
    questions: &'a OpenQuestions,
    events: &'a Events,
    id: QuestionId,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        lock(&self.questions.open).remove(&self.id);
        self.events.send(Event::QuestionEnded {
            id: self.id.to_string(),
        });
    }
}
