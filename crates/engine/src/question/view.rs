//! A question as the person sees it.

use crate::ids::{QuestionId, ServerId};
use crate::session::{Question, Wanted};
use crate::view::{QuestionView, WantedView};

pub(super) fn of(
    id: &QuestionId,
    server: &ServerId,
    server_name: &str,
    question: &Question,
) -> QuestionView {
    QuestionView {
        id: id.as_str().to_owned(),
        server: server.to_string(),
        server_name: server_name.to_owned(),
        message: question.message.clone(),
        wanted: match &question.wanted {
            Wanted::Form(schema) => WantedView::Form {
                schema: schema.clone(),
            },
            Wanted::Page(url) => WantedView::Page {
                url: url.to_string(),
                origin: url.origin().ascii_serialization(),
            },
        },
    }
}
