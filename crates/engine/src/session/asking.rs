//! Which call a question of a server before 2026-07-28 belongs to: the one on whose stream it comes. It ends
//! with that call, and one of nobody knows which call with the last that is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rmcp::model::{ElicitRequestParams, ElicitResult, ElicitationAction, Extensions, RequestId};
use rmcp::service::InboundStreamOrigin;
use tokio_util::sync::CancellationToken;

use super::calls::Calls;
use super::question::Questions;
use crate::core::lock;

/// The calls of one session whose tools may ask the person something.
#[derive(Debug, Clone)]
pub(super) struct Askers {
    /// For those of nobody knows which call.
    questions: Questions,
    calls: Calls,
    known: Arc<Mutex<HashMap<RequestId, Asker>>>,
}

#[derive(Debug, Clone)]
struct Asker {
    questions: Questions,
    over: CancellationToken,
}

impl Askers {
    pub(super) fn new(questions: Questions, calls: Calls) -> Self {
        Self {
            questions,
            calls,
            known: Arc::default(),
        }
    }

    /// Whether somebody is there to answer.
    pub(super) fn are_answered(&self) -> bool {
        self.questions.are_answered()
    }

    /// Takes what comes on the stream of that request for a question of this call, until what is returned
    /// is dropped.
    pub(super) fn follow(&self, request: RequestId, questions: &Questions) -> Asking {
        let asker = Asker {
            questions: questions.clone(),
            over: CancellationToken::new(),
        };
        lock(&self.known).insert(request.clone(), asker);
        Asking {
            among: self.clone(),
            request,
        }
    }

    /// Asks the person for as long as the call waits.
    pub(super) async fn put(&self, asked: ElicitRequestParams, came: &Extensions) -> ElicitResult {
        let answer = if let Some(Asker { questions, over }) = self.of(came) {
            over.run_until_cancelled(questions.put(asked)).await
        } else {
            tokio::select! {
                answer = self.questions.put(asked) => Some(answer),
                () = self.calls.last_over() => None,
            }
        };
        answer.unwrap_or_else(|| ElicitResult::new(ElicitationAction::Cancel))
    }

    fn of(&self, came: &Extensions) -> Option<Asker> {
        match came.get()? {
            InboundStreamOrigin::OutboundRequest(request) => {
                lock(&self.known).get(request).cloned()
            }
            InboundStreamOrigin::Unassociated => None,
        }
    }
}

pub(super) struct Asking {
    among: Askers,
    request: RequestId,
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(asker) = lock(&self.among.known).remove(&self.request) {
            asker.over.cancel();
        }
    }
}
